package signsgd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/spectra"
)

// ErrDiverged reports a run whose iterate or risk is no longer finite.
var ErrDiverged = errors.New("the risk is not finite")

// Run is one run of an optimizer on a Problem: a Walk that makes the step k at
// time k/d. It is not safe for concurrent use.
type Run struct {
	problem   Problem
	rate      Schedule
	observers []Observer
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

// NewRun returns a run at θ_0. All its randomness comes from rng, which it keeps.
func NewRun(p Problem, o Optimizer, eta Schedule, rng *rand.Rand) (*Run, error) {
	if err := p.Validate(); err != nil {
		return nil, err
	}
	d := p.Dim()
	if err := ValidateOptimizer(o, d); err != nil {
		return nil, err
	}
	if err := ValidateSchedule(eta); err != nil {
		return nil, err
	}
	stream, err := newStream(p, rng)
	if err != nil {
		return nil, err
	}
	rows := spectra.ChunkRows(d)
	r := &Run{
		problem: p, rate: eta, state: o.Start(d), stream: stream,
		theta: make([]float64, d), grad: make([]float64, d*gradients(o)),
		nu: make([]float64, d), work: make([]float64, d), deviations: spectra.StandardDeviations(p.Covariance),
		x: make([]float64, rows*d), y: make([]float64, rows),
	}
	copy(r.theta, p.Init)
	return r, nil
}

// Theta returns the iterate θ_k: the run's own slice, to be read only.
func (r *Run) Theta() []float64 { return r.theta }

// Steps returns the number k of steps made.
func (r *Run) Steps() int { return r.steps }

// Risk returns the noiseless risk R(θ_k). It costs one product with K.
func (r *Run) Risk() float64 {
	return spectra.Quadratic(r.problem.Covariance, r.problem.Displacement(r.nu, r.theta), r.work) / 2
}

// Descent returns ½ νᵀKAν at θ_k; see Position. It costs one product with K.
func (r *Run) Descent(basis spectra.Basis) float64 {
	return spectra.Descent(r.problem.Covariance, basis, r.deviations, r.problem.Displacement(r.nu, r.theta), r.work)
}

// Advance makes the steps up to time t, so that ⌊t·d⌋ are made in all; with no
// more to make it does nothing. The run stays usable after an error: ctx ended,
// or the stream, or the schedule gave a rate that is not one, or a schedule asked
// for the risk when it was no longer finite, ErrDiverged.
func (r *Run) Advance(ctx context.Context, t float64) error {
	// Forgive the rounding of t = k/d.
	last := int(math.Floor(t * float64(len(r.theta)) * (1 + 1e-12)))
	for r.steps < last {
		if err := r.step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *Run) step(ctx context.Context) error {
	t := float64(r.steps) / float64(len(r.theta))
	eta, err := RateAt(r.rate, t, r)
	if err != nil {
		if risk := r.Risk(); math.IsNaN(risk) || math.IsInf(risk, 0) {
			return fmt.Errorf("signsgd: t = %v: %w", t, ErrDiverged)
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
		if j == 0 {
			floats.ScaleTo(grad, residual, x)
		} else {
			floats.AddScaled(grad, residual, x)
		}
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
	case n > 0:
		r.taken, r.filled = 0, n
		return nil
	case err == io.EOF || err == nil:
		return fmt.Errorf("signsgd: the samples ran out at step %d, t = %v: the horizon asks for more data or more passes over it", r.steps, float64(r.steps)/float64(len(r.theta)))
	default:
		return fmt.Errorf("signsgd: Problem.Samples: %w", err)
	}
}

// Observe stores the risk and the values of the observers in dst.
func (r *Run) Observe(dst []float64) {
	dst[0] = r.Risk()
	for j, o := range r.observers {
		dst[1+j] = o.Of(r.theta)
	}
}

// Ensemble runs the optimizer on the problem Settings.Runs times, with
// independent samples, and returns the recorded paths; see Gather.
func Ensemble(ctx context.Context, p Problem, o Optimizer, eta Schedule, s Settings) (*Band, error) {
	return Gather(ctx, s, "simulation", func(rng *rand.Rand) (Walk, error) {
		r, err := NewRun(p, o, eta, rng)
		if err != nil {
			return nil, err
		}
		r.observers = s.Observers
		return r, nil
	})
}
