package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// describe says what an ensemble of the SDE is: the problem, the limit, the learning
// rate and the scheme, each with its parameters.
func (s SDE) describe(settings ensemble.Settings) ensemble.Description {
	d := append(s.Problem.Description(), s.Limit.describe(), ensemble.Describe("schedule", s.Rate), ensemble.Describe("scheme", s.scheme()))
	return append(d, ensemble.Describe("variation", s.Variation), signsgd.DescribeObservers(s.Problem.Dim(), settings.Observers))
}

// describe returns the limit in words, with values of its coefficients and shapes. These
// are a second line of defence: it is the name that says what a literal is.
func (l Limit) describe() ensemble.Part {
	part := ensemble.Part{Name: "limit", Floor: 1e-15}
	if l.Name == "" {
		part.Reason = "set Limit.Name"
		return part
	}
	part.Text = fmt.Sprintf("%s, basis %v, centred %t", l.Name, l.Basis, l.Centred)
	for n, term := range l.Noise {
		part.Text += fmt.Sprintf(", noise %d scaled %t", n, term.Shape.Scaled)
		for rho := -1.0; rho <= 1; rho += 1. / 16 {
			f := rho
			if term.Shape.Odd != nil {
				f = term.Shape.Odd(rho)
			}
			part.Numbers = append(part.Numbers, f)
		}
	}
	for e := -20; e <= 20; e++ { // a factor of √10 each
		risk := math.Pow(10, float64(e)/2)
		h, _ := l.Drift(risk)
		part.Numbers = append(part.Numbers, h)
		for _, term := range l.Noise {
			g, _ := term.Gain(risk)
			part.Numbers = append(part.Numbers, g)
		}
	}
	if l.Coupling != nil {
		l.Coupling.describe(&part, len(l.Noise))
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
