package homogenized_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// A memory of 30 steps or more is a vector or a scalar of the limit, and a shorter one is
// not. What Of returns is a valid limit of its problem, and of no other noise.
func TestOfLongMemories(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{
		Covariance: must(spectra.NewIsotropic(200, 1)), Noise: noise.Normal{Sigma: 1}, Init: slices.Repeat([]float64{0.1}, 200),
	}
	other := p
	other.Noise = noise.Normal{Sigma: 2}
	one := schedule.Constant(1)
	for _, c := range []struct {
		optimizer signsgd.Optimizer
		parts     string // the vectors after ν, and the scalars
	}{
		{signsgd.Adam{Beta1: 0.9, Beta2: 0.999}, "v"},
		{signsgd.Adam{Beta1: 0.99, Beta2: 0.999}, "m v"},
		{signsgd.Adam{Beta1: 0.5, Beta2: 0.8}, ""},
		{signsgd.AdamW{Beta2: 0.99, Decay: 0.1}, "θ* v"},
		{signsgd.AdamW{Beta2: 0.99}, "v"},
		{signsgd.Momentum{Beta: 0.99}, "momentum"},
		{signsgd.Momentum{Beta: 0.9}, ""},
		{signsgd.Nesterov{Beta: 0.99}, "momentum"},
		{signsgd.Nesterov{}, ""},
		{signsgd.LongMomentum{Delta: one, Gamma1: one, Gamma3: one, Sign: true}, "momentum"},
		{signsgd.Decayed{Optimizer: signsgd.SignSGD{}, Decay: 0.1}, "θ*"},
		{signsgd.Averaged{Optimizer: signsgd.SGD{}, Averages: []signsgd.Average{{}, {Rate: 3, Name: "ema"}}}, "average ema"},
	} {
		l, err := homogenized.Of(p, c.optimizer)
		if err != nil {
			t.Errorf("%T%+v: %v", c.optimizer, c.optimizer, err)
			continue
		}
		var parts []string
		if l.Coupling != nil {
			for _, v := range l.Coupling.Vectors[1:] {
				parts = append(parts, v.Name)
			}
			for _, z := range l.Coupling.Scalars {
				parts = append(parts, z.Name)
			}
		}
		if got := strings.Join(parts, " "); got != c.parts {
			t.Errorf("%T%+v has the parts %q, want %q", c.optimizer, c.optimizer, got, c.parts)
		}
		if err := l.ValidateFor(p); err != nil {
			t.Errorf("%T%+v: %v", c.optimizer, c.optimizer, err)
		}
		if l.ValidateFor(other) == nil {
			t.Errorf("%T%+v: its limit is taken for that under another noise", c.optimizer, c.optimizer)
		}
	}
	for _, c := range []struct {
		optimizer signsgd.Optimizer
		want      string
	}{
		{signsgd.Adam{Beta2: 0.99, Epsilon: 1}, "Epsilon = 1 is not small"},
		{signsgd.Signum{Beta: 0.99}, "Beta is 0.99, a memory of 100 steps: must be at most d/10 = 20"},
		{signsgd.Lion{Beta1: 0.9, Beta2: 0.99}, "Beta2 is 0.99, a memory of 100 steps"},
	} {
		_, err := homogenized.Of(p, c.optimizer)
		var none *homogenized.NoLimitError
		if !errors.As(err, &none) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%T%+v: %v, want a *NoLimitError with %q", c.optimizer, c.optimizer, err, c.want)
		}
	}
}
