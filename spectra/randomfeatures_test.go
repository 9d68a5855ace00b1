package spectra

import (
	"context"
	"errors"
	"math"
	"strings"
	"testing"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
)

// wholeMatrix returns A = H^{1/2}W, which Draw never holds.
func wholeMatrix(t *testing.T, f RandomFeatures, seed uint64) (*mat.Dense, *featureMatrix) {
	t.Helper()
	w := newFeatureMatrix(f, newRand(seed))
	a := mat.NewDense(f.Ambient, f.Dim, nil)
	if err := w.each(t.Context(), func(lo int, rows blas64.General) {
		for i := range rows.Rows {
			a.SetRow(lo+i, rows.Data[i*rows.Stride:][:f.Dim])
		}
	}); err != nil {
		t.Fatal(err)
	}
	return a, w
}

// TestRandomFeaturesDraw holds K, θ* and the irreducible risk to a solution by orthogonal
// transformations, where the least loss is between 0.1 and 1e-20 of the labels' variance.
func TestRandomFeaturesDraw(t *testing.T) {
	t.Parallel()
	for _, f := range []RandomFeatures{
		{40, 1200, 1, 0.3}, {40, 700, 1.25, 0.75}, {60, 600, 1, 2}, {50, 60, 0.75, 0.25},
		{30, 600, 0.4, 0.3}, {1, 1, 1, 0}, {1, 30, 2, -1}, {100, 1000, 2, 3}, {300, 520, 1.5, 1},
	} {
		drawn := must[*DrawnFeatures](t)(f.Draw(t.Context(), newRand(71)))
		a, w := wholeMatrix(t, f, 71)
		var k mat.SymDense
		k.SymOuterK(1, a.T())
		scale := mat.Trace(&k)
		for i := range f.Dim {
			for j := range f.Dim {
				if gap := math.Abs(drawn.Covariance.At(i, j) - k.At(i, j)); gap > 1e-13*scale {
					t.Errorf("%+v: K_%d%d differs by %g", f, i, j, gap)
				}
			}
		}
		var qr mat.QR
		qr.Factorize(a)
		var theta mat.Dense
		if err := qr.SolveTo(&theta, false, mat.NewDense(f.Ambient, 1, w.labels)); err != nil {
			t.Fatal(err)
		}
		// What is left, in the space that A does not reach: no cancellation.
		var q mat.Dense
		qr.QTo(&q)
		want := 0.0
		for j := f.Dim; j < f.Ambient; j++ {
			c := floats.Dot(mat.Col(nil, j, &q), w.labels)
			want += c * c / 2
		}
		labels := floats.Dot(w.labels, w.labels)
		if gap := math.Abs(drawn.Irreducible - want); gap > 1e-10*want+1e-30*labels {
			t.Errorf("%+v: irreducible risk %v, want %v", f, drawn.Irreducible, want)
		}
		// The excess risk of the target that was found.
		var nu, image mat.VecDense
		nu.SubVec(mat.NewVecDense(f.Dim, drawn.Target), theta.ColView(0))
		image.MulVec(a, &nu)
		if excess := mat.Dot(&image, &image) / 2; excess > 1e-18*want+1e-27*labels {
			t.Errorf("%+v: the target has the excess risk %g beside %g", f, excess, want)
		}
	}
}

// TestRandomFeaturesLoss holds R + irreducible to the loss on inputs x ~ N(0, H), at a
// random θ and at θ*. A correct Draw fails with probability 6e-5 for each of the four.
func TestRandomFeaturesLoss(t *testing.T) {
	t.Parallel()
	f := RandomFeatures{Dim: 20, Ambient: 130, Alpha: 0.8, Beta: 0.4}
	drawn := must[*DrawnFeatures](t)(f.Draw(t.Context(), newRand(72)))
	a, w := wholeMatrix(t, f, 72)
	rng := newRand(73)
	for trial := range 4 {
		theta := append([]float64(nil), drawn.Target...)
		if trial > 0 {
			for i := range theta {
				theta[i] = rng.NormFloat64()
			}
		}
		nu := floats.SubTo(make([]float64, f.Dim), theta, drawn.Target)
		want := Quadratic(drawn.Covariance, nu, make([]float64, f.Dim))/2 + drawn.Irreducible
		// The residual ⟨x, b − Wθ⟩ is ⟨z, H^{1/2}(b − Wθ)⟩ with z ~ N(0, I).
		var prediction mat.VecDense
		prediction.MulVec(a, mat.NewVecDense(f.Dim, theta))
		direction := floats.SubTo(make([]float64, f.Ambient), w.labels, prediction.RawVector().Data)
		losses, z := make([]float64, 20000), make([]float64, f.Ambient)
		for n := range losses {
			FillNormal(z, rng)
			r := floats.Dot(z, direction)
			losses[n] = r * r / 2
		}
		mean, sd := stat.MeanStdDev(losses, nil)
		if stdErr := sd / math.Sqrt(float64(len(losses))); math.Abs(mean-want) > 4*stdErr {
			t.Errorf("trial %d: mean loss %v ± %v, want %v", trial, mean, stdErr, want)
		}
	}
}

func TestRandomFeaturesErrors(t *testing.T) {
	t.Parallel()
	good := RandomFeatures{Dim: 5, Ambient: 10, Alpha: 1, Beta: 1}
	with := func(change func(f *RandomFeatures)) RandomFeatures {
		f := good
		change(&f)
		return f
	}
	for says, f := range map[string]RandomFeatures{
		"Dim is 0":     with(func(f *RandomFeatures) { f.Dim = 0 }),
		"Ambient is 4": with(func(f *RandomFeatures) { f.Ambient = 4 }),
		"Alpha is NaN": with(func(f *RandomFeatures) { f.Alpha = math.NaN() }),
		"Alpha is 0":   with(func(f *RandomFeatures) { f.Alpha = 0 }),
		"Beta is -0.5": with(func(f *RandomFeatures) { f.Beta = -0.5 }),
		"Beta is +Inf": with(func(f *RandomFeatures) { f.Beta = math.Inf(1) }),
	} {
		if _, err := f.Draw(t.Context(), newRand(1)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if _, err := good.Draw(t.Context(), nil); err == nil {
		t.Error("no error without rng")
	}
	large := RandomFeatures{Dim: DenseLimit, Ambient: 1 << 30, Alpha: 1, Beta: 1}
	if _, err := large.Draw(t.Context(), newRand(1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too large: %v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := good.Draw(ended, newRand(1)); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}
