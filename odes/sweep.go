package odes

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/riskcurves/riskcurves/odes/internal/guard"
)

// Sweep is many solutions: a grid of learning rates, noises and horizons, say. Systems and
// System are required. Shared and the methods With… make systems that have their modes in
// common, so that a sweep needs one eigendecomposition and one compression. Under constant
// rates they also share how the modes respond, and a curve takes some tens of microseconds.
type Sweep struct {
	Systems int // their number

	// System returns system i, and the times of its curve. It is called from several
	// goroutines at once.
	System func(i int) (s *System, times []float64, err error)

	// Workers is the number of systems that are solved at the same time. The default, 0,
	// stands for GOMAXPROCS. The curves do not depend on it.
	Workers int

	// Progress, if it is not nil, is called with the number of curves that were handed
	// out and the number of all. Calls do not overlap.
	Progress func(done, total int)
}

// Solution is the curve of a system of a sweep, or the error for which there is none.
type Solution struct {
	Index int
	Curve *Curve
	Err   error // of System or Solve, such as a *DivergedError
}

// Solve solves all systems, several at a time, and hands the solutions out in the order of
// the systems. An error of a system is part of its solution, and does not keep the others
// from theirs. When ctx ends, or when the sweep itself is bad, the error that is handed out
// beside the solution is not nil, and it is the last.
//
// Solutions wait for those before them, but no more than some tens for each worker: the
// memory of a sweep does not depend on the number of systems.
func (s Sweep) Solve(ctx context.Context) iter.Seq2[Solution, error] {
	return func(yield func(Solution, error) bool) {
		if err := s.validate(); err != nil {
			yield(Solution{}, err)
			return
		}
		ctx, cancel := context.WithCancel(ctx)
		var group sync.WaitGroup
		defer group.Wait()
		defer cancel()
		workers := s.Workers
		if workers == 0 {
			workers = runtime.GOMAXPROCS(0)
		}
		workers = min(workers, s.Systems)
		// Solution i waits in slot i modulo their number. A worker that wants to begin
		// takes a ticket, of which there are as many as free slots.
		slots := make([]chan Solution, 32*workers)
		tickets := make(chan struct{}, len(slots))
		for i := range slots {
			slots[i] = make(chan Solution, 1)
			tickets <- struct{}{}
		}
		var next atomic.Int64
		for range workers {
			group.Go(func() {
				for {
					select {
					case <-tickets:
					case <-ctx.Done():
						return
					}
					i := int(next.Add(1)) - 1
					if i >= s.Systems || ctx.Err() != nil {
						return
					}
					slots[i%len(slots)] <- s.solve(ctx, i)
				}
			})
		}
		for i := range s.Systems {
			var one Solution
			select {
			case one = <-slots[i%len(slots)]:
			case <-ctx.Done():
			}
			if err := ctx.Err(); err != nil {
				yield(Solution{Index: i}, err)
				return
			}
			tickets <- struct{}{}
			if s.Progress != nil {
				s.Progress(i+1, s.Systems)
			}
			if !yield(one, nil) {
				return
			}
		}
	}
}

func (s Sweep) validate() error {
	switch {
	case s.Systems < 1:
		return fmt.Errorf("odes: Sweep.Systems is %d: must be at least 1", s.Systems)
	case s.System == nil:
		return errors.New("odes: Sweep.System is nil")
	case s.Workers < 0:
		return fmt.Errorf("odes: Sweep.Workers is %d: must be positive, or 0 for GOMAXPROCS", s.Workers)
	}
	return nil
}

// solve solves system i.
func (s Sweep) solve(ctx context.Context, i int) Solution {
	one := Solution{Index: i}
	one.Err = guard.Call(func() error {
		system, times, err := s.System(i)
		if err == nil && system == nil {
			err = errors.New("odes: Sweep.System returned no system")
		}
		if err == nil {
			one.Curve, err = system.Solve(ctx, times)
		}
		return err
	})
	return one
}
