package spectra

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// TestSamplers compares sample covariances with K. With n samples the entry (i, j)
// has the standard error √((K_ii K_jj + K_ij²)/n).
func TestSamplers(t *testing.T) {
	t.Parallel()
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

// TestSampleBlocks checks that many samples are drawn block by block: 150 rows are
// the rows of calls for 64, 64 and 22.
func TestSampleBlocks(t *testing.T) {
	t.Parallel()
	k := wishart(t, 17, 30, newRand(5))
	all, parts := make([]float64, 150*17), make([]float64, 150*17)
	k.NewSampler().Sample(all, newRand(6))
	rng, s := newRand(6), k.NewSampler()
	for lo := 0; lo < 150; lo += sampleRows {
		s.Sample(parts[lo*17:min(lo+sampleRows, 150)*17], rng)
	}
	if !slices.Equal(all, parts) {
		t.Error("the samples differ")
	}
}

// TestHaar checks orthogonality, and that the first entry has the mean 0 and the
// mean square 1/d of the uniform law, to 4 standard errors; without the signs of
// R its mean would not be 0.
func TestHaar(t *testing.T) {
	t.Parallel()
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
	t.Parallel()
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

// BenchmarkSample draws a block of samples of each kind.
func BenchmarkSample(b *testing.B) {
	rng := newRand(9)
	lambda := must[[]float64](b)(LogSpaced(1<<17, 1e-2, 1))
	for name, k := range map[string]Covariance{
		"dense/d=500":       wishart(b, 500, 1000, rng),
		"diagonal/d=500":    must[*Diagonal](b)(NewDiagonal(lambda[:500])),
		"AR1/d=500":         must[*AR1](b)(NewAR1(500, 1, 0.5)),
		"rank=10/d=500":     must[*LowRankPlusDiagonal](b)(NewLowRankPlusDiagonal(mat.NewDense(500, 10, normals(5000, rng)), lambda[:500])),
		"Hadamard/d=512":    must[*Hadamard](b)(NewHadamard(lambda[:512], rng)),
		"Hadamard/d=131072": must[*Hadamard](b)(NewHadamard(lambda, rng)),
	} {
		b.Run(name, func(b *testing.B) {
			d := k.Dim()
			s, x := k.NewSampler(), make([]float64, ChunkRows(d)*d)
			b.ReportAllocs()
			for b.Loop() {
				s.Sample(x, rng)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/coordinate")
		})
	}
}

// BenchmarkMulVec multiplies by K.
func BenchmarkMulVec(b *testing.B) {
	rng := newRand(9)
	for name, k := range map[string]Covariance{
		"dense/d=500":     wishart(b, 500, 1000, rng),
		"circulant/d=512": must[*Circulant](b)(NewCirculant(append([]float64{1}, make([]float64, 511)...))),
		"Hadamard/d=512":  must[*Hadamard](b)(NewHadamard(must[[]float64](b)(LogSpaced(512, 1e-2, 1)), rng)),
	} {
		b.Run(name, func(b *testing.B) {
			x, dst := normals(k.Dim(), rng), make([]float64, k.Dim())
			b.ReportAllocs()
			for b.Loop() {
				k.MulVecTo(dst, x)
			}
		})
	}
}
