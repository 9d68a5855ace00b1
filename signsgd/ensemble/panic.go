package ensemble

import (
	"errors"
	"fmt"
)

// PanicError is a panic that ended a run: in the walk itself, or in what it calls, such as a
// schedule, an observer, a law, a source of samples, or Settings.Progress. It comes wrapped
// in a *RunError.
type PanicError struct {
	Value any    // of the panic
	Stack []byte // of the goroutine that panicked, as debug.Stack writes it
}

// Error returns the value and the stack.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v\n\n%s", e.Value, e.Stack) }

// Unwrap returns the value if it is an error, and nil if it is not.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// ErrGoexit reports that what a run calls ended its goroutine by runtime.Goexit, which
// t.FailNow and t.Skip of package testing call. It comes wrapped in a *RunError.
var ErrGoexit = errors.New("the run was ended by runtime.Goexit")
