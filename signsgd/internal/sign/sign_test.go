package sign

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestStep compares the step with its definition, bit for bit, for every length up to 40,
// at all alignments, with special values everywhere, and checks that nothing beyond the
// end is touched.
func TestStep(t *testing.T) {
	t.Parallel()
	special := []float64{0, math.Copysign(0, -1), 1, -1, math.Inf(1), math.Inf(-1), math.NaN(),
		math.Float64frombits(0xfff8_0000_0000_0001), 5e-324, -5e-324, math.MaxFloat64, -1e-300}
	rng := rand.New(rand.NewPCG(1, 2))
	for n := range 40 {
		for offset := range 4 {
			for _, size := range []float64{0.25, 0, -1, 1e300} {
				x, dst := make([]float64, n+offset+1)[offset:], make([]float64, n+offset+1)[offset:]
				want := make([]float64, n)
				for i := range n {
					x[i], dst[i] = special[rng.IntN(len(special))], rng.NormFloat64()
					switch {
					case math.IsNaN(x[i]):
						want[i] = math.NaN()
					case x[i] > 0:
						want[i] = dst[i] - size
					case x[i] < 0:
						want[i] = dst[i] + size
					default:
						want[i] = dst[i]
					}
				}
				dst[n], x[n] = 7, 1
				Step(dst[:n], x[:n], size)
				for i, w := range want {
					if dst[i] != w && !(math.IsNaN(w) && math.IsNaN(dst[i])) {
						t.Fatalf("length %d, offset %d: %v·sign(%v) leads to %v, want %v", n, offset, size, x[i], dst[i], w)
					}
				}
				if dst[n] != 7 {
					t.Fatalf("length %d: wrote beyond the end", n)
				}
			}
		}
	}
}

func BenchmarkStep(b *testing.B) {
	x, dst := make([]float64, 1000), make([]float64, 1000)
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	b.SetBytes(3 * 8 * 1000)
	for b.Loop() {
		Step(dst, x, 1e-3)
	}
}
