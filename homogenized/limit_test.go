package homogenized

import (
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func problem(t *testing.T, law noise.Law, variances ...float64) signsgd.Problem {
	t.Helper()
	k, err := spectra.NewDiagonal(variances)
	if err != nil {
		t.Fatal(err)
	}
	init := make([]float64, len(variances))
	for i := range init {
		init[i] = 1
	}
	return signsgd.Problem{Covariance: k, Noise: law, Init: init}
}

// TestCoefficients compares h and g with theory and their slopes with central
// differences.
func TestCoefficients(t *testing.T) {
	t.Parallel()
	law := noise.Normal{Sigma: 0.5}
	p := problem(t, law, 1)
	p.Batch = 3
	sign, sgd := must(SignSGD(p)), must(SGD(p))
	for _, r := range []float64{1e-6, 0.01, 1, 300} {
		// φ_B = φ for centred normal noise.
		want := noise.BatchFactor(3) * 2 / math.Pi / math.Sqrt(2*r+0.25)
		if h, _ := sign.Drift(r); math.Abs(h/want-1) > 1e-9 {
			t.Errorf("h(%v) of signSGD is %v, want %v", r, h, want)
		}
		if g, _ := sgd.Noise[0].Gain(r); math.Abs(g/((2*r+0.25)/3)-1) > 1e-14 {
			t.Errorf("g(%v) of SGD is %v", r, g)
		}
		for name, c := range map[string]Coefficient{"sign h": sign.Drift, "sign g": sign.Noise[0].Gain, "SGD h": sgd.Drift, "SGD g": sgd.Noise[0].Gain} {
			step := 1e-5 * r
			up, _ := c(r + step)
			down, _ := c(r - step)
			value, slope := c(r)
			if math.Abs((up-down)/(2*step)-slope) > 1e-7*math.Abs(slope)+1e-10*value/step {
				t.Errorf("%s: slope at %v is %v, differences give %v", name, r, slope, (up-down)/(2*step))
			}
		}
	}
	if sign.Basis != spectra.Preconditioned || sgd.Basis != spectra.Plain || sgd.Noise[0].Shape.Odd != nil || !sgd.Noise[0].Shape.Scaled || sign.Noise[0].Shape.Scaled || sign.Noise[0].Shape.Odd(1) != math.Pi/2 {
		t.Error("bases or noise functions are mixed up")
	}
}

// opaque is a covariance without structure.
type opaque struct{ spectra.Covariance }

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
	t.Parallel()
	good := problem(t, noise.Normal{Sigma: 1}, 1, 2)
	heavy := problem(t, noise.Cauchy{Scale: 1}, 1, 2)
	settings := ensemble.Settings{Horizon: 1, Runs: 1}
	eta := schedule.Constant(0.1)
	odd := problem(t, nil, 1, 2)
	odd.Covariance = opaque{odd.Covariance}
	nan := func(float64) (float64, float64) { return math.NaN(), 0 }
	try := func(s SDE, err error) error {
		if err == nil {
			_, err = s.Ensemble(t.Context(), settings)
		}
		return err
	}
	limited := func(l Limit, err error) error { return try(SDE{Problem: good, Rate: eta, Limit: l}, err) }
	for _, c := range []struct {
		what string
		err  error
		says string
		is   error
	}{
		{"Cauchy SGD", try(HSGD(heavy, eta)), "SGD", noise.ErrInfiniteVariance},
		{"no covariance", try(SignHSGD(signsgd.Problem{}, eta)), "Covariance is nil", nil},
		{"no structure", try(SignHSGD(odd, eta)), "must be spectra.Structured", nil},
		{"no rate", try(SignHSGD(good, nil)), "Rate is nil", nil},
		{"negative rate", try(SignHSGD(good, schedule.Constant(-1))), "Constant is -1", nil},
		{"no drift", try(SDE{Problem: good, Rate: eta}, nil), "Drift is nil", nil},
		{"no gain", try(SDE{Problem: good, Rate: eta, Limit: Limit{Drift: constant(1), Noise: []Term{{}}}}, nil), "Noise[0].Gain is nil", nil},
		{"NaN drift", try(SDE{Problem: good, Rate: eta, Limit: Limit{Drift: nan}}, nil), "Limit.Drift is NaN at risk 1.5", nil},
		{"negative rate later", try(SignHSGD(good, schedule.Func(func(t float64) float64 { return 0.5 - t }))), "learning rate is -", nil},
		{"negative gain", try(SDE{Problem: good, Rate: eta, Limit: Limit{Drift: constant(1), Noise: []Term{{Gain: constant(-2)}}}}, nil), "Noise[0].Gain is -2", nil},
		{"step", try(SDE{Problem: good, Rate: eta, Limit: must(SGD(good)), Scheme: EulerMaruyama{Step: -1}}, nil), "EulerMaruyama.Step is -1", nil},
		{"nil phi", limited(SignSGDWith(nil)), "phi is nil", nil},
		{"bad moment", limited(SGDWith(-1, 1)), "secondMoment is -1", nil},
		{"bad batch", limited(SGDWith(1, 0)), "batch is 0", nil},
	} {
		err := c.err
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", c.what, err, c.says)
		}
		if c.is != nil && !errors.Is(err, c.is) {
			t.Errorf("%s: error %v is not %v", c.what, err, c.is)
		}
	}
}
