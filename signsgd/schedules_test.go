package signsgd

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestMatched checks the schedule (16) against its formula.
func TestMatched(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 2), Noise: noise.Normal{Mu: 1, Sigma: 2}, Init: []float64{3}, Batch: 2}
	eta, err := MatchSGD(p, schedule.Func(func(t float64) float64 { return 1 + t }))
	if err != nil {
		t.Fatal(err)
	}
	run, err := NewRun(p, SGD{}, eta, ensemble.NewRand(1, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	got, err := schedule.At(eta, 0.5, run)
	want := 2 / math.Pi * (math.Pi / 2) * 1.5 / math.Sqrt(2*9+5) // c_2 = π/2, R = 9, v² = 5
	if err != nil || math.Abs(got-want) > 1e-14 {
		t.Errorf("rate %v, %v, want %v", got, err, want)
	}
}

// TestGreedyRun checks that signSGD and SGD on isotropic data run under their greedy
// schedules, which a run gives the descent, and that neither bad constant comes close.
func TestGreedyRun(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, ones(200)...), Noise: noise.Normal{Sigma: 0.5}, Init: ones(200)}
	phi := func(risk float64) float64 { value, _ := p.Law().Phi(risk); return value }
	one := func(float64) float64 { return 1 }
	end := func(o Optimizer, eta schedule.Schedule) float64 {
		run, err := NewRun(p, o, eta, ensemble.NewRand(1, 0, "test"))
		if err != nil {
			t.Fatal(err)
		}
		if err := run.Advance(t.Context(), 5); err != nil {
			t.Fatal(err)
		}
		return run.Risk()
	}
	for _, c := range []struct {
		o      Optimizer
		greedy schedule.Greedy
	}{
		{SignSGD{}, schedule.Greedy{Preconditioned: true, Noise: one, Drift: func(risk float64) float64 { return phi(risk) / math.Sqrt(2*risk) }}},
		{SGD{}, schedule.Greedy{Drift: one, Noise: func(risk float64) float64 { return 2*risk + 0.25 }}},
	} {
		greedy := end(c.o, c.greedy)
		for _, eta := range []schedule.Constant{0.1, 1.9} {
			if constant := end(c.o, eta); constant < 1.5*greedy {
				t.Errorf("%T: greedy ends at %v, constant %v at %v", c.o, greedy, eta, constant)
			}
		}
	}
}

// TestCheckSchedule checks that a matched schedule of another problem is refused.
func TestCheckSchedule(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 2), Noise: noise.Normal{Sigma: 2}, Batch: 2}
	eta, err := MatchSGD(p, schedule.Constant(0.1))
	if err != nil {
		t.Fatal(err)
	}
	if err := CheckSchedule(p, eta); err != nil {
		t.Error(err)
	}
	quieter, larger, heavy := p, p, p
	quieter.Noise, larger.Batch, heavy.Noise = noise.Normal{Sigma: 1}, 3, noise.Cauchy{Scale: 1}
	twice := schedule.Matched{Sign: eta, SecondMoment: 1, Gain: eta.Gain}
	for says, c := range map[string]struct {
		p   Problem
		eta schedule.Schedule
	}{
		"Matched.SecondMoment is 4: must be 1, that of the problem": {quieter, eta},
		"Matched.Gain is":   {larger, eta},
		"infinite":          {heavy, eta},
		"schedule is nil":   {p, nil},
		"Constant is -1":    {p, schedule.Constant(-1)},
		"Matched.Gain is 0": {p, schedule.Matched{Sign: eta.Sign, SecondMoment: 4}},
		"Matched.SecondMoment is 4: must be 1, that of the": {quieter, twice},
	} {
		requireError(t, CheckSchedule(c.p, c.eta), says)
		_, err := NewRun(c.p, SGD{}, c.eta, ensemble.NewRand(1, 0, "test"))
		requireError(t, err, says)
	}
}
