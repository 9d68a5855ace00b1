package data

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

type squares int

func (n squares) Table() (names []string, values []float64) {
	for i := range int(n) {
		values = append(values, float64(i), float64(i*i))
	}
	return []string{"x", "x²"}, values
}

// wrong is a table with a column that has no name.
type wrong struct{}

func (wrong) Table() (names []string, values []float64) { return []string{"x", ""}, []float64{1, 2} }

// TestSave checks that tables are read back, and that an error leaves the file of before.
func TestSave(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	path := filepath.Join(folder, "squares.csv")
	if err := Save(path, squares(5)); err != nil {
		t.Fatal(err)
	}
	_, want := squares(5).Table()
	if got, err := ReadCSV(t.Context(), path, true); err != nil || !slices.Equal(got.Values, want) {
		t.Errorf("read %v, %v, want %v", got.Values, err, want)
	}
	npy := filepath.Join(folder, "squares.npy")
	if err := Save(npy, squares(5)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	names, _ := squares(5).Table()
	if err := WriteStructuredNPY(&b, names, want); err != nil {
		t.Fatal(err)
	}
	if got, err := os.ReadFile(npy); err != nil || !bytes.Equal(got, b.Bytes()) {
		t.Errorf("%d bytes, %v, want those of WriteStructuredNPY", len(got), err)
	}
	for says, err := range map[string]error{
		"squares.txt must end with .csv or .npy":          Save(filepath.Join(folder, "squares.txt"), squares(5)),
		filepath.Join(folder, "none", "squares.csv"):      Save(filepath.Join(folder, "none", "squares.csv"), squares(5)),
		"name 1 is \"\": must not be empty, nor the name": Save(path, wrong{}),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if got, err := ReadCSV(t.Context(), path, true); err != nil || !slices.Equal(got.Values, want) {
		t.Errorf("after an error: %v, %v", got.Values, err)
	}
	if files, err := os.ReadDir(folder); err != nil || len(files) != 2 {
		t.Errorf("%d files, %v: those of failures are left", len(files), err)
	}
}
