package homogenized

import (
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// longMemory is the number of steps 1/(1 − β) from which on Of takes a memory as long. Both
// limits are near there. By simulation at d = 400, with a diagonal K, normal noise and β1 = 0,
// the root mean square of the relative gap over the times is, with standard errors of 0.005,
//
//	β2          0.9    0.95   0.97   0.98   0.99
//	ShortAdam   0.003  0.006  0.009  0.013  0.022
//	SlowAdam    0.115  0.064  0.041  0.029  0.017
//
// and with β1 = 0.9 at most as large, but for 0.006 of ShortAdam at 0.9. The gap of ShortAdam
// grows as the memory over d and that of SlowAdam as 1.4 over the memory, for which the second
// moment has not concentrated. They are equal at a memory of about 4√d. At d = 1600 ShortAdam
// is still nearer at 0.99. Of changes at 30 all the same, since the tables of ShortAdam cost
// more the longer the memory is: under noise that is not normal some seconds at 0.98.
//
// For Momentum the long memory is nearer at all lengths: its gap is 0.003 for every β above,
// against 0.009, 0.015, 0.024, 0.034 and 0.064 of the short one. The short one is SGD, and has
// all that is known of it.
const longMemory = 30

// lasting reports whether the memory of the decay β is long.
func lasting(beta float64) bool { return 1/(1-beta) >= longMemory*(1-1e-9) }

// Memory returns how many steps the optimizer remembers, 1/(1−β) for the largest of its
// decay rates β that Of takes as short. It needs to be small against d. A memory that Of
// takes as long is a part of the limit and does not count. Memory is 0 for a rule without
// a memory, and NaN for an optimizer that is not one of signsgd.
func Memory(o signsgd.Optimizer) float64 {
	steps := func(beta float64) float64 {
		if beta == 0 {
			return 0
		}
		return 1 / (1 - beta)
	}
	short := func(beta float64) float64 {
		if lasting(beta) {
			return 0
		}
		return steps(beta)
	}
	switch o := o.(type) {
	case signsgd.SignSGD, signsgd.SGD, signsgd.PreconditionedSGD, signsgd.AdamHeuristic, signsgd.MajorityVote, signsgd.Clipped, signsgd.SoftClipped:
		return 0
	case signsgd.Signum:
		return steps(o.Beta)
	case signsgd.Lion:
		if o.Beta1 == 0 {
			return 0
		}
		return steps(o.Beta2)
	case signsgd.Momentum:
		return short(o.Beta)
	case signsgd.Nesterov:
		return short(o.Beta)
	case signsgd.RMSProp:
		return short(o.Beta)
	case signsgd.Adam:
		if !lasting(o.Beta2) {
			return steps(max(o.Beta1, o.Beta2))
		}
		return short(o.Beta1)
	case signsgd.AdamW:
		return Memory(o.Adam())
	}
	return math.NaN()
}

// unclosed is why the sign of a long memory has no limit.
const unclosed = "the sign of a momentum that remembers a share of the run does not close: its drift depends on every coordinate of the momentum; LongMomentum{Sign: true}, the momentum of signs, has a limit"

// tooLong says why the sign of a memory of the decay β has no limit in dimension d.
func tooLong(field string, beta float64, d int) string {
	return fmt.Sprintf("%s is %v, a memory of %.4g steps: must be at most d/10 = %g; %s", field, beta, 1/(1-beta), float64(d)/10, unclosed)
}

// signOfLongMemory reports whether the sign of a memory of the decay β depends on a share
// of the run in dimension d: more than a tenth of the d steps that make the time 1.
func signOfLongMemory(beta float64, d int) bool { return beta > 0 && (1-beta)*float64(d) < 10*(1-1e-9) }

// ofAdam returns the limit of Adam, by the length of its memories.
func ofAdam(p signsgd.Problem, o signsgd.Adam) (Limit, error) {
	if o.Beta1 == 0 && o.Beta2 == 0 && o.Epsilon == 0 {
		return SignSGD(p)
	}
	if !lasting(o.Beta2) {
		return ofShortAdam(p, o)
	}
	if err := smallEpsilon(p, o); err != nil {
		return Limit{}, err
	}
	d := float64(p.Dim())
	gamma2 := (1 - o.Beta2) * d
	var l Limit
	var err error
	if lasting(o.Beta1) {
		gamma1 := (1 - o.Beta1) * d
		l, err = LongAdam(p, gamma1, gamma2, Corrected)
		l.Regime = fmt.Sprintf("long memories, γ1 = %.6g and γ2 = %.6g", gamma1, gamma2)
	} else {
		l, err = SlowAdam(p, gamma2, Corrected)
		l.Regime = fmt.Sprintf("long memory of squares, γ = %.6g, and short memory of gradients", gamma2)
	}
	if err != nil {
		return Limit{}, err
	}
	l.of = newCovariantOrigin(p)
	return l, nil
}

// ofShortAdam returns the limit of Adam's value where its memory is short.
func ofShortAdam(p signsgd.Problem, o signsgd.Adam) (Limit, error) {
	least := math.Sqrt(slices.Min(p.Covariance.Variances(nil)))
	if most := 1e-6 * least; o.Epsilon > most {
		return Limit{}, &NoLimitError{o, fmt.Sprintf("Epsilon is %v: the limit needs it small against D√(2𝓟), at most %v = 1e-6 of the smallest standard deviation", o.Epsilon, most)}
	}
	l, err := ShortAdam(p, o.Beta1, o.Beta2)
	l.Regime = "short memory"
	return l, err
}

// smallEpsilon returns an error unless Adam's ε is small against every D_i √v: at most a
// hundredth of it at the risk 0, or where there is no noise, at a millionth of R(0).
func smallEpsilon(p signsgd.Problem, o signsgd.Adam) error {
	if o.Epsilon == 0 {
		return nil
	}
	v2, err := secondMoment("Adam", p)
	if err != nil {
		return err
	}
	least := v2
	if least == 0 {
		nu := p.Displacement(nil, p.Init)
		least = 1e-6 * spectra.Quadratic(p.Covariance, nu, make([]float64, len(nu)))
	}
	smallest := slices.Min(spectra.StandardDeviations(p.Covariance)) * math.Sqrt(least/float64(p.BatchSize()))
	if o.Epsilon > smallest/100 {
		return &NoLimitError{o, fmt.Sprintf("Epsilon = %v is not small against D_i √v, which falls to %.3g: the preconditioner then changes its basis in time, and no limit closes", o.Epsilon, smallest)}
	}
	return nil
}

// ofAdamW returns the limit of AdamW: that of its Adam with weight decay.
func ofAdamW(p signsgd.Problem, o signsgd.AdamW) (Limit, error) {
	l, err := ofAdam(p, o.Adam())
	if err != nil || o.Decay == 0 {
		return l, err
	}
	return DecayOf(l, TimesRate(o.Decay))
}

// ofHeavyBall returns the limit of Momentum with a long memory, for which y = m/d.
func ofHeavyBall(p signsgd.Problem, beta float64) (Limit, error) {
	d := float64(p.Dim())
	return ofLong(p, LongMomentum{Delta: Fixed((1 - beta) * d), Gamma1: Fixed(1), Gamma3: TimesRate(d)}, (1-beta)*d)
}

// ofLong returns the limit of the momentum of gradients.
func ofLong(p signsgd.Problem, m LongMomentum, delta float64) (Limit, error) {
	l, err := SGD(p)
	if err != nil {
		return Limit{}, err
	}
	if l, err = MomentumOf(l, m); err != nil {
		return Limit{}, err
	}
	l.Regime = fmt.Sprintf("long memory, δ = %.6g", delta)
	l.of = newCovariantOrigin(p)
	return l, nil
}

// ofCoupled returns the limit of an optimizer that has one by composition.
func ofCoupled(p signsgd.Problem, o signsgd.Optimizer) (Limit, error) {
	switch o := o.(type) {
	case signsgd.Nesterov:
		d := float64(p.Dim())
		switch {
		case o.Beta == 0:
			return SGD(p)
		case !lasting(o.Beta):
			// The weights of past gradients, 1 + β and β^{k+1} beyond it, have the sum of those of
			// Momentum.
			l, err := Momentum(p, o.Beta)
			if err != nil {
				return Limit{}, err
			}
			l.Name = fmt.Sprintf("SGD with Nesterov's momentum %v", o.Beta)
			l.Fluctuation = &Fluctuation{Momentum: math.NaN(), Err: errNesterov}
			return l, nil
		}
		return ofLong(p, LongMomentum{Delta: Fixed((1 - o.Beta) * d), Gamma1: Fixed(1), Gamma2: TimesRate(1), Gamma3: TimesRate(o.Beta * d)}, (1-o.Beta)*d)
	case signsgd.LongMomentum:
		base := SGD
		if o.Sign {
			base = SignSGD
		}
		l, err := base(p)
		if err != nil {
			return Limit{}, err
		}
		out, err := MomentumOf(l, LongMomentum{Delta: FunctionOf(o.Delta), Gamma1: FunctionOf(o.Gamma1), Gamma2: rateTimes(o.Gamma2), Gamma3: rateTimes(o.Gamma3)})
		if err != nil {
			return Limit{}, err
		}
		for _, s := range []schedule.Schedule{o.Delta, o.Gamma1, o.Gamma2, o.Gamma3} {
			out.Coupling.Breaks = append(out.Coupling.Breaks, schedule.Breaks(s)...)
		}
		return out, nil
	case signsgd.Decayed:
		l, err := Of(p, o.Optimizer)
		if err != nil || o.Decay == 0 {
			return l, err
		}
		return DecayOf(l, TimesRate(o.Decay))
	case signsgd.Averaged:
		l, err := Of(p, o.Optimizer)
		for _, a := range o.Averages {
			if err != nil {
				return Limit{}, err
			}
			average := Averaging{Start: a.Start, Name: a.Name}
			if a.Rate > 0 {
				average.Rate = Fixed(a.Rate)
			}
			l, err = AverageOf(l, average)
		}
		return l, err
	}
	return Limit{}, &NoLimitError{o, "it is not a composition"}
}

// FunctionOf returns the Parameter s(t) of a schedule that depends on t alone; nil is 0.
func FunctionOf(s schedule.Schedule) Parameter {
	if s == nil {
		return nil
	}
	return func(t, _ float64) float64 { return s.Rate(t, signsgd.Nowhere{}) }
}

// rateTimes returns the Parameter η s(t).
func rateTimes(s schedule.Schedule) Parameter {
	if s == nil {
		return nil
	}
	return func(t, eta float64) float64 { return eta * s.Rate(t, signsgd.Nowhere{}) }
}
