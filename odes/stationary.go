package odes

import (
	"fmt"
	"math"
)

// LimitRisk returns the risk R∞ at which the system comes to rest under a rate
// that no longer depends on time: the solution of
//
//	4 d R h(R) = η Σ_n g_n(R) Σ_{λ_i>0} c_i^{(n)}/λ_i
//
// that is next on the way of the risk from R(0). For signSGD it is unique, Theorem
// 3 and equation (244); for centred normal noise of variance v² it is (19),
// a(a + √(a²+v²)) with a = π η tr D/(8 d c_B). The rate is read at t = +Inf; it may
// depend on the risk.
//
// The result is +Inf where the risk has nothing to stop it, as that of SGD beyond
// its largest learning rate, and 0 where nothing keeps it up. A rate that is zero
// in the end is an error.
func (s *System) LimitRisk() (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	load := make([]float64, len(s.Gains))
	for n, c := range s.Modes.Weights {
		for i, l := range s.Modes.Lambda {
			if l > 0 {
				load[n] += c[i] / l
			}
		}
	}
	c := &coefficients{input: make([]float64, len(load)), ratio: make([]float64, len(load)),
		inputSlope: make([]float64, len(load)), ratioSlope: make([]float64, len(load))}
	var work risk
	var failed error
	// rising reports whether noise outweighs drift: 2Ra < Σ b_n load_n.
	rising := func(r float64) bool {
		if err := s.evaluate(c, math.Inf(1), r, &work); err != nil {
			failed = err
			return false
		}
		input := 0.0
		for n, l := range load {
			input += c.input[n] * l
		}
		if c.decay == 0 && input == 0 {
			failed = fmt.Errorf("odes: LimitRisk: the learning rate is 0 in the end: the risk stays where it stops")
		}
		return 2*r*c.decay < input
	}
	// Walk from R(0) to where the balance turns, then halve the interval.
	start := 0.0
	for _, r := range s.Modes.Risk {
		start += r
	}
	start = max(start, minRisk)
	const stride = 4
	lo, hi := start, start
	if rising(start) {
		for rising(hi) && failed == nil {
			if lo, hi = hi, hi*stride; hi > maxRisk {
				return math.Inf(1), nil
			}
		}
	} else {
		for !rising(lo) && failed == nil {
			if lo, hi = lo/stride, lo; lo < minRisk {
				return 0, nil
			}
		}
	}
	for failed == nil {
		middle := lo + (hi-lo)/2
		if middle <= lo || middle >= hi {
			break
		}
		if rising(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
	if failed != nil {
		return 0, failed
	}
	return lo + (hi-lo)/2, nil
}
