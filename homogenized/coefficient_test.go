package homogenized_test

import (
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestDifferentiate holds slopes from values to those in closed form, to 1e-8 of the
// value and slope.
func TestDifferentiate(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]homogenized.Coefficient{
		"linear":   func(r float64) (float64, float64) { return 2*r + 3, 2 },
		"root":     func(r float64) (float64, float64) { return math.Sqrt(r), .5 / math.Sqrt(r) },
		"rational": func(r float64) (float64, float64) { return 1 / (1 + r), -1 / ((1 + r) * (1 + r)) },
		"bounded":  func(r float64) (float64, float64) { e := math.Exp(-1 / (4 * r)); return e, e / (4 * r * r) },
		"constant": func(float64) (float64, float64) { return 5, 0 },
	} {
		d := homogenized.Differentiate(func(r float64) float64 { v, _ := f(r); return v })
		for k := -24; k <= 24; k++ {
			r := math.Pow(10, float64(k)/2)
			v, slope := f(r)
			got, gotSlope := d(r)
			if got != v || math.Abs(gotSlope-slope)*r > 1e-8*(v+math.Abs(slope)*r) && v > 1e-200 {
				t.Errorf("%s at %v: %v and %v, want %v and %v", name, r, got, gotSlope, v, slope)
			}
		}
	}
}

// TestCheckLimit says that right limits pass, and that every kind of wrong one is named.
func TestCheckLimit(t *testing.T) {
	t.Parallel()
	p := signsgd.Problem{Covariance: must(spectra.NewIsotropic(3, 1)), Init: make([]float64, 3)}
	for _, law := range []noise.Law{nil, noise.Normal{Sigma: .3}, noise.Normal{Mu: .1, Sigma: 2}, noise.Laplace{Scale: .1}, noise.Rademacher{Scale: 1}, noise.Uniform{Min: -1, Max: 1}} {
		p.Noise = law
		for _, make := range []func(signsgd.Problem) (homogenized.Limit, error){homogenized.SignSGD, homogenized.SGD, homogenized.PreconditionedSGD, homogenized.AdamHeuristic} {
			if l := must(make(p)); homogenized.CheckLimit(l) != nil {
				t.Errorf("%v, %s: %v", law, l.Name, homogenized.CheckLimit(l))
			}
		}
	}
	good := must(homogenized.SGD(p))
	one := func(float64) (float64, float64) { return 1, 0 }
	for _, c := range []struct {
		change func(l *homogenized.Limit)
		want   string
	}{
		{func(l *homogenized.Limit) { l.Drift = nil }, "Drift is nil"},
		{func(l *homogenized.Limit) { l.Drift = func(float64) (float64, float64) { return -1, 0 } }, "Limit.Drift is -1 at risk 1e-12"},
		{func(l *homogenized.Limit) { l.Drift = func(r float64) (float64, float64) { return r, 2 } }, "Limit.Drift has the slope 2 at risk 1e-12: its values have 1 "},
		{func(l *homogenized.Limit) { l.Drift = func(r float64) (float64, float64) { return 1, math.NaN() } }, "slope NaN"},
		{func(l *homogenized.Limit) {
			l.Noise = []homogenized.Term{{Gain: func(r float64) (float64, float64) { return 1 / (1 + r), 1 / (1 + r) / (1 + r) }}}
		}, "Limit.Noise[0].Gain has the slope"},
		{func(l *homogenized.Limit) {
			l.Noise = []homogenized.Term{{Gain: func(r float64) (float64, float64) { return math.Inf(1), 0 }}}
		}, "Noise[0].Gain is +Inf"},
		{func(l *homogenized.Limit) {
			l.Noise = []homogenized.Term{{Gain: one, Shape: spectra.Shape{Odd: math.Abs}}}
		}, "must be odd"},
		{func(l *homogenized.Limit) {
			l.Noise = []homogenized.Term{{Gain: one, Shape: spectra.Shape{Odd: func(x float64) float64 { return -x }}}}
		}, "it is -1 at 1"},
		{func(l *homogenized.Limit) {
			l.Noise = []homogenized.Term{{Gain: one, Shape: spectra.Shape{Odd: math.Cos}}}
		}, "must be odd"},
	} {
		l := good
		c.change(&l)
		if err := homogenized.CheckLimit(l); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v, want one that says %q", err, c.want)
		}
	}
}
