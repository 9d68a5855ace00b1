// Package eigen computes eigenvalues and eigenvectors of dense symmetric matrices. It
// reduces the matrix to a tridiagonal one by blocks of Householder reflections, solves that
// by divide and conquer, and transforms the eigenvectors back. All three steps consist
// mostly of matrix products of package dense, which is why they are faster than the QL
// iteration of gonum's mat.EigenSym; BenchmarkPeer and BenchmarkGonumModes of package
// spectra measure by how much. Results do not depend on the number of workers.
package eigen

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Sym returns the eigenvalues λ_1 ≤ … ≤ λ_n of the symmetric matrix A and
// orthonormal eigenvectors q_1, …, q_n as the rows of an n×n matrix. With vectors
// Q = [q_1 … q_n], ‖AQ − QΛ‖ and ‖A‖·‖QᵀQ − I‖ are of order n·2^{-53}·‖A‖:
// eigenvalues are accurate relative to the largest.
//
// A must be stored as blas.Upper. Only its upper triangle is read, and both triangles are
// destroyed. At most workers goroutines are used. In addition to A, three matrices of its
// size are in use at the peak. Entries that are not finite are an error.
//
// The methods are those of J. Dongarra, D. Sorensen and S. Hammarling, Block
// reduction of matrices to condensed forms, J. Comput. Appl. Math. 27 (1989), and
// of M. Gu and S. Eisenstat, A divide-and-conquer algorithm for the symmetric
// tridiagonal eigenproblem, SIAM J. Matrix Anal. Appl. 16 (1995).
func Sym(a blas64.Symmetric, workers int) (values []float64, vectors blas64.General, err error) {
	if a.Uplo != blas.Upper {
		panic("eigen: matrix not stored as upper triangle")
	}
	n := a.N
	if n == 0 {
		return nil, blas64.General{Stride: 1}, nil
	}
	exponent, err := normalize(a)
	if err != nil {
		return nil, blas64.General{}, err
	}
	w := &dense.Workspace{Workers: workers}
	t := reduce(w, a)
	values, vectors, err = t.divide(workers)
	if err != nil {
		return nil, blas64.General{}, err
	}
	clearLower(a)
	t.backTransform(w, a, vectors)
	for i := range values {
		values[i] = math.Ldexp(values[i], exponent)
	}
	return values, vectors, nil
}

// normalize multiplies a by the power of two 2^{-exponent} that brings its largest
// entry to [½, 1), so that no square overflows and none that matters underflows.
func normalize(a blas64.Symmetric) (exponent int, err error) {
	largest := 0.0
	for i := range a.N {
		for j, v := range a.Data[i*a.Stride+i:][:a.N-i] {
			if v-v != 0 {
				return 0, fmt.Errorf("entry (%d, %d) of the matrix is %v, not finite", i, i+j, v)
			}
			largest = max(largest, math.Abs(v))
		}
	}
	_, exponent = math.Frexp(largest)
	if exponent == 0 {
		return 0, nil
	}
	for i := range a.N {
		row := a.Data[i*a.Stride+i:][:a.N-i]
		for j, v := range row {
			row[j] = math.Ldexp(v, -exponent)
		}
	}
	return exponent, nil
}
