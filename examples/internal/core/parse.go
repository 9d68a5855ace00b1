package core

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// NoiseGrammar says what ParseNoise understands.
const NoiseGrammar = "none, normal:SIGMA, normal:MU,SIGMA, rademacher:A, uniform:MIN,MAX, laplace:SCALE, logistic:S, student:NU,SIGMA, stable:ALPHA,C or cauchy:MU,SCALE"

// ParseNoise returns the law that a word like normal:0.5 stands for.
func ParseNoise(word string) (noise.Law, error) {
	kind, p, err := split(word)
	if err != nil {
		return nil, fmt.Errorf("noise %q: %w", word, err)
	}
	var law noise.Law
	switch {
	case kind == "none" && len(p) == 0:
		law = noise.None{}
	case kind == "normal" && len(p) == 1:
		law = noise.Normal{Sigma: p[0]}
	case kind == "normal" && len(p) == 2:
		law = noise.Normal{Mu: p[0], Sigma: p[1]}
	case kind == "rademacher" && len(p) == 1:
		law = noise.Rademacher{Scale: p[0]}
	case kind == "uniform" && len(p) == 2:
		law = noise.Uniform{Min: p[0], Max: p[1]}
	case kind == "laplace" && len(p) == 1:
		law = noise.Laplace{Scale: p[0]}
	case kind == "logistic" && len(p) == 1:
		law = noise.Logistic{S: p[0]}
	case kind == "student" && len(p) == 2:
		law = noise.StudentsT{Nu: p[0], Sigma: p[1]}
	case kind == "stable" && len(p) == 2:
		law = noise.AlphaStable{Alpha: p[0], C: p[1]}
	case kind == "cauchy" && len(p) == 2:
		law = noise.Cauchy{Mu: p[0], Scale: p[1]}
	default:
		return nil, fmt.Errorf("noise %q: must be %s", word, NoiseGrammar)
	}
	return law, noise.Validate(law)
}

// EigenvalueGrammar says what ParseEigenvalues understands.
const EigenvalueGrammar = "isotropic, log:LO,HI or power:ALPHA"

// ParseEigenvalues returns the d eigenvalues that a word like log:0.01,1 stands for.
func ParseEigenvalues(word string, d int) ([]float64, error) {
	kind, p, err := split(word)
	if err != nil {
		return nil, fmt.Errorf("spectrum %q: %w", word, err)
	}
	switch {
	case kind == "isotropic" && len(p) == 0:
		return spectra.LogSpaced(d, 1, 1)
	case kind == "log" && len(p) == 2:
		return spectra.LogSpaced(d, p[0], p[1])
	case kind == "power" && len(p) == 1:
		return spectra.PowerLaw(d, p[0])
	}
	return nil, fmt.Errorf("spectrum %q: must be %s", word, EigenvalueGrammar)
}

// split cuts kind:1,2 into its kind and its numbers.
func split(word string) (kind string, numbers []float64, err error) {
	kind, list, some := strings.Cut(word, ":")
	if !some {
		return kind, nil, nil
	}
	for field := range strings.SplitSeq(list, ",") {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return "", nil, fmt.Errorf("%q is not a number", field)
		}
		numbers = append(numbers, x)
	}
	return kind, numbers, nil
}
