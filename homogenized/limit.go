package homogenized

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
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
	// Name says what the limit is of, such as "signSGD". An ensemble of paths whose
	// limit has no name cannot be resumed or merged.
	Name string

	Basis spectra.Basis
	Drift Coefficient // h
	Noise []Term      // g_n and Q_n; none is a process without noise

	// Centred subtracts m mᵀ with m = h(R) A ν from the noise covariance: Appendix G.
	Centred bool

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
	return nil
}

// ValidateFor returns an error if the limit is bad, or if it was taken of another
// problem than p: one whose noise or batch differs. A literal suits every problem.
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

// origin is what a limit depends on of the problem that it was taken of.
type origin struct {
	law     string
	numbers []float64 // of the law
	batch   int
}

func newOrigin(p signsgd.Problem) *origin {
	law := p.Law()
	o := &origin{law: fmt.Sprintf("%v", law), batch: p.BatchSize(), numbers: []float64{law.SecondMoment()}}
	for _, risk := range []float64{1e-3, 1, 1e3} {
		phi, _ := law.Phi(risk)
		o.numbers = append(o.numbers, phi)
	}
	return o
}

// check returns an error that says what differs in the problem.
func (o *origin) check(p signsgd.Problem) error {
	now := newOrigin(p)
	if now.batch != o.batch {
		return fmt.Errorf("homogenized: the limit was taken at batch %d, but Problem.Batch is %d: take it anew with Of", o.batch, now.batch)
	}
	for i, x := range o.numbers {
		y := now.numbers[i]
		// A table of φ may differ from φ itself by its tolerance.
		if x != y && !(math.IsNaN(x) && math.IsNaN(y)) && !(math.Abs(x-y) <= 1e-9*math.Abs(x)) {
			return fmt.Errorf("homogenized: the limit was taken under the noise %s, but Problem.Noise is %s: take it anew with Of", o.law, now.law)
		}
	}
	return nil
}
