package spectra

import (
	"math"
	"testing"
)

// TestFillNormal checks that what is drawn depends on the generator alone, fills
// the slice to its end at every length, and is standard normal at the lengths where
// the method changes: the mean square of n variates is 1 ± √(2/n), within 5 of these
// except with a probability below 1e-6.
func TestFillNormal(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 1, 63, 64, 65, 511, 512, 513, 100_003} {
		x, again := make([]float64, n+1), make([]float64, n+1)
		x[n] = 7
		FillNormal(x[:n], newRand(uint64(n)))
		FillNormal(again[:n], newRand(uint64(n)))
		square := 0.0
		for i, v := range x[:n] {
			if v != again[i] || v == 0 {
				t.Fatalf("n = %d: variate %d is %v and then %v", n, i, v, again[i])
			}
			square += v * v
		}
		if x[n] != 7 {
			t.Errorf("n = %d: filled one too many", n)
		}
		if n > 60 && math.Abs(square/float64(n)-1) > 5*math.Sqrt(2/float64(n)) {
			t.Errorf("n = %d: mean square %v", n, square/float64(n))
		}
	}
}

func TestFillNormalAllocates(t *testing.T) {
	x, rng := make([]float64, 1000), newRand(1)
	if n := testing.AllocsPerRun(20, func() { FillNormal(x, rng) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
