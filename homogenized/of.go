package homogenized

import (
	"fmt"
	"math"
	"reflect"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Limiter is an optimizer that knows its own limit. Of asks it, so an optimizer of
// your own that has this method works with New, odes.New and everything built on them.
//
// The recipe for a step u(g) of the gradient g = r x with the residual r: E u = h(R) A ν
// gives the basis, A = K or K̄, and the drift h; Cov u = Σ g_n(R) Q_n in the limit gives
// the noise terms.
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

// Of returns the limit of the optimizer on the problem. It knows the optimizers of signsgd,
// and every Limiter. Others are a *NoLimitError that says why. A Limiter that is a
// signsgd.Binder is bound first.
//
// Signum and Lion are taken to have a memory that is short against d. It is an error if it
// lasts more than a tenth of the d steps that make the time 1; call the constructors of the
// same names to have the limit nevertheless. Memories of Momentum, of Nesterov, of RMSProp
// and of the squares of Adam are short below 30 steps, 1/(1−β) < 30. The limits are then
// Momentum for the first two, RMSProp and ShortAdam.
//
// For memories of squares from 30 steps to about 4√d, the constructor ShortAdam is nearer to
// runs than what Of takes, by up to 3% of the risk at d = 400, and costs more.
//
// Memories of squares and of gradients that last 30 steps or more are taken as long:
// γ = (1 − β) d. So Adam, AdamW, Momentum and Nesterov have coupled limits: SlowAdam with
// β2 long, LongAdam with β1 long too, and MomentumOf SGD. The Regime of the Limit says which
// was taken, and the constructors take one whatever the memories are. LongMomentum, Decayed
// and Averaged have the limits of MomentumOf, DecayOf and AverageOf.
//
// The Limit remembers the law of the noise and the batch, and that of a Limiter the
// variances too. Using it with a problem that differs in these is an error.
func Of(p signsgd.Problem, o signsgd.Optimizer) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	bound, err := bind(p, o)
	if err != nil {
		return Limit{}, err
	}
	if l, ok := bound.(Limiter); ok {
		limit, err := l.Limit(p)
		if err != nil {
			return Limit{}, err
		}
		limit.of = newCovariantOrigin(p)
		return limit, limit.Validate()
	}
	switch o := o.(type) {
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
		if signOfLongMemory(o.Beta, p.Dim()) {
			return Limit{}, &NoLimitError{o, tooLong("Beta", o.Beta, p.Dim())}
		}
		return Signum(p, o.Beta)
	case signsgd.Lion:
		if o.Beta1 > 0 && signOfLongMemory(o.Beta2, p.Dim()) {
			return Limit{}, &NoLimitError{o, tooLong("Beta2", o.Beta2, p.Dim())}
		}
		return Lion(p, o.Beta1, o.Beta2)
	case signsgd.Momentum:
		if lasting(o.Beta) {
			return ofHeavyBall(p, o.Beta)
		}
		return Momentum(p, o.Beta)
	case signsgd.RMSProp:
		if !lasting(o.Beta) {
			return ofShortAdam(p, signsgd.Adam{Beta2: o.Beta, Epsilon: o.Epsilon})
		}
		return Limit{}, &NoLimitError{o, "it remembers more squares of gradients than ShortAdam is for; call RMSProp for its limit if (1−Beta)d ≫ 1"}
	case signsgd.Adam:
		return ofAdam(p, o)
	case signsgd.AdamW:
		return ofAdamW(p, o)
	case signsgd.Decayed, signsgd.Averaged, signsgd.LongMomentum, signsgd.Nesterov:
		return ofCoupled(p, o)
	case signsgd.MajorityVote:
		return MajorityVote(p, o.Workers)
	case signsgd.Clipped:
		return Clipped(p, o.Norm)
	case signsgd.SoftClipped:
		return SoftClipped(p, o.Norm)
	case signsgd.Entrywise:
		return Entrywise(p, o.U)
	}
	reason := "it is not an optimizer of signsgd; give its type the method Limit(signsgd.Problem) (homogenized.Limit, error)"
	if o != nil && reflect.TypeOf(o).Kind() == reflect.Pointer {
		reason = "it is a pointer: pass the value"
	}
	return Limit{}, &NoLimitError{o, reason}
}

// bind returns the optimizer with the numbers of the problem filled in, or an error that
// names its first bad parameter.
func bind(p signsgd.Problem, o signsgd.Optimizer) (signsgd.Optimizer, error) {
	if b, ok := o.(signsgd.Binder); ok {
		bound, err := b.Bind(p)
		if err != nil {
			return nil, err
		}
		o = bound
	}
	return o, signsgd.ValidateOptimizer(o, p.Dim())
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
		l.of = newCovariantOrigin(p)
		return l, nil
	}
	l.Name = fmt.Sprintf("%s/%.6g", l.Name, factor)
	l.of = newCovariantOrigin(p)
	l.Drift = scaled(l.Drift, 1/factor)
	l.Noise[0].Gain = scaled(l.Noise[0].Gain, 1/(factor*factor))
	l.Fluctuation = gradientFluctuation(p, p.Law().SecondMoment(), func(float64) float64 { return 1 / factor })
	return l, nil
}

// scaled returns factor times the coefficient.
func scaled(c Coefficient, factor float64) Coefficient {
	return func(risk float64) (value, slope float64) {
		value, slope = c(risk)
		return factor * value, factor * slope
	}
}
