package homogenized

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestSlopeOfNormal checks that h' of signSGD under normal noise keeps its digits at all risks:
// h' = −(π/2)² h³, since h = (2/π) (2R+σ²)^{−½}. With a mean it agrees with differences of h.
func TestSlopeOfNormal(t *testing.T) {
	t.Parallel()
	l := must(SignSGD(problem(t, noise.Normal{Sigma: 0.5}, 1)))
	for e := -300; e <= 12; e += 3 {
		risk := math.Pow(10, float64(e))
		h, slope := l.Drift(risk)
		want := -math.Pow(h, 3) * math.Pow(math.Pi/2, 2)
		if !(math.Abs(slope/want-1) <= 1e-13) {
			t.Errorf("R = 1e%d: h' = %v, want %v", e, slope, want)
		}
	}
	l = must(SignSGD(problem(t, noise.Normal{Mu: 0.7, Sigma: 0.5}, 1)))
	for _, risk := range []float64{1e-2, 1, 100} {
		_, slope := l.Drift(risk)
		_, want := Differentiate(func(r float64) float64 { h, _ := l.Drift(r); return h })(risk)
		if !(math.Abs(slope-want) <= 1e-8*math.Abs(want)) {
			t.Errorf("R = %v: h' = %v with a mean, differences give %v", risk, slope, want)
		}
	}
}
