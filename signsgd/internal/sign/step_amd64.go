package sign

//go:noescape
func stepSSE2(dst, x *float64, n int, size float64)

// Step subtracts size·sign(x) from dst, which has the length of x; see Of.
func Step(dst, x []float64, size float64) {
	dst = dst[:len(x)]
	if n := len(x) / 4 * 4; n > 0 {
		stepSSE2(&dst[0], &x[0], n, size)
		dst, x = dst[n:], x[n:]
	}
	step(dst, x, size)
}
