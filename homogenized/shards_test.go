package homogenized_test

import (
	"errors"
	"reflect"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestShards checks that shards of an ensemble of paths merge into the whole bit for
// bit, and that those of different ensembles are refused.
func TestShards(t *testing.T) {
	t.Parallel()
	all := problems(t, 20)
	p := all["dense"]
	sde := must(homogenized.SignHSGD(p, schedule.Constant(0.5)))
	sde.Variation = true
	settings := ensemble.Settings{Horizon: 1, Runs: 5, Times: []float64{0.5, 1}}
	whole := run(t, sde, settings)
	settings.Runs = 2
	a := run(t, sde, settings)
	settings.First, settings.Runs = 2, 3
	b := run(t, sde, settings)
	merged, err := ensemble.Merge(b, a)
	if err != nil || !reflect.DeepEqual(merged, whole) {
		t.Errorf("shards give %+v, %v, want %+v", merged, err, whole)
	}
	noisier := p
	noisier.Noise = noise.Normal{Sigma: 0.6}
	for name, other := range map[string]homogenized.SDE{
		"scheme":     {Problem: p, Limit: sde.Limit, Rate: sde.Rate, Variation: true, Scheme: homogenized.EulerMaruyama{Step: 0.02}},
		"limit":      {Problem: p, Limit: must(homogenized.WeakSignSGD(p)), Rate: sde.Rate, Variation: true},
		"rate":       {Problem: p, Limit: sde.Limit, Rate: schedule.Constant(0.6), Variation: true},
		"noise":      {Problem: noisier, Limit: must(homogenized.SignSGD(noisier)), Rate: sde.Rate, Variation: true},
		"covariance": {Problem: all["diagonal"], Limit: sde.Limit, Rate: sde.Rate, Variation: true},
	} {
		if _, err := ensemble.Merge(a, run(t, other, settings)); !errors.Is(err, ensemble.ErrDifferentEnsemble) {
			t.Errorf("another %s: error %v", name, err)
		}
	}
	// A name says that limits are equal; what can be seen to differ is refused all the same.
	bump := sde.Limit
	bump.Drift = func(risk float64) (float64, float64) {
		h, slope := sde.Limit.Drift(risk)
		if risk > 0.01 && risk < 0.5 {
			h *= 1.1
		}
		return h, slope
	}
	shape := sde.Limit
	shape.Noise = []homogenized.Term{{Gain: sde.Limit.Noise[0].Gain}}
	for name, l := range map[string]homogenized.Limit{"drift": bump, "shape": shape} {
		other := homogenized.SDE{Problem: p, Limit: l, Rate: sde.Rate, Variation: true}
		if _, err := ensemble.Merge(a, run(t, other, settings)); !errors.Is(err, ensemble.ErrDifferentEnsemble) {
			t.Errorf("another %s: error %v", name, err)
		}
	}
	pairs := func(first, runs int) *homogenized.Pairs {
		c, err := sde.Pairs(t.Context(), ensemble.Settings{Horizon: 1, Runs: runs, First: first, Times: []float64{1}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	head, tail := pairs(0, 1), pairs(1, 2)
	all3 := pairs(0, 3)
	if merged, err := ensemble.Merge(head.Whole, tail.Whole); err != nil || !reflect.DeepEqual(merged, all3.Whole) {
		t.Errorf("shards of pairs: %v", err)
	}
	if _, err := ensemble.Merge(head.Coarse, tail.Fine); !errors.Is(err, ensemble.ErrDifferentEnsemble) {
		t.Errorf("coarse and fine: error %v", err)
	}
	resumed, err := sde.Pairs(t.Context(), ensemble.Settings{Horizon: 1, Runs: 3, Times: []float64{1}, Resume: head.Whole})
	if err != nil || !reflect.DeepEqual(resumed, all3) {
		t.Errorf("resumed pairs: %v", err)
	}
}
