package spectra

import (
	"math"
	"testing"
)

// TestWalshHadamard checks the fast transform against its matrix.
func TestWalshHadamard(t *testing.T) {
	t.Parallel()
	for d := 1; d <= 256; d *= 2 {
		x := normals(d, newRand(uint64(d)))
		fast := append([]float64(nil), x...)
		walshHadamard(fast)
		for i, v := range fast {
			want := 0.0
			for j, xj := range x {
				want += hadamardEntry(i, j) * xj
			}
			if math.Abs(v-want) > 1e-13*float64(d) {
				t.Errorf("d = %d: entry %d is %v, want %v", d, i, v, want)
			}
		}
	}
}
