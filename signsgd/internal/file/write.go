// Package file writes files that appear whole or not at all.
package file

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// Write writes a file as a whole or not at all, even if the machine stops: it writes another
// one beside it, makes sure that it is on the disk, and gives it the name. If content or the
// disk fails, what was at the path before stays.
func Write(path string, content func(w io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	err = content(file)
	if err == nil {
		err = file.Chmod(0o644)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		os.Remove(file.Name())
		return fmt.Errorf("%s: %w", path, err)
	}
	return SyncFolder(filepath.Dir(path))
}
