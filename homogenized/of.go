package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Limiter is an optimizer that knows its own limit. Of asks it, so an optimizer of
// your own that has this method works with New, odes.New and everything built on them.
type Limiter interface {
	signsgd.Optimizer

	// Limit returns the limit on the problem, or an error that says why there is none.
	Limit(p signsgd.Problem) (Limit, error)
}

// NoLimitError reports an optimizer whose limit this package does not know.
type NoLimitError struct {
	Optimizer signsgd.Optimizer
	Reason    string
}

func (e *NoLimitError) Error() string {
	return fmt.Sprintf("homogenized: %T has no known limit: %s", e.Optimizer, e.Reason)
}

// Of returns the limit of the optimizer on the problem. It knows signsgd's SignSGD,
// SGD, PreconditionedSGD and AdamHeuristic, their momentum variants without memory
// (Beta = 0), and every Limiter. Others are a *NoLimitError. The limit sees the law of
// the noise and the batch of the problem, and keeps them in mind: a use with another
// law or batch is an error.
func Of(p signsgd.Problem, o signsgd.Optimizer) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := validate(o, p); err != nil {
		return Limit{}, err
	}
	const memory = "its memory of past gradients is not part of this limit; only Beta = 0 is"
	switch o := o.(type) {
	case Limiter:
		l, err := o.Limit(p)
		if err != nil {
			return Limit{}, err
		}
		l.of = newOrigin(p)
		return l, l.Validate()
	case signsgd.SignSGD:
		return SignSGD(p)
	case signsgd.SGD:
		return SGD(p)
	case signsgd.PreconditionedSGD:
		return ofPreconditioned(p, o)
	case signsgd.AdamHeuristic:
		if o.MeanSquare != nil || o.Scale != nil {
			return Limit{}, &NoLimitError{o, "its Scale and MeanSquare are the user's own; the zero value takes them from the problem and has a limit"}
		}
		return AdamHeuristic(p)
	case signsgd.Signum:
		if o.Beta == 0 {
			return SignSGD(p)
		}
		return Limit{}, &NoLimitError{o, memory}
	case signsgd.Momentum:
		if o.Beta == 0 {
			return SGD(p)
		}
		return Limit{}, &NoLimitError{o, memory}
	}
	return Limit{}, &NoLimitError{o, "it is not one of the optimizers that Of lists, nor a homogenized.Limiter"}
}

// validate returns an error that names the first bad parameter of the optimizer on the
// problem.
func validate(o signsgd.Optimizer, p signsgd.Problem) error {
	if b, ok := o.(signsgd.Binder); ok {
		bound, err := b.Bind(p)
		if err != nil {
			return err
		}
		o = bound
	}
	return signsgd.ValidateOptimizer(o, p.Dim())
}

// ofPreconditioned returns the limit of SGD divided by a multiple of D.
func ofPreconditioned(p signsgd.Problem, o signsgd.PreconditionedSGD) (Limit, error) {
	l, err := PreconditionedSGD(p)
	if err != nil || o.Scale == nil {
		return l, err
	}
	deviations := spectra.StandardDeviations(p.Covariance)
	factor := o.Scale[0] / deviations[0]
	for i, s := range o.Scale {
		if math.Abs(s-factor*deviations[i]) > 1e-9*s {
			return Limit{}, &NoLimitError{o, fmt.Sprintf("Scale[%d] is not the multiple of the standard deviation that Scale[0] is", i)}
		}
	}
	if factor == 1 {
		return l, nil
	}
	l.Name = fmt.Sprintf("%s/%v", l.Name, factor)
	l.Drift = scaled(l.Drift, 1/factor)
	l.Noise[0].Gain = scaled(l.Noise[0].Gain, 1/(factor*factor))
	return l, nil
}

// scaled returns factor times the coefficient.
func scaled(c Coefficient, factor float64) Coefficient {
	return func(risk float64) (value, slope float64) {
		value, slope = c(risk)
		return factor * value, factor * slope
	}
}
