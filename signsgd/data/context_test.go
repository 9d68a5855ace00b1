package data

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"testing"
)

// endingRows is a table that ends a context when its third row is read.
type endingRows struct {
	end  context.CancelFunc
	last int
}

func (e *endingRows) Dims() (rows, cols int) { return 1000, 1 }

func (e *endingRows) Row(dst []float64, i int) error {
	if e.last = i; i == 3 {
		e.end()
	}
	dst[0] = 1
	return nil
}

// TestContexts checks that what reads a whole file fails when its context ends.
func TestContexts(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	zip := func(text []byte) []byte {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		if _, err := z.Write(text); err != nil {
			t.Fatal(err)
		}
		if err := z.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	var array bytes.Buffer
	if err := WriteNPY(&array, 2, 1, []float64{1, 2}); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Repeat([]byte("1,2\n"), 1000)
	csv, csvGz := write(t, "x.csv", lines), write(t, "x.csv.gz", zip(lines))
	npy, npyGz := write(t, "x.npy", array.Bytes()), write(t, "x.npy.gz", zip(array.Bytes()))
	idxGz := write(t, "idx.gz", zip([]byte{0, 0, 8, 1, 0, 0, 0, 1, 7}))
	for name, open := range map[string]func(ctx context.Context) error{
		"OpenCSV":    func(ctx context.Context) error { _, err := OpenCSV(ctx, csv, false); return err },
		"OpenCSV gz": func(ctx context.Context) error { _, err := OpenCSV(ctx, csvGz, false); return err },
		"ReadCSV":    func(ctx context.Context) error { _, err := ReadCSV(ctx, csv, false); return err },
		"OpenNPY gz": func(ctx context.Context) error { _, err := OpenNPY(ctx, npyGz); return err },
		"ReadNPY":    func(ctx context.Context) error { _, err := ReadNPY(ctx, npy); return err },
		"OpenIDX gz": func(ctx context.Context) error { _, err := OpenIDX(ctx, idxGz); return err },
	} {
		if err := open(t.Context()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if err := open(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("%s with a context that ended: %v", name, err)
		}
	}

	ctx, cancel := context.WithCancel(t.Context())
	rows := &endingRows{end: cancel}
	if _, err := Load(ctx, rows); !errors.Is(err, context.Canceled) || rows.last != 3 {
		t.Errorf("Load, ended at row 3: %v after row %d", err, rows.last)
	}
}
