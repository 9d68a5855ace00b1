package main

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

// TestWeights checks Σ c_i/λ_i, which is tr(QD) for A = K̄ and tr Q for A = K.
func TestWeights(t *testing.T) {
	const d = 40
	for _, c := range covariances {
		k, err := c.make(d, 1)
		if err != nil {
			t.Fatal(err)
		}
		p, err := problem(k, noise.Normal{Sigma: 1}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if r := p.InitialRisk(); math.Abs(r-start) > 1e-9 {
			t.Errorf("%s: R(0) = %v", c.name, r)
		}
		for _, h := range hybrids {
			l, err := h.limit(p)
			if err != nil {
				t.Fatal(err)
			}
			s, err := odes.NewFromLimit(p, l, schedule.Constant(eta))
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, lambda := range s.Modes.Lambda {
				g, _ := s.Limit.Noise[0].Gain(1)
				sum += g * s.Modes.Weights[0][i] / lambda
			}
			want := 0.0
			for i, v := range k.Variances(nil) {
				q := 4 / (math.Pi * math.Pi) * v
				if h.reshaped {
					q = 1 // (2/π) arcsin 1
				}
				if h.preconditioned {
					q *= spectra.StandardDeviations(k)[i]
				}
				want += q
			}
			if math.Abs(sum/want-1) > 1e-9 {
				t.Errorf("%s, %s: Σ c/λ = %v, want %v", c.name, h, sum, want)
			}
			if r := floats.Sum(s.Modes.Risk); math.Abs(r-start) > 1e-9 {
				t.Errorf("%s, %s: Σ r_i(0) = %v", c.name, h, r)
			}
		}
	}
}

// TestShares checks that the shares of the effects multiply to the whole, and that
// each is the effect itself where the effects do not interact.
func TestShares(t *testing.T) {
	var s scene
	factor := [3]float64{0.5, 1.25, 3}
	for mask := range s.curves {
		risk := 2.0
		for effect, f := range factor {
			if mask&(1<<effect) != 0 {
				risk *= f
			}
		}
		s.curves[mask] = []float64{risk}
	}
	for effect, f := range factor {
		if got := s.share(effect); math.Abs(got/f-1) > 1e-12 {
			t.Errorf("share %d is %v, want %v", effect, got, f)
		}
	}
	s.curves[5][0] *= 7
	s.curves[3][0] /= 2
	whole := s.share(0) * s.share(1) * s.share(2)
	if want := s.curves[7][0] / s.curves[0][0]; math.Abs(whole/want-1) > 1e-12 {
		t.Errorf("the shares multiply to %v, want %v", whole, want)
	}
}
