// Package sign makes the step of the sign methods as fast as memory allows.
package sign

import "math"

// Of returns size·sign(x) given the bits of both numbers: 0 where x is 0, and NaN where
// it is NaN.
func Of(size, x uint64) float64 {
	const sign, infinity = 1 << 63, 0x7ff0_0000_0000_0000
	if x<<1-1 >= infinity<<1 { // 0 or NaN: rare
		return math.Float64frombits(x)
	}
	return math.Float64frombits(size ^ x&sign)
}

// step subtracts size·sign(x) from dst.
func step(dst, x []float64, size float64) {
	dst = dst[:len(x)]
	bits := math.Float64bits(size)
	for i := range x {
		dst[i] -= Of(bits, math.Float64bits(x[i]))
	}
}
