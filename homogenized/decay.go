package homogenized

import (
	"fmt"

	"github.com/riskcurves/riskcurves/signsgd"
)

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
