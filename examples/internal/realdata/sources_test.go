package realdata

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cifar"
	"github.com/riskcurves/riskcurves/examples/internal/figure/figuretest"
	"github.com/riskcurves/riskcurves/examples/internal/text"
)

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
}

// idx returns an IDX file of bytes with the given axes.
func idx(bytes []byte, axes ...uint32) []byte {
	b := []byte{0, 0, 8, byte(len(axes))}
	for _, n := range axes {
		b = binary.BigEndian.AppendUint32(b, n)
	}
	return append(b, bytes...)
}

func TestOpenMNIST(t *testing.T) {
	folder := t.TempDir()
	var missing *MissingError
	if _, err := OpenMNIST(folder, defaultDigits); !errors.As(err, &missing) || !strings.Contains(err.Error(), filepath.Join(folder, "mnist", "train-images-idx3-ubyte.gz")) {
		t.Errorf("no files: %v", err)
	}
	images := filepath.Join(folder, "mnist", "t10k-images-idx3-ubyte")
	labels := filepath.Join(folder, "mnist", "t10k-labels-idx1-ubyte")
	write(t, images, idx([]byte("aabbccdd"), 4, 1, 2))
	write(t, labels, idx([]byte{3, 8, 5, 1}, 4))
	l, err := OpenMNIST(folder, "80/13")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !slices.Equal(l.Rows, []int{0, 1, 3}) || !slices.Equal(l.Labels, []float64{-1, 1, -1}) {
		t.Errorf("rows %v, labels %v", l.Rows, l.Labels)
	}
	row := make([]float64, 2)
	if err := l.X.Row(row, 3); err != nil || row[0] != 'd' {
		t.Errorf("row %v, %v", row, err)
	}
	for _, bad := range []string{"", "/", "1/", "/1", "12", "1/1", "11/2", "a/1", "1/2/3"} {
		if _, err := OpenMNIST(folder, bad); err == nil {
			t.Errorf("digits %q: no error", bad)
		}
	}
	for _, bad := range [][]byte{idx([]byte{3, 8, 5}, 3), idx([]byte{3, 8, 5, 10}, 4), idx([]byte{3, 8, 5, 1}, 2, 2), {}} {
		write(t, labels, bad)
		if _, err := OpenMNIST(folder, defaultDigits); err == nil || !strings.Contains(err.Error(), labels) {
			t.Errorf("labels %v: %v", bad, err)
		}
	}
}

func TestOpenCIFAR(t *testing.T) {
	folder := t.TempDir()
	var missing *MissingError
	if _, err := OpenCIFAR(folder); !errors.As(err, &missing) || !strings.Contains(err.Error(), "data_batch_1.bin") {
		t.Errorf("no files: %v", err)
	}
	for i := range 5 {
		var b []byte
		for _, label := range []byte{byte(2 * i), byte(2*i + 1)} {
			b = append(append(b, label), make([]byte, cifar.Pixels)...)
		}
		write(t, filepath.Join(folder, cifarFolder, fmt.Sprintf("data_batch_%d.bin", i+1)), b)
	}
	l, err := OpenCIFAR(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !slices.Equal(l.Rows, []int{0, 1, 2, 3, 4, 5, 7, 8, 9}) || !slices.Equal(l.Labels, []float64{-1, -1, 1, 1, 1, 1, 1, -1, -1}) {
		t.Errorf("rows %v, labels %v", l.Rows, l.Labels)
	}
}

// TestTexts embeds reviews by GloVe vectors; one has no word that they know.
func TestTexts(t *testing.T) {
	glove := filepath.Join(t.TempDir(), "vectors.txt")
	write(t, glove, []byte("good 1 0\nbad 0 1\nfilm 2 2\n"))
	reviews := []text.Review{{Text: "Good<br />film!", Positive: true}, {Text: "xyzzy"}, {Text: ""}, {Text: "bad"}}
	l, err := Texts(reviews, glove, 1)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 2)
	if err := l.X.Row(row, 0); err != nil || !slices.Equal(row, []float64{1.5, 1}) {
		t.Errorf("row %v, %v", row, err)
	}
	if !slices.Equal(l.Labels, []float64{1, -1}) {
		t.Errorf("labels %v", l.Labels)
	}
	write(t, glove, []byte("good 1 0\nbad 0\n"))
	if _, err := Texts(reviews, glove, 1); err == nil || !strings.Contains(err.Error(), glove) {
		t.Errorf("bad vectors: %v", err)
	}
}

func TestOpenFiles(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	write(t, path("x.csv"), []byte("1,2\n3,4\n5,6\n"))
	write(t, path("y.csv"), []byte("1\n-1\n1\n"))
	write(t, path("short.csv"), []byte("1\n-1\n"))
	write(t, path("y.txt"), []byte("1\n"))
	l, err := OpenFiles(path("x.csv"), path("y.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !slices.Equal(l.Labels, []float64{1, -1, 1}) {
		t.Errorf("labels %v", l.Labels)
	}
	for _, y := range []string{"x.csv", "short.csv", "y.txt", "missing.csv"} {
		if _, err := OpenFiles(path("x.csv"), path(y)); err == nil {
			t.Errorf("labels %s: no error", y)
		}
	}
}

func TestNoData(t *testing.T) {
	t.Setenv("RISKCURVES_DATA", t.TempDir())
	f := Figure()
	_, err := f.Make(t.Context(), f.Config(true, 1, nil))
	if err == nil || !strings.Contains(err.Error(), "-download") || strings.Count(err.Error(), "put it at") < 3 {
		t.Errorf("%v", err)
	}
}

// TestClaims makes the figures of the data that there are.
func TestClaims(t *testing.T) {
	if os.Getenv("RISKCURVES_DATA") == "" {
		t.Skip("RISKCURVES_DATA is not set")
	}
	r := figuretest.Claims(t, Figure())
	if len(r.Panels) < 5 {
		t.Errorf("%d panels", len(r.Panels))
	}
}
