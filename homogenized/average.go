package homogenized

import (
	"fmt"
	"math"
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
