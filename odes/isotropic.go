package odes

import (
	"errors"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Isotropic returns the system of the limit l on isotropic data, K = I, whose risk
// starts at risk: a single equation in which the dimension does not appear, (25) for
// signSGD, R' = −2ηRφ/√(2R) + η²/2, and (27) for SGD, R' = −2ηR + η²𝓟.
func Isotropic(l homogenized.Limit, risk float64, eta signsgd.Schedule) (*System, error) {
	if err := l.Validate(); err != nil {
		return nil, err
	}
	if l.Centred {
		return nil, errors.New("odes: Isotropic: Limit.Centred keeps the dimension in the equation: take New")
	}
	m := spectra.Modes{Lambda: []float64{1}, Risk: []float64{risk}}
	s := &System{Basis: l.Basis, Dim: 1, Drift: l.Drift, Rate: eta}
	for _, term := range l.Noise {
		one := 1.0
		if term.Odd != nil {
			one = term.Odd(1)
		}
		m.Weights = append(m.Weights, []float64{one})
		s.Gains = append(s.Gains, term.Gain)
	}
	s.Modes = m
	return s, s.Validate()
}
