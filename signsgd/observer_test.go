package signsgd

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestQuadratic checks that an ensemble records quadratics: that of K is the risk, and
// that of I half the squared distance.
func TestQuadratic(t *testing.T) {
	t.Parallel()
	k := rotated(t, 20)
	p := Problem{Covariance: k, Init: ones(20), Target: make([]float64, 20)}
	p.Target[3] = 2
	risk, err := ObserveQuadratic(p, "risk", k)
	if err != nil {
		t.Fatal(err)
	}
	distance, err := ObserveQuadratic(p, "distance", mat.NewDiagDense(20, ones(20)))
	if err != nil {
		t.Fatal(err)
	}
	norm, err := ObserveSquare(Problem{Covariance: k})
	if err != nil {
		t.Fatal(err)
	}
	by := ensemble.Observer{Name: "distance", Of: func(theta []float64) float64 {
		sum := 0.0
		for i, v := range theta {
			sum += (v - p.Target[i]) * (v - p.Target[i]) / 2
		}
		return sum
	}}
	b, err := Ensemble(t.Context(), p, SignSGD{}, schedule.Constant(0.3), ensemble.Settings{Horizon: 2, Runs: 8, Observers: []ensemble.Observer{risk, distance, by, norm}})
	if err != nil {
		t.Fatal(err)
	}
	for i, path := range b.Risk {
		for j, r := range path {
			if b.Observed[0][i][j] != r || math.Abs(b.Observed[1][i][j]-b.Observed[2][i][j]) > 1e-14*20 {
				t.Fatalf("risk %v and %v, distance %v and %v", r, b.Observed[0][i][j], b.Observed[1][i][j], b.Observed[2][i][j])
			}
		}
	}
	if n := b.Observed[3][0][0]; n != 20 {
		t.Errorf("‖θ‖² is %v at the start, want 20", n)
	}
	_, err = ObserveQuadratic(p, "", nil)
	requireError(t, err, "g is nil")
	_, err = ObserveQuadratic(p, "", mat.NewDense(3, 20, nil))
	requireError(t, err, "g is 3×20: must be 20×20")
}

// TestObserveModes checks that the modes sum to the risk in both bases, and that each is
// what its eigenvector says.
func TestObserveModes(t *testing.T) {
	t.Parallel()
	const d = 12
	theta := make([]float64, d)
	for i := range theta {
		theta[i] = math.Cos(float64(i * i))
	}
	variances := make([]float64, d)
	for i := range variances {
		variances[i] = 1 / float64(1+i)
	}
	for _, k := range []spectra.Structured{rotated(t, d), diagonal(t, variances...)} {
		p := Problem{Covariance: k, Target: ones(d)}
		nu := p.Displacement(nil, theta)
		risk := spectra.Quadratic(k, nu, make([]float64, d)) / 2
		for _, basis := range []spectra.Basis{spectra.Plain, spectra.Preconditioned} {
			modes, err := k.Modes(basis, nu)
			if err != nil {
				t.Fatal(err)
			}
			observers, err := ObserveModes(p, basis)
			if err != nil {
				t.Fatal(err)
			}
			sum := 0.0
			for i, o := range observers {
				r := o.Of(theta)
				sum += r
				if math.Abs(r-modes.Risk[i]) > 1e-12*risk {
					t.Errorf("%T, %v: %s is %v, want %v", k, basis, o.Name, r, modes.Risk[i])
				}
			}
			if len(observers) != d || math.Abs(sum-risk) > 1e-12*risk {
				t.Errorf("%T, %v: %d modes sum to %v, the risk is %v", k, basis, len(observers), sum, risk)
			}
		}
	}
	_, err := ObserveModes(Problem{Covariance: plain{diagonal(t, 1, 2)}}, spectra.Plain)
	requireError(t, err, "type signsgd.plain has no modes")
	_, err = ObserveModes(Problem{}, spectra.Plain)
	requireError(t, err, "Covariance is nil")
	long := make([]float64, 8)
	long[0] = 1
	circulant, err := spectra.NewCirculant(long)
	if err != nil {
		t.Fatal(err)
	}
	_, err = ObserveModes(Problem{Covariance: circulant}, spectra.Plain)
	requireError(t, err, "not formed")
}

// plain is a covariance without structure.
type plain struct{ spectra.Covariance }

// TestQuadraticForms checks that the forms which are fast agree with the general one, and
// that the symmetric part alone counts.
func TestQuadraticForms(t *testing.T) {
	t.Parallel()
	k := rotated(t, 6)
	p := Problem{Covariance: k, Target: ones(6)}
	skew := mat.DenseCopyOf(k)
	skew.Set(0, 1, skew.At(0, 1)+3)
	skew.Set(1, 0, skew.At(1, 0)-3)
	diag := mat.NewDiagDense(6, []float64{1, 2, 3, 4, 5, 6})
	theta := []float64{3, 1, 4, 1, 5, 9}
	for name, forms := range map[string][2]mat.Matrix{
		"covariance": {k, mat.DenseCopyOf(k)},
		"skew":       {k, skew},
		"diagonal":   {diag, mat.DenseCopyOf(diag)},
	} {
		var values [2]float64
		for i, g := range forms {
			o, err := ObserveQuadratic(p, name, g)
			if err != nil {
				t.Fatal(err)
			}
			values[i] = o.Of(theta)
		}
		if math.Abs(values[0]-values[1]) > 1e-13*math.Abs(values[0]) {
			t.Errorf("%s: %v and %v", name, values[0], values[1])
		}
	}
}
