package homogenized

import (
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestDescribeTables checks that the description of a limit with tables asks few of their
// values, and all risks once a coefficient is the user's, wherever it differs.
func TestDescribeTables(t *testing.T) {
	t.Parallel()
	k, err := spectra.NewDiagonal([]float64{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Rademacher{Scale: 1}, Init: []float64{1, 1}}
	made, err := Lion(p, 0.5, 0.6)
	if err != nil {
		t.Fatal(err)
	}
	terms, shapes := 1+len(made.Noise), 33*len(made.Noise)
	if n := len(made.describe(p).Numbers) - shapes; n != 2*terms {
		t.Errorf("%d values of %d coefficients, want those at two risks", n, terms)
	}
	still := p
	still.Init, still.Target = p.Init, p.Init
	if n := len(made.describe(still).Numbers) - shapes; n != terms {
		t.Errorf("%d values of %d coefficients at a start without risk, want those at one", n, terms)
	}
	for n := range terms {
		changed := made
		changed.Noise = append([]Term{}, made.Noise...)
		of := &changed.Drift
		if n > 0 {
			of = &changed.Noise[n-1].Gain
		}
		own := *of
		*of = func(risk float64) (value, slope float64) { return own(max(risk, 1e-6)) }
		if risks := changed.described(p); len(risks) != 41 {
			t.Errorf("coefficient %d is the user's: described at %d risks, want 41", n, len(risks))
		}
	}
}
