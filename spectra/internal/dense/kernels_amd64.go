//go:build !purego

package dense

//go:noescape
func tileAVX2(k int, a, b, c *float64, ldc int, alpha float64, add bool)

//go:noescape
func dot4AVX2(n int, a *float64, lda int, x *float64, dot *[4]float64)

//go:noescape
func axpy4AVX2(n int, a *float64, lda int, c *[4]float64, y *float64)

//go:noescape
func both4AVX2(n int, a *float64, lda int, x, y *float64, c, dot *[4]float64)

// tile computes a 4×12 tile of a product from k steps of packed operands:
// C ← α·A·B + C if add, C ← α·A·B otherwise.
func tile(k int, a, b, c []float64, ldc int, alpha float64, add bool) {
	if !assembly {
		tileGo(k, a, b, c, ldc, alpha, add)
		return
	}
	_, _, _ = a[k*mr-1], b[k*nr-1], c[(mr-1)*ldc+nr-1]
	tileAVX2(k, &a[0], &b[0], &c[0], ldc, alpha, add)
}

// dot4 returns the products of four rows of length len(x) with x.
func dot4(a []float64, lda int, x []float64) (dot [4]float64) {
	if !assembly {
		return dot4Go(a, lda, x)
	}
	_ = a[3*lda+len(x)-1]
	dot4AVX2(len(x), &a[0], lda, &x[0], &dot)
	return dot
}

// axpy4 adds c₀, …, c₃ times four rows of length len(y) to y.
func axpy4(c *[4]float64, a []float64, lda int, y []float64) {
	if !assembly {
		axpy4Go(c, a, lda, y)
		return
	}
	_ = a[3*lda+len(y)-1]
	axpy4AVX2(len(y), &a[0], lda, c, &y[0])
}

// both4 does dot4 with x and axpy4 onto y, reading the rows once.
func both4(c *[4]float64, a []float64, lda int, x, y []float64) (dot [4]float64) {
	if !assembly {
		return both4Go(c, a, lda, x, y)
	}
	_, _ = a[3*lda+len(x)-1], y[len(x)-1]
	both4AVX2(len(x), &a[0], lda, &x[0], &y[0], c, &dot)
	return dot
}
