package frontier

import (
	"context"
	"errors"
	"runtime"
	"sync"

	"github.com/riskcurves/riskcurves/odes/internal/guard"
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
					errs[i] = guard.Call(func() error { return do(ctx, i) })
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
