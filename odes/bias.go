package odes

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/fluctuation"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
)

// coefficients stores those of the equation of Γ at time t and the position.
func (m *spread) coefficients(into *fluctuation.Coefficients, t float64, at *position) error {
	c := coefficients{input: into.Input, ratio: into.Ratio, inputSlope: into.InputSlope, ratioSlope: m.side[0].ratioSlope}
	if err := m.sys.evaluate(&c, t, at); err != nil {
		return err
	}
	x, y, w, err := m.extra(at.risk)
	if err != nil {
		return err
	}
	h, hSlope := m.sys.Limit.Drift(at.risk)
	into.Decay, into.Extra, into.Bend, into.Along, into.Curl, into.Level = c.decay, [3]float64{}, 0, 0, 0, 0
	clear(into.InputBend)
	if !(c.decay > 0) { // a'/a has a limit where η = 0
		into.Slope = hSlope / h
		return nil
	}
	eta, err := schedule.At(m.sys.Rate, t, at)
	if err != nil {
		return err
	}
	d := float64(m.sys.Modes.Dim)
	into.Slope = c.decaySlope / c.decay
	square := eta * eta / c.decay
	into.Extra = [3]float64{4 * square * x / d, -2 * square * eta * y / (d * d), square * eta * eta * w / (4 * d * d * d)}
	if m.fluctuation != nil {
		into.Along = square * (x + h*h) / d
		if m.bent() {
			if err := m.curl(into, at); err != nil {
				return err
			}
		}
	}
	return m.bends(into, t, at)
}

// curl stores what there is of rules that act on each coordinate by itself, at the position:
// what the cubic part of the mean step takes from the drift, and the second moment L without
// the squares of the coordinates, which are those of the limit. In coordinates the square
// of the correlation is r_i/R. In delocalized modes all coordinates have nearly the same
// one, Σ λ_i r_i/(R tr D), and the cube of a normal number is, along the number, three times
// its variance.
func (m *spread) curl(into *fluctuation.Coefficients, at *position) error {
	v := m.fluctuation.Bend(at.risk)
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return fmt.Errorf("odes: Limit.Fluctuation.Bend gives %v at risk %v: must be finite", v, at.risk)
	}
	if m.coordinates() {
		into.Curl, into.Along = v/at.risk, 0
		return nil
	}
	into.Curl = 3 * v * at.descent / (at.risk * m.trace)
	into.Level = into.Along * at.descent / float64(m.sys.Modes.Dim)
	return nil
}

// bent reports whether the mean step is known not to be linear in ν.
func (m *spread) bent() bool { return m.fluctuation != nil && m.fluctuation.Bend != nil }

// coordinates reports whether the modes are the coordinates of x.
func (m *spread) coordinates() bool { return m.sys.Modes.Kind == spectra.Coordinates }

// bends stores the second derivatives in R of the coefficients, which are the slopes of
// their slopes, to about 1e-6. At R = 0, where they may be infinite, they are left at 0:
// what they multiply, r Var R and Var R, is of the order R² there.
func (m *spread) bends(into *fluctuation.Coefficients, t float64, at *position) error {
	const bump = 1e-4
	risk := at.risk
	if risk <= minRisk {
		return nil
	}
	defer func() { at.risk = risk }()
	for i, r := range []float64{risk * (1 - bump), risk * (1 + bump)} {
		at.risk = r
		if err := m.sys.evaluate(&m.side[i], t, at); err != nil {
			return err
		}
	}
	over := 1 / (2 * bump * risk * into.Decay)
	into.Bend = (m.side[1].decaySlope - m.side[0].decaySlope) * over
	for n := range into.InputBend {
		into.InputBend[n] = (m.side[1].inputSlope[n] - m.side[0].inputSlope[n]) * over
	}
	return nil
}

// trace returns Σ λ_i over all modes. Modes that are nodes of measures have it in their
// first weights, Σ c_i/λ_i = tr D times the value of the shape on the diagonal.
func (s *System) trace() float64 {
	if len(s.Modes.Lambda) == s.Modes.Dim || len(s.Modes.Weights) == 0 || s.Modes.Noise[0].Odd == nil {
		return floats.Sum(s.Modes.Lambda)
	}
	sum := 0.0
	for i, l := range s.Modes.Lambda {
		if l > 0 {
			sum += s.Modes.Weights[0][i] / l
		}
	}
	return sum / s.Modes.Noise[0].Odd(1)
}

// fourth returns the means of r² from the measures of condense, of which the one at the
// index is that of r² at the start.
func (m *spread) fourth(k *fluctuation.Skeleton, measures [][]float64, index int) *fluctuation.Fourth {
	terms := len(m.sys.Modes.Weights)
	f := &fluctuation.Fourth{Square: k.Vector(measures[index]), Second: make([][][]float64, terms)}
	at := 1 + terms
	for range terms {
		x := k.Vector(measures[at])
		floats.Scale(0.5, x)
		f.First = append(f.First, x)
		at++
	}
	for n := range terms {
		f.Second[n] = make([][]float64, terms)
		for o := n; o < terms; o++ {
			f.Second[n][o] = k.Vector(measures[at])
			at++
		}
		for o := range n {
			f.Second[n][o] = f.Second[o][n]
		}
	}
	return f
}
