package coupled

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// adam returns long Adam under the learning rate η, with an average of its iterates, on d
// eigenvalues from lo to hi with random risks: dν = −ηy/√v dt, dy = γ(Kν − y)dt + noise of
// the size √(2R), dv = (2R − v)/30 dt.
func adam(d int, lo, hi, eta, gamma float64) *Equation {
	eq := &Equation{
		Coupling: &homogenized.Coupling{
			Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}, {Name: "y"}, {Name: "average", Start: homogenized.Displacement}},
			Scalars: []homogenized.Scalar{{Name: "v", Start: func(risk float64) float64 { return 2*risk + 1e-3 }}},
			Flow: func(f *homogenized.Flow, at *homogenized.State) {
				f.F[0][1] = at.Rate / math.Sqrt(at.Scalar[0])
				f.F[1][1], f.H[1][0], f.S[1] = gamma, -gamma, gamma
				f.F[2][0], f.F[2][2] = -1/at.Time, 1/at.Time
				f.Slope[0] = (2*at.Risk() + 1e-3 - at.Scalar[0]) / 30
			},
		},
		Coefficients: func(gain []float64, _, risk, _ float64) (rate, drift float64, err error) {
			gain[0] = 2*risk + 1e-3
			return eta, 1, nil
		},
		Modes: NewModes(3, 1),
	}
	rng := ensemble.NewRand(1, d, "adam")
	for i := range d {
		l := lo * math.Pow(hi/lo, float64(i)/float64(max(d-1, 1)))
		r := rng.Float64() / float64(d)
		eq.Modes.Append(l, []float64{r, 0, r, 0, 0, r}, []float64{0.5 * l * l / float64(2*d)})
	}
	return eq
}

// TestTangent compares the derivatives of a pass, all entries at all stages by the logarithms
// of the risks at the stages, with differences of passes.
func TestTangent(t *testing.T) {
	t.Parallel()
	for _, size := range []float64{0.01, 1, 100} {
		eq := adam(5, 1e-2, 3, 0.3, 2)
		st, err := newStep(eq)
		if err != nil {
			t.Fatal(err)
		}
		st.start, st.size, st.end = 1, size, math.Inf(1)
		risks := func(q int, change float64) {
			for j := range st.stage {
				p := &st.stage[j]
				p.set(&st.now)
				p.overlap[0] *= 1 + 0.1*float64(j)
				if j == q {
					p.overlap[0] *= math.Exp(change)
				}
			}
		}
		pass := func(respond bool) {
			if ok, err := st.coefficients(); !ok || err != nil {
				t.Fatalf("the coefficients are not known: %v", err)
			}
			if respond && !st.differentiate() {
				t.Fatal("the tangent is not known")
			}
			st.pass(respond)
		}
		risks(-1, 0)
		pass(true)
		slopes := append([][stages]float64{}, st.newton.slopes...)
		st.measure(st.image)
		largest := 0.0
		const bump = 1e-4
		for q := range stages {
			risks(q, bump)
			pass(false)
			above := append([]float64{}, st.image...)
			risks(q, -bump)
			pass(false)
			for i, below := range st.image {
				scale := st.scale[i/stages]
				want := (above[i] - below) / (2 * bump) / scale
				largest = max(largest, math.Abs(want))
				if got := slopes[i][q] / scale; math.Abs(got-want) > 1e-5*max(1, math.Abs(want)) {
					t.Errorf("size %v: the entry %d at the stage %d has the derivative %v in the direction %d, want %v", size, i/stages, i%stages, got, q, want)
				}
			}
		}
		if size >= 1 && largest < 0.01 {
			t.Errorf("size %v: the risks move nothing: all derivatives are below %.1e", size, largest)
		}
	}
}

// TestWalkAtRest checks that a limit that comes to rest is solved in long steps there, under
// rough tolerances as well as under fine ones, and to each of them. A pass over a step at
// rest is far from a contraction: without its derivative, rough steps need more passes than
// fine ones.
func TestWalkAtRest(t *testing.T) {
	t.Parallel()
	const horizon = 1e4
	walk := func(tolerance float64) (risk float64, stats march.Stats) {
		eq := adam(40, 1e-4, 1, 30, 2)
		settings := Settings{Stops: []float64{horizon}, Tolerance: tolerance}
		err := eq.Walk(context.Background(), settings, &stats, func(p *Piece) bool {
			risk = p.Overlap[0].At(1)
			return true
		})
		if err != nil {
			t.Fatalf("tolerance %.0e: %v", tolerance, err)
		}
		return risk, stats
	}
	want, fine := walk(1e-10)
	for _, tolerance := range []float64{1e-3, 1e-5, 1e-7} {
		risk, stats := walk(tolerance)
		t.Logf("tolerance %.0e: risk %.12v, want %.12v, %+v, at 1e-10 %+v", tolerance, risk, want, stats, fine)
		if math.Abs(risk/want-1) > 10*tolerance {
			t.Errorf("tolerance %.0e: the risk is %v, want %v", tolerance, risk, want)
		}
		if stats.Passes > fine.Passes {
			t.Errorf("tolerance %.0e: %+v, more than at 1e-10: %+v", tolerance, stats, fine)
		}
	}
}
