package signsgd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Run is one run of an optimizer on a Problem, and an ensemble.Walk. It makes the step k
// at the time k/d. It is not safe for concurrent use.
type Run struct {
	problem   Problem
	rate      schedule.Schedule
	observers []ensemble.Observer
	state     State
	stream    Stream

	theta         []float64
	grad          []float64 // as many gradients as a step uses
	nu, work      []float64 // scratch of Risk and Descent
	deviations    []float64 // diag D
	x, y          []float64 // samples drawn ahead
	filled, taken int       // how many of them are there, how many used
	steps         int
}

var (
	_ ensemble.Walk     = (*Run)(nil)
	_ schedule.Position = (*Run)(nil)
)

// maker makes the runs of one optimizer on one problem.
type maker struct {
	problem    Problem
	optimizer  Optimizer // bound
	rate       schedule.Schedule
	deviations []float64 // diag D
	observers  []ensemble.Observer
}

func newMaker(p Problem, o Optimizer, eta schedule.Schedule) (*maker, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	if b, ok := o.(Binder); ok {
		bound, err := b.Bind(p)
		if err != nil {
			return nil, err
		}
		o = bound
	}
	if err := ValidateOptimizer(o, p.Dim()); err != nil {
		return nil, err
	}
	if n := gradients(o); n < 1 || n > math.MaxInt32/p.Dim() {
		return nil, fmt.Errorf("signsgd: the optimizer %T: Gradients returns %d: must be at least 1, and at most %d in dimension %d", o, n, math.MaxInt32/p.Dim(), p.Dim())
	}
	if err := CheckSchedule(p, eta); err != nil {
		return nil, err
	}
	if p.Samples == nil {
		if err := noise.CheckRand(p.Law()); err != nil {
			return nil, fmt.Errorf("signsgd: Problem.Noise: %w", err)
		}
	}
	return &maker{problem: p, optimizer: o, rate: eta, deviations: spectra.StandardDeviations(p.Covariance)}, nil
}

// run returns a run at θ_0.
func (m *maker) run(rng *rand.Rand) (*Run, error) {
	stream, err := newStream(m.problem, rng)
	if err != nil {
		return nil, err
	}
	d := len(m.deviations)
	state := m.optimizer.Start(d)
	if state == nil {
		if c, ok := stream.(io.Closer); ok {
			c.Close()
		}
		return nil, fmt.Errorf("signsgd: the optimizer %T: Start returns a nil State", m.optimizer)
	}
	rows := spectra.ChunkRows(d)
	r := &Run{
		problem: m.problem, rate: m.rate, observers: m.observers, state: state, stream: stream,
		theta: make([]float64, d), grad: make([]float64, d*gradients(m.optimizer)),
		nu: make([]float64, d), work: make([]float64, d), deviations: m.deviations,
		x: make([]float64, rows*d), y: make([]float64, rows),
	}
	copy(r.theta, m.problem.Init)
	return r, nil
}

// NewRun returns a run at θ_0, with a Binder bound to the problem. All its random numbers
// come from rng, which it keeps and which must not be nil. A run on a Source that opens files should be closed.
func NewRun(p Problem, o Optimizer, eta schedule.Schedule, rng *rand.Rand) (*Run, error) {
	if rng == nil {
		return nil, errors.New("signsgd: NewRun: rng is nil")
	}
	m, err := newMaker(p, o, eta)
	if err != nil {
		return nil, err
	}
	return m.run(rng)
}

// Close closes the stream of samples if it is an io.Closer. The run makes no more steps
// after it.
func (r *Run) Close() error {
	stream := r.stream
	r.stream, r.taken, r.filled = closed{}, 0, 0
	if c, ok := stream.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// closed is the stream of a run that is closed.
type closed struct{}

func (closed) Fill(x, y []float64) (int, error) { return 0, errors.New("the run is closed") }

// Theta returns the iterate θ_k. It is the run's own slice and must not be changed.
func (r *Run) Theta() []float64 { return r.theta }

// Steps returns the number k of steps made.
func (r *Run) Steps() int { return r.steps }

// Risk returns the noiseless risk R(θ_k). It costs one product with K.
func (r *Run) Risk() float64 {
	return spectra.Quadratic(r.problem.Covariance, r.problem.Displacement(r.nu, r.theta), r.work) / 2
}

// Descent returns ½ νᵀKAν at θ_k; see schedule.Position. It costs one product with K.
func (r *Run) Descent(preconditioned bool) float64 {
	basis := spectra.Plain
	if preconditioned {
		basis = spectra.Preconditioned
	}
	return spectra.Descent(r.problem.Covariance, basis, r.deviations, r.problem.Displacement(r.nu, r.theta), r.work)
}

// Advance makes steps until ⌊t·d⌋ are made in all, where t·d is rounded up to a whole
// number that it misses by rounding alone. If there are none to make it does nothing.
//
// Advance fails if ctx ends, which it sees between calls of the stream, if the stream
// fails, runs out, or delivers a sample that is not finite, or if the schedule returns a
// rate that is negative or not finite. The error is ensemble.ErrDiverged if the risk is not
// finite when the schedule fails. The run stays usable.
func (r *Run) Advance(ctx context.Context, t float64) error {
	last, err := stepsUntil(t, len(r.theta))
	if err != nil {
		return err
	}
	for r.steps < last {
		if err := r.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// stepsUntil returns ⌊t·d⌋, forgiving the rounding of t = k/d.
func stepsUntil(t float64, d int) (int, error) {
	steps := math.Floor(t * float64(d) * (1 + 1e-12))
	if !(steps < 1<<62) {
		return 0, fmt.Errorf("signsgd: t = %v is %.6g steps: must be fewer than 2^62", t, steps)
	}
	return int(steps), nil
}

func (r *Run) step(ctx context.Context) error {
	t := float64(r.steps) / float64(len(r.theta))
	eta, err := schedule.At(r.rate, t, r)
	if err != nil {
		if !finite(r.Risk()) {
			return fmt.Errorf("signsgd: t = %v: %w", t, ensemble.ErrDiverged)
		}
		return err
	}
	for lo := 0; lo < len(r.grad); lo += len(r.theta) {
		if err := r.gradient(ctx, r.grad[lo:lo+len(r.theta)]); err != nil {
			return err
		}
	}
	r.state.Step(r.theta, r.grad, eta/float64(len(r.theta)))
	r.steps++
	return nil
}

// gradient stores (1/B) Σ_j (⟨x_j, θ⟩ − y_j) x_j of the next B samples in grad.
func (r *Run) gradient(ctx context.Context, grad []float64) error {
	d, batch := len(r.theta), r.problem.BatchSize()
	for j := range batch {
		if r.taken == r.filled {
			if err := r.refill(ctx); err != nil {
				return err
			}
		}
		x, y := r.x[r.taken*d:(r.taken+1)*d], r.y[r.taken]
		r.taken++
		residual := (floats.Dot(x, r.theta) - y) / float64(batch)
		if !finite(residual) {
			if err := r.checkSample(x, y); err != nil {
				return err
			}
		}
		if j == 0 {
			floats.ScaleTo(grad, residual, x)
		} else {
			floats.AddScaled(grad, residual, x)
		}
	}
	return nil
}

// checkSample returns an error if a sample is not finite, which is not a divergence of the
// run. A residual that is finite needs no such check. Labels of the model may be infinite,
// where the tails of the noise are heavy enough to overflow.
func (r *Run) checkSample(x []float64, y float64) error {
	from := "Problem.Samples: a sample"
	if r.problem.Samples == nil {
		from = "Problem.Covariance: a sample of its Sampler"
	}
	for i, v := range x {
		if !finite(v) {
			return fmt.Errorf("signsgd: %s of step %d has x[%d] = %v: must be finite", from, r.steps, i, v)
		}
	}
	if !finite(y) && r.problem.Samples != nil {
		return fmt.Errorf("signsgd: %s of step %d has the label %v: must be finite", from, r.steps, y)
	}
	return nil
}

// refill draws samples ahead.
func (r *Run) refill(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	n, err := r.stream.Fill(r.x, r.y)
	switch {
	case n < 0 || n > len(r.y):
		return fmt.Errorf("signsgd: Problem.Samples: Fill returned %d samples: must be from 0 to %d", n, len(r.y))
	case n > 0:
		r.taken, r.filled = 0, n
		return nil
	case err == io.EOF || err == nil:
		return ranOut(r.steps, len(r.theta))
	case r.problem.Samples == nil:
		return err
	default:
		return nested("Problem.Samples", err)
	}
}

// ranOut returns the error of a run that has samples for so many steps only.
func ranOut(steps, d int) error {
	return fmt.Errorf("signsgd: the samples ran out at step %d, t = %v: the horizon asks for more data or more passes over it", steps, float64(steps)/float64(d))
}

// Observe stores the risk and the values of the observers in dst.
func (r *Run) Observe(dst []float64) {
	dst[0] = r.Risk()
	for j, o := range r.observers {
		dst[1+j] = o.Of(r.theta)
	}
	r.observeAverages(dst[1+len(r.observers):])
}
