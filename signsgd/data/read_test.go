package data_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// A table written in either format is read back whole, and is a matrix with its rows.
func TestRead(t *testing.T) {
	folder := t.TempDir()
	want := mat.NewDense(3, 2, []float64{1, -2, 0.1, 4e-300, 5, 6})
	var text, binary, zipped bytes.Buffer
	for _, err := range []error{
		data.WriteCSV(&text, []string{"a", "b"}, want.RawMatrix().Data),
		data.WriteNPY(&binary, 3, 2, want.RawMatrix().Data),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	z := gzip.NewWriter(&zipped)
	z.Write(text.Bytes())
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	path := func(name string, content []byte) string {
		file := filepath.Join(folder, name)
		if err := os.WriteFile(file, content, 0o600); err != nil {
			t.Fatal(err)
		}
		return file
	}
	for name, read := range map[string]func() (data.InMemory, error){
		"CSV": func() (data.InMemory, error) { return data.ReadCSV(t.Context(), path("t.csv", text.Bytes()), true) },
		"CSV.gz": func() (data.InMemory, error) {
			return data.ReadCSV(t.Context(), path("t.csv.gz", zipped.Bytes()), true)
		},
		"NPY": func() (data.InMemory, error) { return data.ReadNPY(t.Context(), path("t.npy", binary.Bytes())) },
	} {
		got, err := read()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if !mat.Equal(got, want) || !mat.Equal(got.T(), want.T()) {
			t.Errorf("%s: read %v", name, got)
		}
	}
	numbers, err := data.ReadCSV(t.Context(), path("n.txt", []byte("1\n2.5\n-3\n")), false)
	if err != nil || numbers.Cols != 1 || !slices.Equal(numbers.Values, []float64{1, 2.5, -3}) {
		t.Errorf("one number on each line: %v, %v", numbers, err)
	}
}

func TestReadErrors(t *testing.T) {
	file := filepath.Join(t.TempDir(), "t")
	if err := os.WriteFile(file, []byte("first,second\n1,2\n3,x\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := data.ReadCSV(t.Context(), file, true); err == nil || !strings.Contains(err.Error(), `line 3: column 2 is "x"`) {
		t.Errorf("ReadCSV of a word: %v", err)
	}
	if _, err := data.ReadNPY(t.Context(), file); err == nil || !strings.Contains(err.Error(), "not NPY") {
		t.Errorf("ReadNPY of a text: %v", err)
	}
	if _, err := data.ReadNPY(t.Context(), file+"-missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("ReadNPY of no file: %v", err)
	}
}

// Indices outside of a table are a programmer's mistake, and never another row's number.
func TestInMemoryAtOutside(t *testing.T) {
	m := data.InMemory{Cols: 2, Values: []float64{1, 2, 3, 4}}
	for _, at := range [][2]int{{-1, 0}, {2, 0}, {0, -1}, {0, 2}, {1, 2}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("At(%d, %d) of a 2×2 table does not panic", at[0], at[1])
				}
			}()
			m.At(at[0], at[1])
		}()
	}
}
