package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestClock checks that solutions over the clock are those over time, at the times that
// were asked for and between them: two methods that share no more than their nodes.
func TestClock(t *testing.T) {
	t.Parallel()
	limits := []func(p signsgd.Problem) (homogenized.Limit, error){
		homogenized.SignSGD, homogenized.SGD, homogenized.PreconditionedSGD, homogenized.AdamHeuristic,
	}
	var shared Shared
	p := peerProblem(60)
	times := []float64{0, 0, 1e-3, 0.1, 1, 3, 10, 1e3}
	for _, law := range []noise.Law{nil, noise.Normal{Mu: 1, Sigma: 0.2}, noise.Rademacher{Scale: 0.5}, noise.Uniform{Min: -1, Max: 2}} {
		for _, batch := range []int{1, 3} {
			for i, of := range limits {
				p := p
				p.Noise, p.Batch = law, batch
				s := must(shared.FromLimit(p, must(of(p)), schedule.Constant(1)))
				for _, eta := range []schedule.Constant{0.01, 0.4} {
					s := s.WithRate(eta)
					got, ok, err := s.solveByClock(t.Context(), times)
					if err != nil || !ok {
						t.Errorf("%v, batch %d, limit %d, η = %v: not by the clock, %v", law, batch, i, eta, err)
						continue
					}
					want, err := s.solve(t.Context(), times, func(piece) {})
					if err != nil {
						t.Fatal(err)
					}
					if e := worst(got.Risk, want.Risk); e > 1e-9 {
						t.Errorf("%v, batch %d, limit %d, η = %v: off by %.1e", law, batch, i, eta, e)
					}
					for x := 1e-4; x < times[len(times)-1]; x *= 1.7 {
						if e := math.Abs(got.At(x)/want.At(x) - 1); !(e < 1e-9) {
							t.Errorf("%v, batch %d, limit %d, η = %v: off by %.1e at t = %v", law, batch, i, eta, e, x)
						}
					}
				}
			}
		}
	}
}

// TestClockGivesUp checks that what the clock cannot do is left to the steps in time: no
// rate, a start at θ*, a drift that vanishes, a risk that leaves the range of numbers.
func TestClockGivesUp(t *testing.T) {
	t.Parallel()
	p := peerProblem(60)
	s := system(t, p, must(homogenized.SGD(p)), schedule.Constant(1e3))
	still := system(t, p, must(homogenized.SGD(p)), schedule.Constant(0))
	rest := must(s.WithRate(schedule.Constant(1)).WithStart(make([]float64, 60)))
	bounded := must(homogenized.SignSGDWith(noise.Rademacher{Scale: 100}.Phi)) // φ < 1e-300 at the risks here
	for name, s := range map[string]*System{
		"diverges": s, "rate 0": still, "at θ*": rest,
		"no drift": must(system(t, p, must(homogenized.SignSGD(p)), schedule.Constant(1e-3)).WithLimit(bounded)),
		"cosine":   s.WithRate(schedule.Cosine{Start: 1, Horizon: 20}),
	} {
		times := []float64{1, 10}
		if _, ok, err := s.solveByClock(t.Context(), times); ok || err != nil {
			t.Errorf("%s: solved by the clock, %v", name, err)
		}
		got, err := s.Solve(t.Context(), times)
		want, other := s.solve(t.Context(), times, func(piece) {})
		if (err != nil) != (other != nil) || err == nil && worst(got.Risk, want.Risk) > 0 {
			t.Errorf("%s: %v, %v; over time %v, %v", name, got, err, want, other)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, _, err := s.WithRate(schedule.Constant(0.1)).solveByClock(ctx, []float64{1})
	requireIs(t, err, context.Canceled)
}
