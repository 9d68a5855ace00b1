package main

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// hybrid is a point between SGD under the matched schedule (16), the zero value, and
// signSGD, which has all three. With η the rate of signSGD,
//
//	dΘ = −η h(R) A ν dt + η √(Q/d) dB
//
// is equation (17a) for h = (2/π)/√(2𝓟), A = K and Q = (4/π²) K, and (17b) for the
// values that the switches put in their places.
type hybrid struct {
	compressed     bool // h = φ/√(2R)
	preconditioned bool // A = K̄
	reshaped       bool // Q = (2/π) K_σ
}

// hybrids are all of them, hybrids[mask] with the effects whose bits are set.
var hybrids = func() (all [8]hybrid) {
	for mask := range all {
		all[mask] = hybrid{mask&1 != 0, mask&2 != 0, mask&4 != 0}
	}
	return all
}()

func (h hybrid) String() string {
	name := "SGD under (16)"
	for _, s := range []struct {
		on   bool
		name string
	}{{h.compressed, " + φ"}, {h.preconditioned, " + preconditioner"}, {h.reshaped, " + Kσ noise"}} {
		if s.on {
			name += s.name
		}
	}
	if h == hybrids[7] {
		return "signSGD"
	}
	return name
}

func (h hybrid) basis() spectra.Basis {
	if h.preconditioned {
		return spectra.Preconditioned
	}
	return spectra.Plain
}

// drift returns h(R) with its derivative: that of signSGD, or of SGD under (16).
func (h hybrid) drift(p signsgd.Problem) homogenized.Coefficient {
	if h.compressed {
		return homogenized.SignSGD(p).Drift
	}
	square := p.Law().SecondMoment()
	return func(risk float64) (value, slope float64) {
		moment := 2*risk + square
		value = 2 / math.Pi / math.Sqrt(moment)
		return value, -value / moment
	}
}

// noise returns a covariance with the factor that makes Q of it.
func (h hybrid) noise(k spectra.Structured) (q spectra.Covariance, factor float64, err error) {
	if !h.reshaped {
		return k, 4 / (math.Pi * math.Pi), nil
	}
	q, err = k.Entrywise(math.Asin)
	return q, 2 / math.Pi, err
}

// system returns the deterministic equivalent. A homogenized.Limit has the noise f(C)
// with the drift K̄ and D f(C) D with K; the hybrids that have one of K̄ and K_σ only
// take the other, so their weights
//
//	c_i = λ_i q_iᵀ D^{1/2} Q D^{1/2} q_i  (A = K̄),  λ_i q_iᵀ Q q_i  (A = K)
//
// are computed here.
func (h hybrid) system(p signsgd.Problem, eta schedule.Schedule) (*odes.System, error) {
	k := p.Covariance.(spectra.Structured)
	modes, err := k.Modes(h.basis(), p.Displacement(nil, p.Init))
	if err != nil {
		return nil, err
	}
	q, factor, err := h.noise(k)
	if err != nil {
		return nil, err
	}
	d := k.Dim()
	deviations := spectra.StandardDeviations(k)
	vector, image := make([]float64, d), make([]float64, d)
	weights := make([]float64, d)
	for i, lambda := range modes.Lambda {
		if modes.Vectors == nil {
			clear(vector)
			vector[i] = 1
		} else {
			mat.Col(vector, i, modes.Vectors)
		}
		if h.preconditioned {
			for j, s := range deviations {
				vector[j] *= math.Sqrt(s)
			}
		}
		q.MulVecTo(image, vector)
		weights[i] = lambda * factor * floats.Dot(vector, image)
	}
	modes.Weights = [][]float64{weights}
	one := func(float64) (value, slope float64) { return 1, 0 }
	return &odes.System{
		Modes: modes, Basis: h.basis(), Dim: d,
		Drift: h.drift(p), Gains: []homogenized.Coefficient{one}, Rate: eta,
	}, nil
}
