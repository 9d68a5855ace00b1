package spectra

import (
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSamplers compares sample covariances with K. With n samples the entry (i, j)
// has the standard error √((K_ii K_jj + K_ij²)/n).
func TestSamplers(t *testing.T) {
	rng := newRand(4)
	diagonal, err := NewDiagonal([]float64{0.01, 1, 25})
	if err != nil {
		t.Fatal(err)
	}
	singular := wishart(t, 6, 3, rng)
	big := wishart(t, 70, 100, rng) // more than one block
	flipped, err := big.Congruent(normals(70, rng))
	if err != nil {
		t.Fatal(err)
	}
	signs, err := big.Entrywise(math.Asin)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]Covariance{"diagonal": diagonal, "singular": singular, "dense": big, "congruent": flipped, "K_σ": signs} {
		checkSampler(t, name, k, rng)
	}
}

// checkSampler compares the sample covariance of 20,000 samples with k.
func checkSampler(t *testing.T, name string, k Covariance, rng *rand.Rand) {
	t.Helper()
	const n = 20000
	d := k.Dim()
	x := make([]float64, n*d)
	k.NewSampler().Sample(x, rng)
	var c mat.SymDense
	c.SymOuterK(1./n, mat.NewDense(n, d, x).T())
	column, unit := make([]float64, d), make([]float64, d)
	variances := k.Variances(nil)
	for j := range d {
		clear(unit)
		unit[j] = 1
		k.MulVecTo(column, unit)
		for i := range d {
			se := math.Sqrt((variances[i]*variances[j] + column[i]*column[i]) / n)
			if z := (c.At(i, j) - column[i]) / se; math.Abs(z) > samplerDeviation {
				t.Errorf("%s: sample covariance (%d,%d) is %v, K has %v: %.1f standard errors", name, i, j, c.At(i, j), column[i], z)
			}
		}
	}
}

// samplerDeviation is how many standard errors an entry of a sample covariance may
// be off: among the 40,000 entries that the tests compare, one beyond 6 is a chance
// of 1e-4.
const samplerDeviation = 6

// TestSampleRows checks that the samples do not depend on how many are drawn at
// once.
func TestSampleRows(t *testing.T) {
	k := wishart(t, 17, 30, newRand(5))
	all := make([]float64, 150*17)
	k.NewSampler().Sample(all, newRand(6))
	rng, s := newRand(6), k.NewSampler()
	row := make([]float64, 17)
	for i := range 150 {
		s.Sample(row, rng)
		for j, v := range row {
			if math.Abs(v-all[i*17+j]) > 1e-13 {
				t.Fatalf("row %d, column %d: %v alone, %v among all", i, j, v, all[i*17+j])
			}
		}
	}
}

// TestHaar checks orthogonality, and that the first entry has the mean 0 and the
// mean square 1/d of the uniform law, to 4 standard errors; without the signs of
// R its mean would not be 0.
func TestHaar(t *testing.T) {
	rng := newRand(7)
	const d, n = 4, 4000
	var sum, square float64
	for range n {
		q := Haar(d, rng)
		var p mat.Dense
		p.Mul(q.T(), q)
		for i := range d {
			p.Set(i, i, p.At(i, i)-1)
		}
		if mat.Max(&p) > 1e-14 || mat.Min(&p) < -1e-14 {
			t.Fatalf("QᵀQ − 1 is %v", mat.Formatted(&p))
		}
		sum += q.At(0, 0)
		square += q.At(0, 0) * q.At(0, 0)
	}
	if z := sum / math.Sqrt(n/float64(d)); math.Abs(z) > 4 {
		t.Errorf("mean of Q_11 is %.1f standard errors from 0", z)
	}
	// Var Q_11² = 3/(d(d+2)) − 1/d² on the sphere.
	se := math.Sqrt((3/float64(d*(d+2)) - 1/float64(d*d)) / n)
	if z := (square/n - 1./d) / se; math.Abs(z) > 4 {
		t.Errorf("mean of Q_11² is %.1f standard errors from 1/d", z)
	}
}

func TestRotatedSpectrum(t *testing.T) {
	lambda, err := LogSpaced(20, 1e-3, 10)
	if err != nil {
		t.Fatal(err)
	}
	k, err := NewRotated(lambda, newRand(8))
	if err != nil {
		t.Fatal(err)
	}
	m, err := k.Modes(Plain, make([]float64, 20))
	if err != nil {
		t.Fatal(err)
	}
	for i, l := range m.Lambda {
		near(t, "eigenvalue", l, lambda[i], 1e-11)
	}
}

func BenchmarkSampleDense(b *testing.B) {
	k := wishart(b, 500, 1000, newRand(9))
	s, rng := k.NewSampler(), newRand(10)
	x := make([]float64, 64*500)
	b.ReportAllocs()
	for b.Loop() {
		s.Sample(x, rng)
	}
}
