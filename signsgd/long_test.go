package signsgd

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestLongSteps compares three steps of the new optimizers with their formulas in one
// dimension.
func TestLongSteps(t *testing.T) {
	t.Parallel()
	grads := []float64{0.7, -1.3, 0.4}
	const rate, lambda = 0.2, 0.3
	for name, c := range map[string]struct {
		o    Optimizer
		step func(k int, theta, g float64, m *float64) float64
	}{
		"ridge": {Decayed{SGD{}, lambda}, func(_ int, theta, g float64, _ *float64) float64 { return theta - rate*(g+lambda*theta) }},
		"Nesterov": {Nesterov{0.6}, func(_ int, theta, g float64, m *float64) float64 {
			*m = 0.6**m + g
			return theta - rate*(g+0.6**m)
		}},
		"long momentum of signs": {LongMomentum{Delta: schedule.Power{Start: 0.5, Scale: 1, Exponent: 1}, Gamma1: schedule.Constant(2), Gamma2: schedule.Constant(0.3), Gamma3: schedule.Constant(0.7), Sign: true},
			func(k int, theta, g float64, m *float64) float64 {
				u := math.Copysign(1, g)
				*m = (1-0.5/(1+float64(k)))**m + 2*u
				return theta - rate*(0.3*u+0.7**m)
			}},
	} {
		state, theta, want, m := c.o.Start(1), []float64{1.1}, 1.1, 0.0
		for k, g := range grads {
			state.Step(theta, []float64{g}, rate)
			want = c.step(k, want, g, &m)
			if math.Abs(theta[0]-want) > 1e-14 {
				t.Errorf("%s, step %d: %v, want %v", name, k, theta[0], want)
			}
		}
	}
	// AdamW is Adam after the decay.
	a, b := AdamW{0.9, 0.99, 1e-8, lambda}.Start(1), Adam{0.9, 0.99, 1e-8}.Start(1)
	x, y := []float64{1.1}, []float64{1.1}
	for _, g := range grads {
		a.Step(x, []float64{g}, rate)
		y[0] *= 1 - rate*lambda
		b.Step(y, []float64{g}, rate)
	}
	if x[0] != y[0] {
		t.Errorf("AdamW: %v, want %v", x[0], y[0])
	}
}

// TestAveraged records averages: a plain mean, a tail that is the iterate before its
// start, and an exponential one, against plain loops.
func TestAveraged(t *testing.T) {
	t.Parallel()
	const d = 4
	k, err := spectra.NewDiagonal([]float64{1, 2, 0.5, 1})
	if err != nil {
		t.Fatal(err)
	}
	p := Problem{Covariance: k, Init: []float64{1, -1, 2, 0.5}, Target: []float64{0, 1, 0, 0}}
	o := Averaged{SGD{}, []Average{{}, {Start: 1, Name: "tail"}, {Rate: 1, Name: "ema"}}}
	band, err := Ensemble(context.Background(), p, o, schedule.Constant(0.3), ensemble.Settings{Horizon: 3, Runs: 1, Seed: 2, Times: []float64{0, 1, 3}})
	if err != nil {
		t.Fatal(err)
	}
	run, err := NewRun(p, SGD{}, schedule.Constant(0.3), ensemble.NewRand(2, 0, "simulation"))
	if err != nil {
		t.Fatal(err)
	}
	var mean, tail [d]float64
	ema := [d]float64(p.Init)
	for step := 1; step <= 3*d; step++ {
		if err := run.Advance(context.Background(), float64(step)/d); err != nil {
			t.Fatal(err)
		}
		for i, v := range run.Theta() {
			mean[i] += v / (3 * d)
			ema[i] += (v - ema[i]) / d
			if step > d {
				tail[i] += v / (2 * d)
			}
		}
	}
	for j, at := range [][d]float64{mean, tail, ema} {
		nu := p.Displacement(nil, at[:])
		want := spectra.Quadratic(k, nu, make([]float64, d)) / 2
		if got := band.Observed[j][0][2]; math.Abs(got-want) > 1e-12 {
			t.Errorf("%s: %v, want %v", band.Names[j], got, want)
		}
		if got := band.Observed[j][0][0]; math.Abs(got-band.Risk[0][0]) > 1e-12 {
			t.Errorf("%s starts at %v", band.Names[j], got)
		}
	}
	if got := band.Observed[1][0][1]; math.Abs(got-band.Risk[0][1]) > 1e-12 {
		t.Errorf("the tail before its start: %v, want %v", got, band.Risk[0][1])
	}
	for _, part := range band.Description {
		if part.Text == "" {
			t.Errorf("%s has no description: %s", part.Name, part.Reason)
		}
	}
}
