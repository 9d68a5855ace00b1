package spectra

import (
	"math"
	"os"
	"testing"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/measure"
)

// TestMillion checks that a diagonal K of dimension 10^6 has its compressed
// measures, and where RISKCURVES_HEAVY is set that they take under a second.
func TestMillion(t *testing.T) {
	const d = 1_000_000
	lambda := must[[]float64](t)(PowerLaw(d, 1))
	k := must[*Diagonal](t)(NewDiagonal(lambda))
	nu := normals(d, newRand(70))
	best := time.Hour
	var m, c Modes
	for range 3 {
		start := time.Now()
		m = must[Modes](t)(k.Modes(Preconditioned, nu, signNoise))
		c = must[Modes](t)(m.Compress(0))
		best = min(best, time.Since(start))
	}
	t.Logf("%d nodes, %.2f s", len(c.Lambda), best.Seconds())
	if len(c.Lambda) > 150 {
		t.Errorf("%d nodes", len(c.Lambda))
	}
	if os.Getenv("RISKCURVES_HEAVY") != "" && best > time.Second {
		t.Errorf("the measures took %v", best)
	}
	for _, tau := range []float64{0, 1, 10, 1e3, 3e4} {
		near(t, "transform of the risk", c.RiskMeasure().Laplace(tau), m.RiskMeasure().Laplace(tau), 1e-10)
		near(t, "transform of the weights", c.WeightMeasure(0).Laplace(tau), m.WeightMeasure(0).Laplace(tau), 1e-10)
	}
}

// TestLargeHadamard checks samples, products and modes at d = 2^17.
func TestLargeHadamard(t *testing.T) {
	const d = 1 << 17
	rng := newRand(71)
	k := must[*Hadamard](t)(NewHadamard(must[[]float64](t)(LogSpaced(d, 1e-3, 3)), rng))
	nu := normals(d, rng)
	start := time.Now()
	m := must[Modes](t)(k.Modes(Preconditioned, nu, signNoise))
	t.Logf("modes %.3f s", time.Since(start).Seconds())
	work := make([]float64, d)
	start = time.Now()
	near(t, "Σ r_i", floats.Sum(m.Risk), Quadratic(k, nu, work)/2, 1e-12)
	t.Logf("product %.4f s", time.Since(start).Seconds())
	ratio := 0.0
	for i, c := range m.Weights[0] {
		ratio += c / m.Lambda[i]
	}
	near(t, "Σ c_i/λ_i", ratio, math.Pi/2*floats.Sum(StandardDeviations(k)), 1e-11)

	// E (xᵀx) = tr K with the variance 2 tr K²; 64 samples, 5 standard errors.
	const n = 64
	x := make([]float64, n*d)
	start = time.Now()
	k.NewSampler().Sample(x, rng)
	t.Logf("%d samples %.2f s", n, time.Since(start).Seconds())
	square := 0.0
	for _, l := range k.lambda {
		square += l * l
	}
	if z := (floats.Dot(x, x)/n - d*k.row[0]) / math.Sqrt(2*square/n); math.Abs(z) > 5 {
		t.Errorf("samples are %.1f standard errors from the trace", z)
	}
}

// TestLargeDense is the dense path at d = 4000, where RISKCURVES_HEAVY is set.
func TestLargeDense(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	const d = 4000
	rng := newRand(72)
	// A Hadamard-rotated K of the next power of two, cut off at 4000.
	h := must[*Hadamard](t)(NewHadamard(must[[]float64](t)(LogSpaced(4096, 1e-2, 3)), rng))
	start := time.Now()
	k := must[*Dense](t)(NewDense(corner{must[*Dense](t)(ToDense(h)), d}))
	t.Logf("two factorizations %.1f s", time.Since(start).Seconds())
	nu := normals(d, rng)
	start = time.Now()
	m := must[Modes](t)(k.Modes(Preconditioned, nu, signNoise))
	t.Logf("modes %.1f s", time.Since(start).Seconds())
	ratio := 0.0
	for i, c := range m.Weights[0] {
		ratio += c / m.Lambda[i]
	}
	near(t, "Σ c_i/λ_i", ratio, math.Pi/2*floats.Sum(StandardDeviations(k)), 1e-10)
	near(t, "Σ r_i", floats.Sum(m.Risk), Quadratic(k, nu, make([]float64, d))/2, 1e-11)

	start = time.Now()
	b := must[measure.Bracket](t)(Lanczos{}.Risk(t.Context(), k, Preconditioned, nu))
	t.Logf("Lanczos risk %.2f s", time.Since(start).Seconds())
	start = time.Now()
	s := must[measure.Estimate](t)(Lanczos{}.Weights(t.Context(), k, Preconditioned, signNoise, rng))
	t.Logf("Lanczos weights %.2f s", time.Since(start).Seconds())
	for _, tau := range []float64{0, 0.1, 1, 10, 100} {
		slack := 1e-12 * m.RiskMeasure().Total()
		if want := m.RiskMeasure().Laplace(tau); b.Lower.Laplace(tau) > want+slack || b.Upper.Laplace(tau) < want-slack {
			t.Errorf("risk at τ = %v: %v not in [%v, %v]", tau, want, b.Lower.Laplace(tau), b.Upper.Laplace(tau))
		}
		lower, upper, se := s.Laplace(tau)
		t.Logf("weights at τ = %v: [%.6g, %.6g] ± %.2g, exactly %.6g", tau, lower, upper, se, m.WeightMeasure(0).Laplace(tau))
		if want := m.WeightMeasure(0).Laplace(tau); want < lower-5*se || want > upper+5*se {
			t.Errorf("weights at τ = %v: %v not in [%v, %v] ± %v", tau, want, lower, upper, se)
		}
	}
}

// corner is the leading part of a matrix.
type corner struct {
	*Dense
	dim int
}

func (c corner) Dims() (int, int) { return c.dim, c.dim }
func (c corner) T() mat.Matrix    { return c }

// TestLargeTransform checks that the noise is transformed to modes whose eigenvectors are
// formed, whatever the dimension: the covariance is I, and so is its image.
func TestLargeTransform(t *testing.T) {
	if os.Getenv("RISKCURVES_HEAVY") == "" {
		t.Skip("RISKCURVES_HEAVY is not set")
	}
	const d = DenseLimit + 1
	k := must[*Isotropic](t)(NewIsotropic(d, 1))
	m := must[Modes](t)(k.Modes(Plain, make([]float64, d)))
	m.Kind, m.Vectors = Formed, mat.NewDense(d, d, nil)
	for i := range d {
		m.Vectors.Set(i, i, 1)
	}
	q := must[*mat.SymDense](t)(must[*Transform](t)(NewTransform(k, m)).Covariance(k))
	for i := range d {
		if q.At(i, i) != 1 || i > 0 && q.At(i-1, i) != 0 {
			t.Fatalf("row %d of the image of I is wrong", i)
		}
	}
}

// TestTransformTooLarge checks the limit where the eigenvectors are the coordinates.
func TestTransformTooLarge(t *testing.T) {
	t.Parallel()
	const d = DenseLimit + 1
	k := must[*Isotropic](t)(NewIsotropic(d, 1))
	m := must[Modes](t)(k.Modes(Plain, make([]float64, d)))
	_, err := must[*Transform](t)(NewTransform(k, m)).Covariance(k)
	wantError(t, "the limit is", err)
}
