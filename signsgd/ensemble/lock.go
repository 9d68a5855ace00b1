package ensemble

import (
	"errors"
	"fmt"
	"path/filepath"
)

// ErrBusy reports that another process works in the folder.
var ErrBusy = errors.New("another process works there")

// Lock keeps all others out of a folder until unlock is called or the process ends. If
// another one has it, the error wraps ErrBusy. The folder must be there. It is left with
// the file named lock, which says nothing.
func Lock(folder string) (unlock func() error, err error) {
	path := filepath.Join(folder, "lock")
	unlock, busy, err := lockFile(path)
	switch {
	case busy:
		return nil, fmt.Errorf("ensemble: %s: %w", folder, ErrBusy)
	case err != nil:
		return nil, fmt.Errorf("ensemble: %w", err)
	}
	return unlock, nil
}
