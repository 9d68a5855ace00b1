package homogenized

import (
	"fmt"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// describe says what an ensemble of the SDE is: the problem, the limit, the learning
// rate and the scheme, each with its parameters.
func (s SDE) describe(settings ensemble.Settings) ensemble.Description {
	d := append(s.Problem.Describe(), s.Limit.describe(), ensemble.Describe("schedule", s.Rate), ensemble.Describe("scheme", s.scheme()))
	return append(d, ensemble.Describe("variation", s.Variation), signsgd.DescribeObservers(s.Problem.Dim(), settings.Observers))
}

// describe returns the limit in words, with values of its coefficients.
func (l Limit) describe() ensemble.Part {
	part := ensemble.Part{Name: "limit"}
	if l.Name == "" {
		return part
	}
	part.Text = fmt.Sprintf("%s, basis %v, %d noise terms, centred %t", l.Name, l.Basis, len(l.Noise), l.Centred)
	for _, risk := range []float64{1e-3, 1, 1e3} {
		h, _ := l.Drift(risk)
		part.Numbers = append(part.Numbers, h)
		for _, term := range l.Noise {
			g, _ := term.Gain(risk)
			part.Numbers = append(part.Numbers, g)
		}
	}
	return part
}

// scheme returns Scheme, or what nil stands for.
func (s SDE) scheme() Scheme {
	if s.Scheme == nil {
		return EulerMaruyama{Step: 0.01}
	}
	return s.Scheme
}
