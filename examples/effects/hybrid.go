package main

import (
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
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

// limit returns the limit of the hybrid: a drift, and a noise term whose shape is free of
// the basis of the drift.
func (h hybrid) limit(p signsgd.Problem) (homogenized.Limit, error) {
	sign, err := homogenized.SignSGD(p)
	if err != nil {
		return sign, err
	}
	l := homogenized.Limit{Name: h.String(), Basis: spectra.Plain}
	if h.preconditioned {
		l.Basis = spectra.Preconditioned
	}
	square := p.Law().SecondMoment()
	l.Drift = func(risk float64) (value, slope float64) {
		moment := 2*risk + square
		value = 2 / math.Pi / math.Sqrt(moment)
		return value, -value / moment
	}
	if h.compressed {
		l.Drift = sign.Drift
	}
	l.Noise = []homogenized.Term{{
		Gain:  func(float64) (value, slope float64) { return 4 / (math.Pi * math.Pi), 0 },
		Shape: spectra.Shape{Scaled: true}, // K
	}}
	if h.reshaped {
		l.Noise = sign.Noise
	}
	return l, nil
}
