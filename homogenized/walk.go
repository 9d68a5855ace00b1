package homogenized

import (
	"context"
	"math"
	"math/rand/v2"
)

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
