// Package dense multiplies real dense matrices in row-major storage: general and
// triangular products blocked for the caches, and matrix–vector products that
// read a symmetric matrix once. On amd64 processors with AVX2 and FMA the inner
// loops are in assembly; elsewhere, and under the build tag purego, they are Go.
//
// The blocking is that of K. Goto and R. van de Geijn, Anatomy of
// high-performance matrix multiplication, ACM Trans. Math. Softw. 34 (2008), with
// the packing of F. Van Zee and R. van de Geijn, BLIS, ACM Trans. Math. Softw. 41
// (2015).
//
// All operations are methods of a Workspace, which owns the scratch they need.
// Every entry of a result is computed by one sequence of operations that depends
// on the shapes alone (for the row i of X = Z·Lᵀ: on row i of Z and on L alone),
// never on the number of workers, on GOMAXPROCS or on scheduling. Results of the
// assembly and of the Go loops differ by rounding.
//
// Destinations must not overlap operands; overlap is not detected. NaN and
// infinities propagate as in the sums that define the products (0·NaN is NaN),
// except that a factor α = 0 or β = 0 and the zero half of a triangular matrix
// are absent rather than multiplied.
//
// A user who has replaced gonum's BLAS by blas64.Use has chosen one: then every
// operation here is handed to it.
package dense

import (
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/blas/gonum"
)

// foreign reports whether the user has replaced gonum's BLAS.
func foreign() bool {
	_, own := blas64.Implementation().(gonum.Implementation)
	return !own
}
