package homogenized

import (
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Batch returns the batch size at which Of or a constructor took the limit. It is 0 for a
// limit that does not know it, such as a literal.
func (l Limit) Batch() int {
	if l.of == nil {
		return 0
	}
	return l.of.batch
}

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
