package dense

import (
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// counting is another BLAS: gonum's, counting the calls.
type counting struct {
	gonum.Implementation
	gemm, syr2k, trmm, gemv, symv *int
}

func (c counting) Dgemm(tA, tB blas.Transpose, m, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, x []float64, ldx int) {
	*c.gemm++
	c.Implementation.Dgemm(tA, tB, m, n, k, alpha, a, lda, b, ldb, beta, x, ldx)
}

func (c counting) Dsyr2k(ul blas.Uplo, t blas.Transpose, n, k int, alpha float64, a []float64, lda int, b []float64, ldb int, beta float64, x []float64, ldx int) {
	*c.syr2k++
	c.Implementation.Dsyr2k(ul, t, n, k, alpha, a, lda, b, ldb, beta, x, ldx)
}

func (c counting) Dtrmm(s blas.Side, ul blas.Uplo, tA blas.Transpose, d blas.Diag, m, n int, alpha float64, a []float64, lda int, b []float64, ldb int) {
	*c.trmm++
	c.Implementation.Dtrmm(s, ul, tA, d, m, n, alpha, a, lda, b, ldb)
}

func (c counting) Dgemv(tA blas.Transpose, m, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	*c.gemv++
	c.Implementation.Dgemv(tA, m, n, alpha, a, lda, x, incX, beta, y, incY)
}

func (c counting) Dsymv(ul blas.Uplo, n int, alpha float64, a []float64, lda int, x []float64, incX int, beta float64, y []float64, incY int) {
	*c.symv++
	c.Implementation.Dsymv(ul, n, alpha, a, lda, x, incX, beta, y, incY)
}

// TestForeignBLAS sees every operation handed to the BLAS that the user chose,
// and the same results come back.
func TestForeignBLAS(t *testing.T) {
	var gemm, syr2k, trmm, gemv, symv int
	defer blas64.Use(blas64.Implementation())
	blas64.Use(counting{gemm: &gemm, syr2k: &syr2k, trmm: &trmm, gemv: &gemv, symv: &symv})
	t.Run("Product", testProduct)
	t.Run("UpdateUpper", testUpdateUpper)
	t.Run("Lower", testLower)
	t.Run("Vectors", testVectors)
	for _, n := range []int{gemm, syr2k, trmm, gemv, symv} {
		if n == 0 {
			t.Errorf("calls: gemm %d, syr2k %d, trmm %d, gemv %d, symv %d", gemm, syr2k, trmm, gemv, symv)
			break
		}
	}
}

// FuzzProduct compares every kernel with the triple loop on any shape.
func FuzzProduct(f *testing.F) {
	f.Add(uint16(1), uint16(2), uint16(3), uint64(1))
	f.Add(uint16(97), uint16(13), uint16(257), uint64(2))
	f.Fuzz(func(t *testing.T, m, n, k uint16, seed uint64) {
		rows, cols, depth := int(m%300)+1, int(n%300)+1, int(k%300)+1
		rng := rand.New(rand.NewPCG(seed, 0))
		a, b, c := random(rng, rows, depth), random(rng, depth, cols), random(rng, rows, cols)
		new(Workspace).Product(blas.NoTrans, blas.NoTrans, 1, a, b, 0, c)
		for i := range rows {
			for j := range cols {
				var sum, magnitude float64
				for p := range depth {
					term := at(a, blas.NoTrans, i, p) * at(b, blas.NoTrans, p, j)
					sum += term
					magnitude += max(term, -term)
				}
				near(t, "product", at(c, blas.NoTrans, i, j), sum, magnitude, depth)
			}
		}
	})
}
