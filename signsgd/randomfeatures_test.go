package signsgd

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestNewRandomFeatures checks the loss at θ_0 = 0, which is half the variance of the
// labels, ½ Σ j^{−2α−2β}, whatever W is, and that the noise has the variance
// 2·irreducible.
func TestNewRandomFeatures(t *testing.T) {
	t.Parallel()
	for _, f := range []spectra.RandomFeatures{
		{Dim: 50, Ambient: 500, Alpha: 1, Beta: 0.3}, {Dim: 80, Ambient: 1000, Alpha: 1.25, Beta: 0.75},
		{Dim: 30, Ambient: 300, Alpha: 0.75, Beta: 0.25}, {Dim: 40, Ambient: 400, Alpha: 1, Beta: 2},
	} {
		p, irreducible, err := NewRandomFeatures(t.Context(), f, rand.New(rand.NewPCG(5, 6)))
		if err != nil {
			t.Fatal(err)
		}
		variance := 0.0
		for j := f.Ambient; j >= 1; j-- {
			variance += math.Pow(float64(j), -2*f.Alpha-2*f.Beta)
		}
		if loss := p.InitialRisk() + irreducible; math.Abs(loss/(variance/2)-1) > 1e-11 {
			t.Errorf("%+v: the loss at 0 is %v, want %v", f, loss, variance/2)
		}
		if law, ok := p.Noise.(noise.Normal); !ok || math.Abs(law.Sigma*law.Sigma/(2*irreducible)-1) > 1e-14 {
			t.Errorf("%+v: the noise is %v beside the irreducible risk %v", f, p.Noise, irreducible)
		}
	}
	if _, _, err := NewRandomFeatures(t.Context(), spectra.RandomFeatures{Dim: 2}, rand.New(rand.NewPCG(5, 6))); err == nil {
		t.Error("no error for an ambient dimension of 0")
	}
}
