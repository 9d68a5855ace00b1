package odes

import (
	"runtime/debug"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// guarded calls f from a goroutine of this package. What panics in it, such as a function
// of the user's, is returned as an *ensemble.PanicError, as nobody else could recover it.
func guarded(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &ensemble.PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return f()
}
