package homogenized

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// Coefficient is a function of the noiseless risk R > 0, with its derivative.
type Coefficient func(risk float64) (value, slope float64)

// Limit is the limit of an optimizer on a problem. Its exported fields describe it
// fully, so users can write their own. With ν = Θ − θ* and R = R(Θ),
//
//	dΘ = −η(t) h(R) A ν dt + η(t) √(Σ_n g_n(R) Q_n/d) dB.
//
// A is K in the Plain basis and K̄ in the Preconditioned one. Each Q_n has the shape
// f_n(C) or D f_n(C) D of its Term, whatever the basis.
type Limit struct {
	// Name says what the limit is of, such as "signSGD". Equal names mean equal limits:
	// ensembles of paths are told apart by it, and one whose limit has no name cannot be
	// resumed or merged.
	Name string

	Basis spectra.Basis
	Drift Coefficient // h
	Noise []Term      // g_n and Q_n; none is a process without noise

	// Centred subtracts m mᵀ with m = h(R) A ν from the noise covariance: Appendix G.
	Centred bool

	// Fluctuation says how the runs of the optimizer fluctuate beyond the SDE, which the
	// theory of their variance needs. nil means that it is not known.
	Fluctuation *Fluctuation

	// Coupling describes further vectors and scalars of the limit. Nil is the limit of
	// the one vector ν, as written above.
	Coupling *Coupling

	// Regime says which limit Of took of an optimizer that has several, such as Adam's
	// short or slow memory. It is empty where there is only one.
	Regime string

	of *origin // what Of took the limit of; nil for a literal
}

// Term is one term g(R) Q of the noise covariance.
type Term struct {
	Gain  Coefficient   // g
	Shape spectra.Shape // of Q
}

// Validate returns an error that names the first field that is missing or bad, and nil
// if there is none.
func (l Limit) Validate() error {
	if l.Basis != spectra.Plain && l.Basis != spectra.Preconditioned {
		return fmt.Errorf("homogenized: Limit.Basis is %v: must be spectra.Plain or spectra.Preconditioned", l.Basis)
	}
	if l.Drift == nil {
		return errors.New("homogenized: Limit.Drift is nil")
	}
	for n, term := range l.Noise {
		if term.Gain == nil {
			return fmt.Errorf("homogenized: Limit.Noise[%d].Gain is nil", n)
		}
	}
	if l.Coupling == nil {
		return nil
	}
	if l.Centred {
		return errors.New("homogenized: Limit.Centred is set: must not be beside a Coupling")
	}
	return l.Coupling.Validate()
}

// ValidateFor returns an error if the limit is bad, or if Of or a constructor made it for
// a problem that differs from p in what the limit depends on: the noise, the batch and,
// where a Limiter may have used it, the covariance. A Limit written as a literal is
// accepted for every problem.
func (l Limit) ValidateFor(p signsgd.Problem) error {
	if err := p.Validate(); err != nil {
		return err
	}
	if err := l.Validate(); err != nil {
		return err
	}
	if l.of == nil {
		return nil
	}
	return l.of.check(p)
}

// Shapes returns the shapes of the noise terms, in their order.
func (l Limit) Shapes() []spectra.Shape {
	shapes := make([]spectra.Shape, len(l.Noise))
	for n, term := range l.Noise {
		shapes[n] = term.Shape
	}
	return shapes
}

// Batch returns the batch size at which Of or a constructor took the limit. It is 0 for a
// limit that does not know it, such as a literal.
func (l Limit) Batch() int {
	if l.of == nil {
		return 0
	}
	return l.of.batch
}

// origin is what a limit depends on of the problem that it was taken of.
type origin struct {
	law        noise.Law
	numbers    []float64 // of the law
	batch      int
	covariance *ensemble.Part // nil where the limit does not depend on it
	tables     []uintptr      // the codes of coefficients that are tables; nil is none
}

func newOrigin(p signsgd.Problem) *origin {
	law := p.Law()
	o := &origin{law: law, batch: p.BatchSize(), numbers: []float64{law.SecondMoment()}}
	for _, risk := range []float64{1e-6, 1e-3, 1, 1e3} {
		phi, _ := law.Phi(risk)
		o.numbers = append(o.numbers, phi)
	}
	return o
}

// newCovariantOrigin is newOrigin for a limit that may depend on the covariance, through
// its variances.
func newCovariantOrigin(p signsgd.Problem) *origin {
	o := newOrigin(p)
	part := ensemble.Digest("covariance", fmt.Sprintf("%d variances", p.Dim()), p.Covariance.Variances(nil))
	o.covariance = &part
	return o
}

// check returns an error that says what differs in the problem.
func (o *origin) check(p signsgd.Problem) error {
	now := newOrigin(p)
	if now.batch != o.batch {
		return fmt.Errorf("homogenized: the limit was taken at batch %d, but Problem.Batch is %d: take it anew with Of", o.batch, now.batch)
	}
	for i, x := range o.numbers {
		if !near(x, now.numbers[i]) {
			return fmt.Errorf("homogenized: the limit was taken under the noise %v, but Problem.Noise is %v: take it anew with Of", o.law, now.law)
		}
	}
	if o.covariance == nil {
		return nil
	}
	part := newCovariantOrigin(p).covariance
	if part.Text != o.covariance.Text || !slices.EqualFunc(part.Numbers, o.covariance.Numbers, near) {
		return fmt.Errorf("homogenized: the limit was taken with another covariance than Problem.Covariance: take it anew with Of")
	}
	return nil
}

// near reports whether two numbers agree up to the tolerance of a table of φ.
func near(x, y float64) bool {
	if math.IsInf(x, 0) || math.IsInf(y, 0) || math.IsNaN(x) || math.IsNaN(y) {
		return x == y || math.IsNaN(x) && math.IsNaN(y)
	}
	return math.Abs(x-y) <= 1e-9*math.Abs(x)
}
