package dense

// These are the inner loops in Go. They run where there is no assembly, and the tests
// compare the assembly with them. See the package comment for what the assembly buys.

// tileGo works through the tile in blocks of 2×4, whose accumulators fit in the
// registers of any processor.
func tileGo(k int, a, b, c []float64, ldc int, alpha float64, add bool) {
	a, b = a[:k*mr], b[:k*nr]
	for i := 0; i < mr; i += 2 {
		for j := 0; j < nr; j += 4 {
			var c00, c01, c02, c03, c10, c11, c12, c13 float64
			for p, q := i, j; p < len(a) && q+3 < len(b); p, q = p+mr, q+nr {
				left := (*[2]float64)(a[p:])
				right := (*[4]float64)(b[q:])
				a0, a1 := left[0], left[1]
				b0, b1, b2, b3 := right[0], right[1], right[2], right[3]
				c00 += a0 * b0
				c01 += a0 * b1
				c02 += a0 * b2
				c03 += a0 * b3
				c10 += a1 * b0
				c11 += a1 * b1
				c12 += a1 * b2
				c13 += a1 * b3
			}
			put((*[4]float64)(c[i*ldc+j:]), alpha, c00, c01, c02, c03, add)
			put((*[4]float64)(c[(i+1)*ldc+j:]), alpha, c10, c11, c12, c13, add)
		}
	}
}

func put(c *[4]float64, alpha, c0, c1, c2, c3 float64, add bool) {
	if add {
		c[0] += alpha * c0
		c[1] += alpha * c1
		c[2] += alpha * c2
		c[3] += alpha * c3
		return
	}
	*c = [4]float64{alpha * c0, alpha * c1, alpha * c2, alpha * c3}
}

// rows4 returns the first n entries of four rows.
func rows4(a []float64, lda, n int) (r0, r1, r2, r3 []float64) {
	return a[:n], a[lda:][:n], a[2*lda:][:n], a[3*lda:][:n]
}

func dot4Go(a []float64, lda int, x []float64) (dot [4]float64) {
	r0, r1, r2, r3 := rows4(a, lda, len(x))
	var s0, s1, s2, s3 float64
	for j, v := range x {
		s0 += r0[j] * v
		s1 += r1[j] * v
		s2 += r2[j] * v
		s3 += r3[j] * v
	}
	return [4]float64{s0, s1, s2, s3}
}

func axpy4Go(c *[4]float64, a []float64, lda int, y []float64) {
	r0, r1, r2, r3 := rows4(a, lda, len(y))
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	for j, v := range y {
		y[j] = v + c0*r0[j] + c1*r1[j] + c2*r2[j] + c3*r3[j]
	}
}

func both4Go(c *[4]float64, a []float64, lda int, x, y []float64) (dot [4]float64) {
	r0, r1, r2, r3 := rows4(a, lda, len(x))
	c0, c1, c2, c3 := c[0], c[1], c[2], c[3]
	y = y[:len(x)]
	var s0, s1, s2, s3 float64
	for j, v := range x {
		s0 += r0[j] * v
		s1 += r1[j] * v
		s2 += r2[j] * v
		s3 += r3[j] * v
		y[j] = y[j] + c0*r0[j] + c1*r1[j] + c2*r2[j] + c3*r3[j]
	}
	return [4]float64{s0, s1, s2, s3}
}
