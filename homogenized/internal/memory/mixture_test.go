package memory

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
)

// TestMixture checks that the mixture of arcsines gives Adam's κ to 2e-6 κ(1) at values of ρ
// which are not those of the fit, for all rows of a panel, with no negative weight.
func TestMixture(t *testing.T) {
	t.Parallel()
	for _, a := range []Adam{{0.5, 0.9}, {0.9, 0.95}, {0, 0.8}, {0, 0.3}} {
		for _, law := range []noise.Compression{noise.None{}, noise.Cauchy{Scale: 0.2}, noise.Rademacher{Scale: 0.5}} {
			var rows [][]float64
			risks := []float64{0.25, 0.3, 0.5, 0.8, 1}
			for _, risk := range risks {
				rows = append(rows, a.Kappa(Residual{law, risk, 1}))
			}
			gains := Quotients.Gains(rows)
			for n, risk := range risks {
				k := newAdamKappa(Residual{law, risk, 1}, a)
				last := rows[n][len(Quotients.Points)-1]
				for _, rho := range []float64{0.2, 0.5, 0.8, 0.92, 0.98, 1} {
					want := last
					if rho < 1 {
						want = k.at(newSpread(rho))
					}
					got := 0.0
					for j, w := range gains[n] {
						if w < 0 {
							t.Errorf("%v, %v, R = %v: weight %d is %v", a, law, risk, j, w)
						}
						got += w * Quotients.Part(j, rho)
					}
					if math.Abs(got-want) > 2e-6*last {
						t.Errorf("%v, %v, R = %v: κ(%v) = %v by the mixture, want %v", a, law, risk, rho, got, want)
					}
				}
			}
		}
	}
}

// TestGains checks that a mixture of the functions themselves is found again.
func TestGains(t *testing.T) {
	t.Parallel()
	mixtures := [][]float64{{0.2, 0, 0, 0.5, 0, 0, 0.1, 0, 0, 0.2}, {0, 0, 0, 0, 0, 0, 0, 0, 0, 3}, {0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 0.1}}
	for _, weights := range mixtures {
		row := make([]float64, len(Quotients.Points))
		for i, rho := range Quotients.Points {
			for j, w := range weights {
				row[i] += w * Quotients.Part(j, rho)
			}
		}
		gains := Quotients.Gains([][]float64{row})[0]
		for _, rho := range []float64{0.1, 0.5, 0.95, 1} {
			got, want := 0.0, 0.0
			for j, w := range weights {
				want += w * Quotients.Part(j, rho)
				got += gains[j] * Quotients.Part(j, rho)
			}
			if math.Abs(got-want) > 1e-8*want {
				t.Errorf("%v: the mixture is %v at %v, want %v", weights, got, rho, want)
			}
		}
	}
}
