package plan

import (
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestFiles checks that a covariance and residuals of files, in each of the formats and named
// relative to the specification, give the final risk that the library gives of the numbers.
func TestFiles(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"k.csv": "1,0.5\n0.5,2\n", "k.txt": "1,0.5\n0.5,2\n", "residuals.txt": "0.1\n-0.3\n0.2\n", "residuals.csv": "0.1\n-0.3\n0.2\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	k, sample := []float64{1, 0.5, 0.5, 2}, []float64{0.1, -0.3, 0.2}
	for name, x := range map[string]*mat.Dense{"k.npy": mat.NewDense(2, 2, k), "residuals.npy": mat.NewDense(3, 1, sample)} {
		err := ensemble.WriteFile(filepath.Join(folder, name), func(w io.Writer) error {
			rows, columns := x.Dims()
			return data.WriteNPY(w, rows, columns, x.RawMatrix().Data)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	covariance, err := spectra.NewDense(mat.NewDense(2, 2, k))
	if err != nil {
		t.Fatal(err)
	}
	p, err := signsgd.Problem{Covariance: covariance, Noise: noise.Empirical{Sample: sample}}.WithInitialRisk(1)
	if err != nil {
		t.Fatal(err)
	}
	system, err := odes.New(p, signsgd.SignSGD{}, schedule.Constant(0.5))
	if err != nil {
		t.Fatal(err)
	}
	curve, err := system.Solve(t.Context(), []float64{3})
	if err != nil {
		t.Fatal(err)
	}
	s, err := Parse(filepath.Join(folder, "spec.json"), []byte(`{"covariance": ["k.npy", "k.csv", "k.txt"],
		"noise": ["file:residuals.npy", "file:residuals.csv", "file:residuals.txt"], "rate": 0.5, "horizon": 3}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Points != 9 {
		t.Fatalf("%d points", s.Points)
	}
	c := NewComputer(s, 1)
	for i := range s.Points {
		out, _, err := c.Compute(t.Context(), i)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := strconv.ParseFloat(out.Values[0], 64); err != nil || math.Abs(got/curve.Risk[0]-1) > 1e-8 {
			t.Errorf("%s: %s %s, want %v", s.Point(i).Name(), out.Values, out.Error, curve.Risk[0])
		}
	}
}
