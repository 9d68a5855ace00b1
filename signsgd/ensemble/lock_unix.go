//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package ensemble

import (
	"errors"
	"os"
	"syscall"
)

// lockFile opens the file and locks it for this process alone. The system unlocks it when
// the process ends, however it ends. busy reports that another one has it.
func lockFile(path string) (unlock func() error, busy bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, false, err
	}
	for {
		err = syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if !errors.Is(err, syscall.EINTR) {
			break
		}
	}
	if err != nil {
		file.Close()
		return nil, errors.Is(err, syscall.EWOULDBLOCK), &os.PathError{Op: "flock", Path: path, Err: err}
	}
	return func() error {
		// A child that is being started shares the lock until it has replaced itself by
		// another program, so that closing the file is not enough.
		return errors.Join(syscall.Flock(int(file.Fd()), syscall.LOCK_UN), file.Close())
	}, false, nil
}
