// Package dense multiplies real dense matrices in row-major storage. General and
// triangular products are blocked for the caches, and matrix–vector products read a
// symmetric matrix once.
//
// # Assembly
//
// On amd64 processors with AVX2 and FMA the inner loops are in assembly, four functions of
// about 350 lines: tile, dot4, axpy4 and both4. Elsewhere they are the Go functions of
// kernels.go, which are also what the tests compare the assembly with. The build tag
// purego selects the Go functions everywhere:
//
//	go build -tags purego ./...
//
// The assembly makes the modes of a dense covariance 3 to 7 times as fast as the Go
// functions do (BenchmarkPeer of package spectra with and without the tag, d = 500 and
// 1000), and the blocking and the eigensolver of package eigen make the Go functions 1.5
// to 2 times as fast as gonum's.
//
// # Methods
//
// The blocking is that of K. Goto and R. van de Geijn, Anatomy of
// high-performance matrix multiplication, ACM Trans. Math. Softw. 34 (2008), with
// the packing of F. Van Zee and R. van de Geijn, BLIS, ACM Trans. Math. Softw. 41
// (2015).
//
// All operations are methods of a Workspace, which owns the scratch that they need. Every
// entry of a result is computed by one sequence of operations, which depends on the shapes
// alone (row i of X = Z·Lᵀ depends on row i of Z and on L alone). It never depends on the
// number of workers, on GOMAXPROCS or on scheduling. Results of the assembly and of the Go
// functions differ by rounding.
//
// Destinations must not overlap operands. Overlap is not detected. NaN and infinities
// propagate as in the sums that define the products, so that 0·NaN is NaN. A factor α = 0
// or β = 0 and the zero half of a triangular matrix are left out and not multiplied.
//
// If the user has replaced gonum's BLAS by blas64.Use, every operation is handed to that
// BLAS.
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
