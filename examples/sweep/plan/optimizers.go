package plan

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// parameter is a number of an optimizer's word.
type parameter struct {
	name   string
	preset float64 // its value where the word does not give it; NaN if it must
	within bounds
}

// bounds are what a parameter may be.
type bounds int

const (
	decayRate   bounds = iota // a decay β of a mean
	nonnegative               // finite
	positive                  // finite
	whole                     // a number of workers
)

func (b bounds) check(v float64) error {
	ok, says := true, ""
	switch b {
	case decayRate:
		ok, says = v >= 0 && v < 1, "must lie in [0, 1)"
	case nonnegative:
		ok, says = v >= 0, "must be nonnegative"
	case positive:
		ok, says = v > 0, "must be positive"
	case whole:
		ok, says = v >= 1 && v <= 1e6 && v == math.Trunc(v), "must be a whole number from 1 to 1000000"
	}
	if !ok {
		return fmt.Errorf("is %v: %s", v, says)
	}
	return nil
}

// family is the optimizers of one name.
type family struct {
	name       string
	parameters []parameter
	of         func(p []float64) signsgd.Optimizer
}

var needed = math.NaN()

// families are the optimizers that a word may begin with.
var families = []family{
	{"signsgd", nil, func([]float64) signsgd.Optimizer { return signsgd.SignSGD{} }},
	{"sgd", nil, func([]float64) signsgd.Optimizer { return signsgd.SGD{} }},
	{"preconditioned", nil, func([]float64) signsgd.Optimizer { return signsgd.PreconditionedSGD{} }},
	{"adamheuristic", nil, func([]float64) signsgd.Optimizer { return signsgd.AdamHeuristic{} }},
	{"signum", []parameter{{"BETA", 0.9, decayRate}}, func(p []float64) signsgd.Optimizer { return signsgd.Signum{Beta: p[0]} }},
	{"lion", []parameter{{"BETA1", 0.9, decayRate}, {"BETA2", 0.99, decayRate}}, func(p []float64) signsgd.Optimizer {
		return signsgd.Lion{Beta1: p[0], Beta2: p[1]}
	}},
	{"vote", []parameter{{"WORKERS", needed, whole}}, func(p []float64) signsgd.Optimizer { return signsgd.MajorityVote{Workers: int(p[0])} }},
	{"clipped", []parameter{{"NORM", needed, positive}}, func(p []float64) signsgd.Optimizer { return signsgd.Clipped{Norm: p[0]} }},
	{"softclipped", []parameter{{"NORM", needed, positive}}, func(p []float64) signsgd.Optimizer { return signsgd.SoftClipped{Norm: p[0]} }},
	{"momentum", []parameter{{"BETA", 0.9, decayRate}}, func(p []float64) signsgd.Optimizer { return signsgd.Momentum{Beta: p[0]} }},
	{"nesterov", []parameter{{"BETA", 0.9, decayRate}}, func(p []float64) signsgd.Optimizer { return signsgd.Nesterov{Beta: p[0]} }},
	{"longmomentum", long, func(p []float64) signsgd.Optimizer { return longMomentum(p, false) }},
	{"longsigns", long, func(p []float64) signsgd.Optimizer { return longMomentum(p, true) }},
	{"dana", []parameter{{"SCALE", needed, positive}, {"GAMMA2", 1, nonnegative}, {"GAMMA3", needed, nonnegative}}, func(p []float64) signsgd.Optimizer {
		return signsgd.LongMomentum{
			Delta: schedule.Power{Start: 1, Scale: p[0], Exponent: 1}, Gamma1: schedule.Constant(1),
			Gamma2: schedule.Constant(p[1]), Gamma3: schedule.Constant(p[2]),
		}
	}},
	{"rmsprop", []parameter{{"BETA", 0.99, decayRate}, {"EPSILON", 1e-8, nonnegative}}, func(p []float64) signsgd.Optimizer {
		return signsgd.RMSProp{Beta: p[0], Epsilon: p[1]}
	}},
	{"adam", adam, func(p []float64) signsgd.Optimizer { return signsgd.Adam{Beta1: p[0], Beta2: p[1], Epsilon: p[2]} }},
	{"adamw", slices.Concat(adam, []parameter{{"DECAY", 0.01, nonnegative}}), func(p []float64) signsgd.Optimizer {
		return signsgd.AdamW{Beta1: p[0], Beta2: p[1], Epsilon: p[2], Decay: p[3]}
	}},
}

var (
	adam = []parameter{{"BETA1", 0.9, decayRate}, {"BETA2", 0.999, decayRate}, {"EPSILON", 1e-8, nonnegative}}
	long = []parameter{{"DELTA", needed, nonnegative}, {"GAMMA2", 0, nonnegative}, {"GAMMA3", 1, nonnegative}}
)

func longMomentum(p []float64, sign bool) signsgd.Optimizer {
	return signsgd.LongMomentum{
		Delta: schedule.Constant(p[0]), Gamma1: schedule.Constant(1),
		Gamma2: schedule.Constant(p[1]), Gamma3: schedule.Constant(p[2]), Sign: sign,
	}
}

// Endings of a word, each at most once: the weight decay of an optimizer, and the average
// of its iterates, which is the outer one.
var (
	decayed  = []parameter{{"DECAY", needed, nonnegative}}
	averaged = []parameter{{"RATE", 0, nonnegative}, {"START", 0, nonnegative}}
)

// optimizers are the words of an optimizer, for messages.
var optimizers = func() string {
	var all []string
	for _, f := range families {
		all = append(all, usage(f.name, f.parameters))
	}
	return "one of " + strings.Join(all, ", ") + "; behind it may stand " + usage("+decay", decayed) + " and " + usage("+average", averaged)
}()

// usage says how a word is written.
func usage(name string, parameters []parameter) string {
	for i, p := range parameters {
		separator := ","
		if i == 0 {
			separator = ":"
		}
		name += separator + p.name
		if p.preset == p.preset {
			name += fmt.Sprintf("=%v", p.preset)
		}
	}
	return name
}

// parseOptimizer returns the optimizer of a word such as adam:0.9,0.99+decay:0.1+average,
// and whether it averages its iterates. Numbers at the end of a list may be left out where
// they have a default.
func parseOptimizer(word string) (o signsgd.Optimizer, averages bool, err error) {
	parts := splitWord(word)
	name, _, _ := strings.Cut(parts[0], ":")
	i := slices.IndexFunc(families, func(f family) bool { return f.name == name })
	if i < 0 {
		return nil, false, fmt.Errorf("%q: must be %s", word, optimizers)
	}
	p, err := numbersOf(word, parts[0], families[i].parameters)
	if err != nil {
		return nil, false, err
	}
	o = families[i].of(p)
	var decay, average []float64
	for _, part := range parts[1:] {
		name, _, _ := strings.Cut(part, ":")
		to, parameters := &decay, decayed
		switch name {
		case "+decay":
		case "+average":
			to, parameters = &average, averaged
		default:
			return nil, false, fmt.Errorf("%q: %q must be %s or %s", word, part, usage("+decay", decayed), usage("+average", averaged))
		}
		if *to != nil {
			return nil, false, fmt.Errorf("%q: %s stands there twice", word, name)
		}
		if *to, err = numbersOf(word, part, parameters); err != nil {
			return nil, false, err
		}
	}
	if decay != nil {
		o = signsgd.Decayed{Optimizer: o, Decay: decay[0]}
	}
	if average != nil {
		o = signsgd.Averaged{Optimizer: o, Averages: []signsgd.Average{{Rate: average[0], Start: average[1]}}}
	}
	return o, average != nil, nil
}

// splitWord splits a word before every + that a letter follows, which is none of an
// exponent.
func splitWord(word string) (parts []string) {
	from := 0
	for i := 1; i+1 < len(word); i++ {
		if c := word[i+1]; word[i] == '+' && (c < '0' || c > '9') {
			parts = append(parts, word[from:i])
			from = i
		}
	}
	return append(parts, word[from:])
}

// numbersOf returns the parameters of a part of a word.
func numbersOf(word, part string, parameters []parameter) ([]float64, error) {
	name, list, some := strings.Cut(part, ":")
	var given []string
	if some {
		given = strings.Split(list, ",")
	}
	if len(given) > len(parameters) {
		return nil, fmt.Errorf("%q: %s has %d numbers: must be %s", word, name, len(given), usage(name, parameters))
	}
	numbers := make([]float64, len(parameters))
	for i, p := range parameters {
		v := p.preset
		if i < len(given) {
			var err error
			if v, err = strconv.ParseFloat(given[i], 64); err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return nil, fmt.Errorf("%q: %s is %q, not a number", word, p.name, given[i])
			}
		}
		if math.IsNaN(v) {
			return nil, fmt.Errorf("%q: %s is missing: must be %s", word, p.name, usage(name, parameters))
		}
		if err := p.within.check(v); err != nil {
			return nil, fmt.Errorf("%q: %s %w", word, p.name, err)
		}
		numbers[i] = v
	}
	return numbers, nil
}
