package frontier

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// each calls do for 0, …, n−1 from several goroutines. It returns the error of the first
// call that failed, in the order of the numbers.
func each(ctx context.Context, n int, settings Settings, do func(ctx context.Context, i int) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := settings.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	errs := make([]error, n)
	var mu sync.Mutex
	var group sync.WaitGroup
	next, done := 0, 0
	for range min(workers, n) {
		group.Go(func() {
			for {
				mu.Lock()
				i := next
				next++
				mu.Unlock()
				if i >= n {
					return
				}
				if errs[i] = ctx.Err(); errs[i] == nil {
					errs[i] = guarded(ctx, i, do)
				}
				if errs[i] != nil {
					cancel()
					continue
				}
				mu.Lock()
				if done++; settings.Progress != nil {
					settings.Progress(done, n)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	// What cancel has stopped is not the reason.
	for _, err := range errs {
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// guarded calls do. What panics in it, such as a coefficient of the user's, is returned as
// an *ensemble.PanicError, as nobody else could recover it.
func guarded(ctx context.Context, i int, do func(ctx context.Context, i int) error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &ensemble.PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return do(ctx, i)
}
