package dense

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Workspace holds the scratch of the products and the number of goroutines that they may
// use. Its zero value is ready and serial. The scratch grows to what the largest operation
// needs and is kept, so that operations of the same shapes with Workers ≤ 1 allocate only
// once.
//
// A Workspace serves one goroutine at a time.
type Workspace struct {
	Workers int // goroutines an operation may use; at most 1 means the caller's own

	b       []float64   // packed right operand, shared by the workers
	a       [][]float64 // packed rows of the left operand, one for each worker
	partial []float64   // contributions of the bands of Symv
	task    product
	symv    symv
}

// Cores returns GOMAXPROCS, the number of goroutines that the package spectra uses for
// large operations. Nothing else in spectra reads GOMAXPROCS.
func Cores() int { return runtime.GOMAXPROCS(0) }

// Each calls f(worker, i) once for every i in [0, n) from at most workers
// goroutines, worker in [0, max(1, workers)), and returns when all calls have.
// Calls that share a worker do not overlap.
func Each(workers, n int, f func(worker, i int)) {
	workers = min(workers, n)
	if workers <= 1 {
		for i := range n {
			f(0, i)
		}
		return
	}
	var next atomic.Int64
	loop := func(worker int) {
		for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
			f(worker, i)
		}
	}
	var done sync.WaitGroup
	for worker := 1; worker < workers; worker++ {
		done.Go(func() { loop(worker) })
	}
	loop(0)
	done.Wait()
}

// grow returns a slice of length n, s itself if it is large enough.
func grow(s []float64, n int) []float64 {
	if cap(s) < n {
		return make([]float64, n)
	}
	return s[:n]
}
