package homogenized

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// path is where one path of an SDE is. It is the schedule.Position of its schedule.
type path struct {
	*dynamics
	t         float64
	y         []float64 // Tν
	variation float64   // ⟨R⟩ so far

	// At the start of the step:
	risk  float64
	slope []float64 // ∇R(y)
	eta   float64
	h     float64
	g     []float64

	nu, work []float64 // scratch
}

func newPath(d *dynamics) *path {
	p := &path{
		dynamics: d, g: make([]float64, len(d.limit.Noise)),
		y: make([]float64, d.dim), slope: make([]float64, d.dim), nu: make([]float64, d.dim), work: make([]float64, d.dim),
	}
	d.frame.start(p.y, d.nu0)
	return p
}

// Risk returns R at the start of the step.
func (p *path) Risk() float64 { return p.risk }

// Descent returns ½ νᵀKAν there, with A = K̄ if preconditioned and A = K otherwise.
func (p *path) Descent(preconditioned bool) float64 {
	basis := spectra.Plain
	if preconditioned {
		basis = spectra.Preconditioned
	}
	if basis == p.limit.Basis {
		copy(p.work, p.slope)
		p.frame.precondition(p.work)
		return floats.Dot(p.slope, p.work) / 2
	}
	p.frame.displacement(p.nu, p.y)
	return spectra.Descent(p.covariance, basis, p.deviations, p.nu, p.work)
}

// move makes a step of length dt from the time start.
func (p *path) move(s stepper, start, dt float64, dw []increment) (err error) {
	p.t = start
	p.risk = p.frame.gradient(p.slope, p.y)
	if err := p.finite(p.risk); err != nil {
		return err
	}
	if p.eta, err = p.rateAt(start, p); err != nil {
		return err
	}
	if p.h, err = p.coefficients(p.risk, p.g); err != nil {
		return err
	}
	if p.recordVariation {
		p.accumulate(dt)
	}
	return s.step(p, dt, dw)
}

// accumulate adds η² ∇Rᵀ(Σ g_n M_n)∇R Δ/d to ⟨R⟩.
func (p *path) accumulate(dt float64) {
	for n, m := range p.frame.noise() {
		m.MulVecTo(p.work, p.slope)
		p.variation += p.eta * p.eta * p.g[n] * floats.Dot(p.slope, p.work) * dt / float64(p.dim)
	}
	if p.centre != nil { // less (∇R·m)²
		copy(p.work, p.slope)
		p.frame.precondition(p.work)
		square := p.eta * p.h * floats.Dot(p.slope, p.work)
		p.variation -= square * square * dt / float64(p.dim)
	}
}

// maxRisk is the largest risk whose coefficients cannot overflow by themselves.
const maxRisk = 1e300

// finite returns an error if a risk has left the range of numbers.
func (p *path) finite(risk float64) error {
	if !(risk <= maxRisk) {
		return p.fail(ensemble.ErrDiverged)
	}
	return nil
}

func (p *path) fail(err error) error { return &PathError{Time: p.t, Err: err} }

// rateAt returns the schedule's η.
func (p *path) rateAt(t float64, at schedule.Position) (float64, error) {
	eta, err := schedule.At(p.rate, t, at)
	if err != nil {
		return 0, p.fail(err)
	}
	return eta, nil
}

// coefficients stores the g_n(R) in g and returns h(R). At R = 0 the drift h A ν
// vanishes although h may be infinite, so h counts as 0 there.
func (p *path) coefficients(risk float64, g []float64) (h float64, err error) {
	if risk > 0 {
		if h, _ = p.limit.Drift(risk); !nonnegative(h) {
			return 0, p.fail(&CoefficientError{Name: "Drift", Risk: risk, Value: h})
		}
	}
	for n, term := range p.limit.Noise {
		if g[n], _ = term.Gain(risk); !nonnegative(g[n]) {
			return 0, p.fail(&CoefficientError{Name: fmt.Sprintf("Noise[%d].Gain", n), Risk: risk, Value: g[n]})
		}
	}
	return h, nil
}

func nonnegative(x float64) bool { return x >= 0 && !math.IsInf(x, 1) }

// Observe stores the risk, the values of the observers and, if it is recorded, ⟨R⟩.
func (p *path) Observe(dst []float64) {
	dst[0] = p.frame.gradient(p.slope, p.y)
	if p.recordVariation {
		dst[len(dst)-1] = p.variation
	}
	if len(p.observers) == 0 {
		return
	}
	p.frame.displacement(p.nu, p.y)
	if p.target != nil {
		floats.Add(p.nu, p.target)
	}
	for j, o := range p.observers {
		dst[1+j] = o.Of(p.nu)
	}
}

// walk is an ensemble.Walk along a path.
type walk struct {
	*path
	stepper
	motion []*brownian // one for each term of the noise
	dw     []increment
}

func (d *dynamics) walk(rng *rand.Rand) *walk {
	w := &walk{path: newPath(d), stepper: d.scheme.start(d), dw: make([]increment, len(d.limit.Noise))}
	for _, m := range d.frame.noise() {
		w.motion = append(w.motion, newBrownian(m, d.dim, d.plan.draws, 1, rng))
	}
	return w
}

// Advance makes the steps up to time t.
func (w *walk) Advance(ctx context.Context, t float64) error {
	err := w.steps(ctx, w.path.t, t, func(start, dt float64) error {
		for n, m := range w.motion {
			w.dw[n] = m.next()
		}
		return w.move(w.stepper, start, dt, w.dw)
	})
	w.path.t = t
	return err
}

// steps calls move for the steps from one time to another, which end at the breaks of
// the schedule in between.
func (d *dynamics) steps(ctx context.Context, from, to float64, move func(start, dt float64) error) error {
	for from < to {
		stop := to
		for _, b := range d.breaks {
			if b > from && b < stop {
				stop = b
			}
		}
		n := int64(math.Ceil((stop - from) / d.plan.size * (1 - 1e-12)))
		for k := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := move(from+(stop-from)*float64(k)/float64(n), (stop-from)/float64(n)); err != nil {
				return err
			}
		}
		from = stop
	}
	return nil
}
