//go:build !amd64 || purego

package dense

// tile computes a 4×12 tile of a product from k steps of packed operands:
// C ← α·A·B + C if add, C ← α·A·B otherwise.
func tile(k int, a, b, c []float64, ldc int, alpha float64, add bool) {
	tileGo(k, a, b, c, ldc, alpha, add)
}

// dot4 returns the products of four rows of length len(x) with x.
func dot4(a []float64, lda int, x []float64) [4]float64 { return dot4Go(a, lda, x) }

// axpy4 adds c₀, …, c₃ times four rows of length len(y) to y.
func axpy4(c *[4]float64, a []float64, lda int, y []float64) { axpy4Go(c, a, lda, y) }

// both4 does dot4 with x and axpy4 onto y, reading the rows once.
func both4(c *[4]float64, a []float64, lda int, x, y []float64) [4]float64 {
	return both4Go(c, a, lda, x, y)
}
