// Package guard keeps a panic in one solution from ending the process.
package guard

import (
	"runtime/debug"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// Call calls f from a goroutine of this module. What panics in it, such as a function of the
// user's, is returned as an *ensemble.PanicError, as nobody else could recover it.
func Call(f func() error) (err error) {
	defer func() {
		if value := recover(); value != nil {
			err = &ensemble.PanicError{Value: value, Stack: debug.Stack()}
		}
	}()
	return f()
}
