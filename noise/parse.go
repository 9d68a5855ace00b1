package noise

import (
	"fmt"
	"strconv"
	"strings"
)

// Grammar lists the words that Parse reads.
const Grammar = "none, normal:SIGMA, normal:MU,SIGMA, rademacher:A, uniform:MIN,MAX, " +
	"laplace:SCALE, laplace:MU,SCALE, logistic:S, logistic:MU,S, " +
	"student:NU,SIGMA, student:NU,SIGMA,MU, cauchy:SCALE, cauchy:MU,SCALE, " +
	"stable:ALPHA,C or stable:ALPHA,C,MU"

// Parse returns the law that a word such as normal:0.5 stands for. Grammar lists the
// words, in which capital letters stand for numbers; a MU that is left out is 0. The
// error names what is wrong with the word or with a parameter of its law.
func Parse(word string) (Law, error) {
	name, list, some := strings.Cut(word, ":")
	var p []float64
	if some {
		for field := range strings.SplitSeq(list, ",") {
			x, err := strconv.ParseFloat(field, 64)
			if err != nil {
				return nil, fmt.Errorf("noise: Parse: %q: %q is not a number", word, field)
			}
			p = append(p, x)
		}
	}
	law := named(name, p)
	if law == nil {
		return nil, fmt.Errorf("noise: Parse: %q: must be %s", word, Grammar)
	}
	if err := Validate(law); err != nil {
		return nil, fmt.Errorf("noise: Parse: %q: %w", word, err)
	}
	return law, nil
}

// named returns the law of a name with the parameters p, and nil if Grammar has none.
func named(name string, p []float64) Law {
	switch fmt.Sprintf("%s/%d", name, len(p)) {
	case "none/0":
		return None{}
	case "normal/1":
		return Normal{Sigma: p[0]}
	case "normal/2":
		return Normal{Mu: p[0], Sigma: p[1]}
	case "rademacher/1":
		return Rademacher{Scale: p[0]}
	case "uniform/2":
		return Uniform{Min: p[0], Max: p[1]}
	case "laplace/1":
		return Laplace{Scale: p[0]}
	case "laplace/2":
		return Laplace{Mu: p[0], Scale: p[1]}
	case "logistic/1":
		return Logistic{S: p[0]}
	case "logistic/2":
		return Logistic{Mu: p[0], S: p[1]}
	case "student/2":
		return StudentsT{Nu: p[0], Sigma: p[1]}
	case "student/3":
		return StudentsT{Nu: p[0], Sigma: p[1], Mu: p[2]}
	case "cauchy/1":
		return Cauchy{Scale: p[0]}
	case "cauchy/2":
		return Cauchy{Mu: p[0], Scale: p[1]}
	case "stable/2":
		return AlphaStable{Alpha: p[0], C: p[1]}
	case "stable/3":
		return AlphaStable{Alpha: p[0], C: p[1], Mu: p[2]}
	}
	return nil
}
