package program

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// TestWriteWhole checks that a file is one of those that were written, whole, though many
// write it at once, as two programs in one folder do; that a write which fails leaves the
// file before it; and that nothing is left beside it.
func TestWriteWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "picture.png")
	content := func(i int) string { return strings.Repeat(fmt.Sprintf("writer %d\n", i), 20000) }
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for range 5 {
				if err := write(path, func(w io.Writer) error { _, err := io.WriteString(w, content(i)); return err }); err != nil {
					t.Error(err)
				}
				b, err := os.ReadFile(path)
				var writer int
				fmt.Sscanf(string(b), "writer %d", &writer)
				if err != nil || string(b) != content(writer) {
					t.Errorf("read %d bytes, %v: not a whole file", len(b), err)
				}
			}
		})
	}
	group.Wait()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	full := errors.New("the disk is full")
	err = write(path, func(w io.Writer) error { io.WriteString(w, "half of a"); return full })
	if !errors.Is(err, full) || !strings.Contains(err.Error(), "picture.png") {
		t.Errorf("error %v, want that of a full disk", err)
	}
	if after, err := os.ReadFile(path); err != nil || string(after) != string(before) {
		t.Errorf("a write that failed left %d bytes, %v: want the %d from before", len(after), err, len(before))
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 1 {
		t.Errorf("%d files are left, want 1", len(files))
	}
}

// TestReadClaims checks that a file which is no table of claims is an error.
func TestReadClaims(t *testing.T) {
	for _, bad := range []string{"claim\nx\n", "a,b,c,d,e,f\nx,1,2,3,4,5\n", "a,b,c,d,e,f\nx,one,2,3,true,yes\n", "a,b,c,d,e,f\nx,1\n"} {
		if _, err := ReadClaims(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}
