package odes

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestVarianceErrors checks that errors say what is wrong.
func TestVarianceErrors(t *testing.T) {
	t.Parallel()
	p := denseProblem(10, noise.Normal{Sigma: 0.5}, 1)
	heavy := p
	heavy.Noise = noise.StudentsT{Sigma: 1, Nu: 3}
	unknown := p
	unknown.Noise = noise.Distuv{Dist: struct {
		noiseless
	}{}, V2: 1}
	rate := schedule.Constant(0.1)
	sign, sgd := must(homogenized.SignSGD(p)), must(homogenized.SGD(p))
	literal := sign
	literal.Fluctuation = nil
	of := func(p signsgd.Problem, l homogenized.Limit) *System { return must(NewFromLimit(p, l, rate)) }
	dense := of(p, sign)
	for _, c := range []struct {
		s       *System
		options VarianceSettings
		says    string
	}{
		{of(heavy, must(homogenized.SGD(heavy))), VarianceSettings{}, "fourth moment E ε⁴ is infinite: StudentsT"},
		{of(unknown, must(homogenized.SGD(unknown))), VarianceSettings{}, "fourth moment of Distuv"},
		{of(p, literal), VarianceSettings{}, "Limit.Fluctuation is nil"},
		{of(p, must(homogenized.Of(p, signsgd.Nesterov{Beta: 0.5}))), VarianceSettings{}, "Nesterov's momentum 0.5: the variance of the risk of its runs is not known"},
		{of(p, must(homogenized.WeakSignSGD(p))), VarianceSettings{SDE: true}, "Centred"},
		{must(NewFromModes(dense.Modes, sign, rate)), VarianceSettings{}, "made of modes"},
		{must(dense.WithStart(dense.Modes.Risk)), VarianceSettings{}, "WithStart"},
		{of(p, sgd), VarianceSettings{Spread: must(spectra.NewIsotropic(3, 1))}, "Spread has the dimension 3: must be 10"},
	} {
		if _, err := c.s.Variance(t.Context(), []float64{1}, c.options); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("want an error with %q, got %v", c.says, err)
		}
	}
	for _, s := range []*System{of(heavy, must(homogenized.SGD(heavy))), of(p, literal)} {
		if _, err := s.Variance(t.Context(), []float64{1}, VarianceSettings{SDE: true}); err != nil {
			t.Errorf("SDE: %v", err)
		}
	}
	if _, err := must(NewFromModes(dense.Modes, sign, rate)).Variance(t.Context(), []float64{1}, VarianceSettings{Diagonal: true}); err != nil {
		t.Errorf("diagonal: %v", err)
	}
	if _, err := of(p, sgd).Variance(t.Context(), nil, VarianceSettings{}); err == nil {
		t.Error("no times: no error")
	}
	big := of(p, sgd).WithRate(schedule.Constant(100))
	if _, err := big.LimitVariance(t.Context(), VarianceSettings{}); !errors.Is(err, ErrNoStationary) {
		t.Errorf("divergence: %v", err)
	}
}

// noiseless is a distribution without moments.
type noiseless struct{}

func (noiseless) Prob(x float64) float64     { return math.Exp(-math.Abs(x)) / 2 }
func (noiseless) Quantile(p float64) float64 { return p - 0.5 }
