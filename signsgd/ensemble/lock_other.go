//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd || windows)

package ensemble

import (
	"errors"
	"os"
)

// lockFile makes the file, which must not be there, and removes it in the end. After a
// crash it stays, and has to be removed by hand.
func lockFile(path string) (unlock func() error, busy bool, err error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return nil, errors.Is(err, os.ErrExist), err
	}
	return func() error { return errors.Join(file.Close(), os.Remove(path)) }, false, nil
}
