package data

import (
	"os"
	"path/filepath"
	"testing"
)

// TestMNIST reads the test images of MNIST in the folder mnist of RISKCURVES_DATA.
func TestMNIST(t *testing.T) {
	t.Parallel()
	folder := os.Getenv("RISKCURVES_DATA")
	if folder == "" {
		t.Skip("RISKCURVES_DATA is not set")
	}
	open := func(name string) *Array {
		a, err := OpenIDX(t.Context(), filepath.Join(folder, "mnist", name))
		if os.IsNotExist(err) {
			t.Skip(err)
		}
		if err != nil {
			t.Fatal(err)
		}
		return a
	}
	images, labels := open("t10k-images-idx3-ubyte.gz"), open("t10k-labels-idx1-ubyte.gz")
	if n, d := images.Dims(); n != 10000 || d != 28*28 {
		t.Fatalf("%d images of %d pixels", n, d)
	}
	first := make([]float64, 1)
	for i, want := range []float64{7, 2, 1, 0, 4} { // as in every picture of the set
		if err := labels.Row(first, i); err != nil || first[0] != want {
			t.Errorf("label %d is %v, %v, want %v", i, first[0], err, want)
		}
	}
	sum, row := 0.0, make([]float64, 28*28)
	for i := range 10000 {
		if err := images.Row(row, i); err != nil {
			t.Fatal(err)
		}
		for _, v := range row {
			sum += v
		}
	}
	if mean := sum / 10000 / 784 / 255; mean < 0.13 || mean > 0.135 { // 0.1325
		t.Errorf("mean grey %v", mean)
	}
}
