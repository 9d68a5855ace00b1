package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Averaging says which average ū of the iterates to take,
//
//	dū = ω(t) (θ − ū) dt,
//
// from the time Start on. Up to then ū = θ. The zero value is the Polyak–Ruppert average
// of the whole run; a Start alone gives the average of its tail.
type Averaging struct {
	// Rate is ω. Nil is 1/(t − Start), the plain mean since Start. Fixed(ω) is an
	// exponential moving average, ū ← ū + (ω/d)(θ − ū) in each step: one with the decay
	// β has ω = (1−β) d.
	Rate  Parameter
	Start float64
	Name  string // of the vector ū − θ*; "" is "average"
}

// AverageOf returns the limit l with an average of its iterates beside it. The vector
// ν̄ = ū − θ* has the name of the Averaging, and its overlap with itself is the risk of
// the averaged iterate. It may be taken of any limit, several times under different
// names.
func AverageOf(l Limit, a Averaging) (Limit, error) {
	if !(a.Start >= 0) || math.IsInf(a.Start, 1) {
		return Limit{}, fmt.Errorf("homogenized: Averaging.Start is %v: must be nonnegative and finite", a.Start)
	}
	if a.Name == "" {
		a.Name = "average"
	}
	rate := "the mean"
	if a.Rate != nil {
		rate = "ω = " + a.Rate.String()
	}
	out, err := l.extend(fmt.Sprintf("%s, with %q of %s from t = %g", l.Name, a.Name, rate, a.Start), Vector{a.Name, Displacement},
		func(f *Flow, at *State, place int) {
			if at.Time < a.Start { // ū = θ
				f.F[place], f.H[place], f.S[place] = f.F[0], f.H[0], f.S[0]
				return
			}
			omega := 1 / (at.Time - a.Start)
			if a.Rate != nil {
				omega = a.Rate.at(at)
			}
			f.F[place][0] -= omega
			f.F[place][place] += omega
		})
	if err == nil && a.Start > 0 {
		out.Coupling.Breaks = append(out.Coupling.Breaks, a.Start)
	}
	return out, err
}

// DecayOf returns the limit l with decoupled weight decay, dθ = −w θ dt beside what l
// does. A step of the optimizer multiplies θ by 1 − w/d. Fixed(w) is a decay of its own;
// TimesRate(λ) is AdamW's, which multiplies θ by 1 − η'λ in each step. It adds the
// constant vector "θ*" to the limit, unless that is there already.
func DecayOf(l Limit, w Parameter) (Limit, error) {
	if w == nil {
		return Limit{}, fmt.Errorf("homogenized: DecayOf: w is nil")
	}
	return l.extend(fmt.Sprintf("%s, weight decay %v", l.Name, w), Vector{"θ*", Target},
		func(f *Flow, at *State, place int) {
			v := w.at(at)
			f.F[0][0] += v
			f.F[0][place] += v
		})
}

// RidgeSGD returns the limit of SGD on the risk with the penalty ½ λ ‖θ‖², whose
// gradient is added to that of every sample: decoupled weight decay of w = η λ.
func RidgeSGD(p signsgd.Problem, lambda float64) (Limit, error) {
	if !(lambda >= 0) {
		return Limit{}, fmt.Errorf("homogenized: RidgeSGD: lambda is %v: must be nonnegative", lambda)
	}
	l, err := SGD(p)
	if err != nil {
		return Limit{}, err
	}
	return DecayOf(l, TimesRate(lambda))
}

// LongMomentum is momentum whose memory is a share of the run. With the step u of an
// optimizer (the gradient, or its sign), it moves
//
//	y ← (1 − δ/d) y + (γ1/d) u,
//	θ ← θ − (γ2/d) u − (γ3/d) y,
//
// in each step. γ2 = 0 is the heavy ball. Nesterov's method and DANA have all three, with
// δ and γ constant or functions of t. The learning rate has no part in it unless the
// parameters use it, as TimesRate does.
type LongMomentum struct {
	Delta, Gamma1, Gamma2, Gamma3 Parameter // nil is 0
}

// MomentumOf returns the limit of the momentum on the steps of l, which must be a limit
// of one vector: SGD for momentum of gradients, SignSGD for momentum of signs. The second
// vector is y, named "momentum"; in the Preconditioned basis it is the one that moves
// D⁻¹K or the sign. The sign of a momentum of gradients (Signum with 1 − β of order 1/d)
// has no closed limit.
func MomentumOf(l Limit, m LongMomentum) (Limit, error) {
	if l.Coupling != nil {
		return Limit{}, fmt.Errorf("homogenized: MomentumOf: the limit of %s is coupled: take the momentum of a limit of one vector first, and averages or weight decay of that", l.Name)
	}
	return l.extend(fmt.Sprintf("%s, long momentum δ = %v, γ1 = %v, γ2 = %v, γ3 = %v", l.Name, m.Delta, m.Gamma1, m.Gamma2, m.Gamma3), Vector{"momentum", Zero},
		func(f *Flow, at *State, y int) {
			gamma1, gamma2 := m.Gamma1.at(at), m.Gamma2.at(at)
			f.F[0][y] = m.Gamma3.at(at)
			f.F[y][y] = m.Delta.at(at)
			f.H[0][0], f.H[y][0] = gamma2*at.Drift, -gamma1*at.Drift
			f.S[0], f.S[y] = -gamma2, gamma1
		})
}
