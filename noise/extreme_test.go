package noise

import (
	"testing"
	"time"
)

// TestExtremes asks for φ where parameters and √R are up to a factor of 1e100 apart:
// no NaN, nothing out of range, nothing that hangs.
func TestExtremes(t *testing.T) {
	var laws []Law
	for _, s := range []float64{1e-50, 1e-8, 1, 1e8, 1e50} {
		for _, mu := range []float64{0, 1e-50, 1e-3, 1, 1e3, 1e50} {
			laws = append(laws, Normal{Mu: mu, Sigma: s}, Uniform{Min: mu - s, Max: mu + 2*s}, Laplace{Mu: mu, Scale: s},
				Logistic{Mu: mu, S: s}, Cauchy{Mu: mu, Scale: s})
			for _, nu := range []float64{1e-3, 0.3, 3, 1e6} {
				laws = append(laws, StudentsT{Mu: mu, Sigma: s, Nu: nu})
			}
			for _, alpha := range []float64{0.05, 0.4, 0.999, 1.001, 1.9, 1.9999} {
				laws = append(laws, AlphaStable{Alpha: alpha, C: s, Mu: mu})
			}
		}
	}
	for _, l := range laws {
		if Validate(l) != nil { // mu − s = mu + 2s
			continue
		}
		for _, risk := range []float64{1e-100, 1e-12, 1, 1e12, 1e100} {
			began := time.Now()
			phi, slope := l.Phi(risk)
			if !(phi >= 0 && phi <= limitPhi*(1+1e-13)) || !(slope >= 0) {
				t.Errorf("%v: φ, φ'(%v) = %v, %v", l, risk, phi, slope)
			}
			if d := time.Since(began); d > time.Second {
				t.Errorf("%v: φ(%v) takes %v", l, risk, d)
			}
		}
	}
}
