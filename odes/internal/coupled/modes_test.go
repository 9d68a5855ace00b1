package coupled

import (
	"context"
	"fmt"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// momentum returns the heavy ball of SGD, dy = (Kν − δy)dt + noise, dν = −γy dt, on d
// eigenvalues from lo to hi with random risks. The modes oscillate with √(λγ)t.
func momentum(d int, lo, hi, delta, gamma float64) *Equation {
	eq := &Equation{
		Coupling: &homogenized.Coupling{
			Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}, {Name: "y"}},
			Flow: func(f *homogenized.Flow, at *homogenized.State) {
				f.F[0][1], f.F[1][1] = gamma, delta
				f.H[1][0], f.S[1] = -1, 1
			},
		},
		Coefficients: func(gain []float64, _, risk, _ float64) (rate, drift float64, err error) {
			gain[0] = 2*risk + 0.25
			return 1, 1, nil
		},
		Modes: NewModes(2, 1),
	}
	rng := ensemble.NewRand(1, d, "modes")
	for i := range d {
		l := lo * math.Pow(hi/lo, float64(i)/float64(d-1))
		eq.Modes.Append(l, []float64{rng.Float64() / float64(d), 0, 0}, []float64{0.002 * l * l / float64(2*d)})
	}
	return eq
}

// TestCondense checks that condensed modes have the same sums of the decays e^{−2λτ}, at
// every τ, to the tolerance that pointsFor is asked for, and those of all polynomials.
func TestCondense(t *testing.T) {
	t.Parallel()
	m := momentum(2000, 1e-3, 10, 1, 1).Modes
	for _, tolerance := range []float64{1e-4, 1e-7, 1e-10} {
		few := m.condense(m.pointsFor(tolerance))
		if few == nil || few.Len() > 200 {
			t.Fatalf("tolerance %.0e: %+v", tolerance, few)
		}
		sum := func(m *Modes, f func(l float64) float64) (risk, noise float64) {
			for i, l := range m.lambda {
				risk += m.at(i)[0] * f(l)
				noise += m.source(i)[0] * f(l)
			}
			return risk, noise
		}
		worst := 0.0
		for tau := 1e-3; tau < 1e4; tau *= 1.3 {
			f := func(l float64) float64 { return math.Exp(-2 * l * tau) }
			r, c := sum(few, f)
			wantR, wantC := sum(m, f)
			if wantR > 1e-3 {
				worst = max(worst, math.Abs(r/wantR-1))
			}
			if wantC > 1e-6 {
				worst = max(worst, math.Abs(c/wantC-1))
			}
		}
		t.Logf("tolerance %.0e: %d nodes, error %.1e", tolerance, few.Len(), worst)
		if worst > tolerance {
			t.Errorf("tolerance %.0e: error %.1e", tolerance, worst)
		}
		for power := range 4 {
			f := func(l float64) float64 { return math.Pow(l, float64(power)) }
			r, c := sum(few, f)
			if wantR, wantC := sum(m, f); math.Abs(r/wantR-1) > 1e-11 || math.Abs(c/wantC-1) > 1e-11 {
				t.Errorf("tolerance %.0e: the sums of λ^%d are %v, %v, want %v, %v", tolerance, power, r, c, wantR, wantC)
			}
		}
	}
	if m.condense(2000) != nil {
		t.Error("as many nodes as modes are not fewer")
	}
}

// TestCondensedWalk compares walks that condense the modes with those of all modes: slow
// oscillations, and ones so fast that the first choice of nodes is too coarse and the
// walk has to begin again.
func TestCondensedWalk(t *testing.T) {
	t.Parallel()
	for _, gamma := range []float64{1, 300} {
		for _, tolerance := range []float64{1e-4, 1e-8} {
			eq := momentum(200, 0.05, 3, 0.5, gamma)
			settings := Settings{Stops: []float64{2, 4}, Tolerance: tolerance}
			risks := func(walk func(visit func(p *Piece) bool) error) (r []float64) {
				stop := 0.0
				err := walk(func(p *Piece) bool {
					if p.Start != stop {
						t.Fatalf("γ = %v: a piece starts at %v, after %v", gamma, p.Start, stop)
					}
					for at := math.Ceil(p.Start/0.1) * 0.1; at < p.Stop; at += 0.1 {
						r = append(r, p.Overlap[0].At((at-p.Start)/p.Size))
					}
					stop = p.Stop
					return true
				})
				if err != nil || stop != 4 {
					t.Fatalf("γ = %v: %v, ends at %v", gamma, err, stop)
				}
				return r
			}
			var stats march.Stats
			pieces := 0
			got := risks(func(visit func(p *Piece) bool) error {
				return eq.Walk(context.Background(), settings, &stats, func(p *Piece) bool { pieces++; return visit(p) })
			})
			want := risks(func(visit func(p *Piece) bool) error {
				st, err := newStep(eq)
				if err != nil {
					return err
				}
				w := &walker{step: st, tol: 1e-10, stats: new(march.Stats), visit: visit}
				return w.through(context.Background(), settings.Stops, 0)
			})
			worst := 0.0
			for i := range min(len(got), len(want)) {
				worst = max(worst, math.Abs(got[i]/want[i]-1))
			}
			what := fmt.Sprintf("γ = %v, tolerance %.0e: error %.1e, %+v of %d pieces", gamma, tolerance, worst, stats, pieces)
			t.Log(what)
			if !(worst < 10*tolerance) || gamma == 300 && pieces == stats.Steps {
				t.Error(what)
			}
		}
	}
}
