//go:build !amd64

package sign

// Step subtracts size·sign(x) from dst, which has the length of x; see Of.
func Step(dst, x []float64, size float64) { step(dst, x, size) }
