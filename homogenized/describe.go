package homogenized

import (
	"fmt"
	"math"
	"reflect"
	"slices"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// describe says what an ensemble of the SDE is: the problem, the limit, the learning
// rate and the scheme, each with its parameters.
func (s SDE) describe(scheme Scheme, settings ensemble.Settings) ensemble.Description {
	d := append(s.Problem.Description(), s.Limit.describe(s.Problem), ensemble.Describe("schedule", s.Rate), ensemble.Describe("scheme", scheme))
	return append(d, ensemble.Describe("variation", s.Variation), signsgd.DescribeObservers(s.Problem.Dim(), settings.Observers))
}

// describe returns the limit in words, with values of its coefficients and shapes. These
// are a second line of defence: it is the name that says what a literal is.
func (l Limit) describe(p signsgd.Problem) ensemble.Part {
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
	for _, risk := range l.described(p) {
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

// described returns the risks at which describe asks the coefficients. Tables that the
// package made of the problem cost seconds over all risks, and their name, the law and the
// batch say what is in them. They are asked at two risks, which the paths meet as well.
func (l Limit) described(p signsgd.Problem) (risks []float64) {
	if l.of != nil && l.of.tables != nil && slices.Equal(l.of.tables, l.codes()) {
		if risk := p.InitialRisk(); risk > 0 && !math.IsInf(risk, 1) {
			return []float64{risk, risk / 4}
		}
		return []float64{1}
	}
	for e := -20; e <= 20; e++ { // a factor of √10 each
		risks = append(risks, math.Pow(10, float64(e)/2))
	}
	return risks
}

// codes returns where the code of each coefficient is. It tells functions of the user from
// those of the package.
func (l Limit) codes() []uintptr {
	codes := []uintptr{reflect.ValueOf(l.Drift).Pointer()}
	for _, term := range l.Noise {
		codes = append(codes, reflect.ValueOf(term.Gain).Pointer())
	}
	return codes
}
