package homogenized

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized/internal/propagator"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// checkCoupled returns an error unless paths of the coupled limit can be integrated.
func (s SDE) checkCoupled() error {
	switch s.scheme().(type) {
	case EulerMaruyama, ExponentialEuler:
	default:
		return fmt.Errorf("homogenized: SDE.Scheme is %T: must be EulerMaruyama or ExponentialEuler for a coupled limit", s.Scheme)
	}
	switch {
	case s.Variation:
		return fmt.Errorf("homogenized: SDE.Variation is set: must not be for a coupled limit")
	}
	return nil
}

// coupledNames returns what a path of a coupled limit records of itself: R_aa of every
// vector but ν and θ*, under the name of the vector, and the scalars.
func (c *Coupling) coupledNames() []string {
	var names []string
	for _, v := range c.Vectors[1:] {
		if v.Start != Target {
			names = append(names, v.Name)
		}
	}
	for _, z := range c.Scalars {
		names = append(names, z.Name)
	}
	return names
}

// coupledPath is an ensemble.Walk along a path of a coupled limit, by Euler and
// Maruyama's method or an exponential one. The coefficients of a step are those at its end
// for t and for the scalars, since they may be singular at t = 0, and those at its start
// for the rest.
type coupledPath struct {
	*dynamics
	*Coupling
	t      float64
	y      [][]float64 // T u^a
	image  [][]float64 // ∇R of each, then preconditioned
	slopes [][]float64
	motion []*brownian
	state  State
	flow   Flow
	nu     []float64
	exact  *coupledExponential // for ExponentialEuler, else nil
}

func (d *dynamics) coupledWalk(rng *rand.Rand) *coupledPath {
	c := d.limit.Coupling
	w := &coupledPath{dynamics: d, Coupling: c, nu: make([]float64, d.dim)}
	w.state.Gain = make([]float64, len(d.limit.Noise))
	for _, v := range c.Vectors {
		y := make([]float64, d.dim)
		switch {
		case v.Start == Displacement:
			d.frame.start(y, d.nu0)
		case v.Start == Target && d.target != nil:
			d.frame.start(y, d.target)
		}
		w.y = append(w.y, y)
		w.image = append(w.image, make([]float64, d.dim))
		w.slopes = append(w.slopes, make([]float64, d.dim))
	}
	for _, m := range d.frame.noise() {
		w.motion = append(w.motion, newBrownian(m, d.dim, 1, 1, rng))
	}
	if _, ok := d.scheme.(ExponentialEuler); ok {
		w.exact = newCoupledExponential(len(c.Vectors), d.dim)
	}
	w.measure()
	for j, z := range c.Scalars {
		if z.Start != nil {
			w.state.Scalar[j] = z.Start(w.state.Risk())
		}
	}
	return w
}

// measure sets the overlaps of the state.
func (w *coupledPath) measure() {
	for a, y := range w.y {
		w.state.Overlap[a][a] = w.frame.gradient(w.image[a], y)
		for b := range a {
			v := floats.Dot(w.image[a], w.y[b]) / 2
			w.state.Overlap[a][b], w.state.Overlap[b][a] = v, v
		}
	}
}

// Risk returns R at the start of the step.
func (w *coupledPath) Risk() float64 { return w.state.Risk() }

// Descent returns ½ νᵀKAν there.
func (w *coupledPath) Descent(preconditioned bool) float64 {
	basis := spectra.Plain
	if preconditioned {
		basis = spectra.Preconditioned
	}
	w.frame.displacement(w.nu, w.y[0])
	return spectra.Descent(w.covariance, basis, w.deviations, w.nu, make([]float64, w.dim))
}

// Advance makes the steps up to time t.
func (w *coupledPath) Advance(ctx context.Context, t float64) error {
	err := w.steps(ctx, w.t, t, w.step)
	w.t = t
	return err
}

// step makes a step of length dt from the time start.
func (w *coupledPath) step(start, dt float64) error {
	p := path{dynamics: w.dynamics, t: start}
	w.measure()
	if err := p.finite(w.state.Risk()); err != nil {
		return err
	}
	var err error
	if w.state.Rate, err = p.rateAt(start, w); err != nil {
		return err
	}
	if w.state.Drift, err = p.coefficients(w.state.Risk(), w.state.Gain); err != nil {
		return err
	}
	w.state.Time = (start + dt) * (1 - 1e-14) // within the piece of the schedule
	if len(w.Scalars) > 0 {
		w.flow = Flow{}
		w.Flow(&w.flow, &w.state)
		for j := range w.Scalars {
			w.state.Scalar[j] += dt * w.flow.Slope[j]
		}
	}
	w.flow = Flow{}
	w.Flow(&w.flow, &w.state)
	if w.exact != nil {
		w.exact.step(w, dt)
		return nil
	}
	w.euler(dt)
	return nil
}

// euler moves the vectors by an Euler step.
func (w *coupledPath) euler(dt float64) {
	for a := range w.y {
		clear(w.slopes[a])
		for b := range w.y {
			if f := w.flow.F[a][b]; f != 0 {
				floats.AddScaled(w.slopes[a], f, w.y[b])
			}
		}
	}
	for b := range w.y {
		w.frame.precondition(w.image[b])
		for a := range w.y {
			if h := w.flow.H[a][b]; h != 0 {
				floats.AddScaled(w.slopes[a], h, w.image[b])
			}
		}
	}
	for a, y := range w.y {
		floats.AddScaled(y, -dt, w.slopes[a])
	}
	for n, m := range w.motion {
		dw := m.next().first
		scale := math.Sqrt(w.state.Gain[n] * dt / float64(w.dim))
		for a, y := range w.y {
			if s := w.flow.S[a]; s != 0 {
				floats.AddScaled(y, s*scale, dw)
			}
		}
	}
}

// coupledExponential makes the exponential step of a coupled limit. In the mode λ the
// vector y = (y^1, …, y^k) follows dy = −A y dt + s dB, A = F + λH, with coefficients that
// are constant for the step. The k normal vectors of each term of the noise have its
// covariance over the modes. Given the coefficients the step is exact in the mean and the
// covariance of the vectors in every mode, however large λ is.
type coupledExponential struct {
	*propagator.Propagator
	matrix, next []float64   // A and the vector of a mode
	factor       [][]float64 // L of every mode
}

func newCoupledExponential(k, dim int) *coupledExponential {
	e := &coupledExponential{Propagator: propagator.New(k), matrix: make([]float64, k*k), next: make([]float64, k), factor: make([][]float64, dim)}
	for i := range e.factor {
		e.factor[i] = make([]float64, k*k)
	}
	return e
}

// step moves the vectors of w by dt.
func (e *coupledExponential) step(w *coupledPath, dt float64) {
	k := len(w.y)
	f := &w.flow
	for i, l := range w.frame.(*modal).modes.Lambda {
		for a := range k {
			for b := range k {
				e.matrix[a*k+b] = f.F[a][b] + l*f.H[a][b]
			}
		}
		e.Set(e.matrix, f.S[:k], dt)
		for a := range k {
			e.next[a] = 0
			for b, y := range w.y {
				e.next[a] += e.E[a*k+b] * y[i]
			}
		}
		for a, v := range e.next {
			w.y[a][i] = v
		}
		e.Cholesky(e.factor[i])
	}
	for n, m := range w.motion {
		scale := math.Sqrt(w.state.Gain[n] / float64(w.dim))
		for c := range k {
			dw := m.next().first
			for i, factor := range e.factor {
				for a := c; a < k; a++ {
					w.y[a][i] += scale * factor[a*k+c] * dw[i]
				}
			}
		}
	}
}

// Observe stores the risk, the values of the observers, and what the path records of
// itself.
func (w *coupledPath) Observe(dst []float64) {
	w.measure()
	dst[0] = w.state.Risk()
	dst = dst[1:]
	if len(w.observers) > 0 {
		w.frame.displacement(w.nu, w.y[0])
		if w.target != nil {
			floats.Add(w.nu, w.target)
		}
		for _, o := range w.observers {
			dst[0] = o.Of(w.nu)
			dst = dst[1:]
		}
	}
	for a, v := range w.Vectors[1:] {
		if v.Start != Target {
			dst[0] = w.state.Overlap[a+1][a+1]
			dst = dst[1:]
		}
	}
	copy(dst, w.state.Scalar[:len(w.Scalars)])
}

// coupledBreaks returns the breaks of the schedule and of the coupling.
func coupledBreaks(schedule []float64, c *Coupling) []float64 {
	if c == nil {
		return schedule
	}
	all := append(slices.Clone(schedule), c.Breaks...)
	slices.Sort(all)
	return slices.Compact(all)
}

// pathNames returns the settings with a place for what a path records of itself.
func (d *dynamics) pathNames(settings ensemble.Settings) ensemble.Settings {
	if d.limit.Coupling == nil {
		return settings
	}
	settings.Observers = slices.Clone(settings.Observers)
	for _, name := range d.limit.Coupling.coupledNames() {
		settings.Observers = append(settings.Observers, byPath(name))
	}
	return settings
}
