package eigen

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Forms sets dst[i] = q_iᵀ M q_i for the rows q_i of vectors, which is the diagonal of QᵀMQ
// for vectors = Qᵀ. M must be stored as blas.Upper and is read from its upper triangle. It
// is split as T + Tᵀ, so that M·Q costs half a matrix product. At most workers goroutines
// are used. Lengths that do not fit are a panic.
func Forms(dst []float64, vectors blas64.General, m blas64.Symmetric, workers int) {
	n := m.N
	if vectors.Cols != n || len(dst) != vectors.Rows || m.Uplo != blas.Upper {
		panic("eigen: shapes of the quadratic forms differ")
	}
	if n == 0 || len(dst) == 0 {
		clear(dst)
		return
	}
	// With T the lower triangle of M and Δ its diagonal, qᵀMq = qᵀ(2T − Δ)q.
	lower := dense.NewLower(blas64.Triangular{Uplo: blas.Upper, Diag: blas.NonUnit, N: n, Stride: m.Stride, Data: m.Data})
	const rows = 96 // to a task
	type scratch struct {
		w dense.Workspace
		x blas64.General
	}
	own := make([]scratch, max(1, workers))
	dense.Each(workers, (vectors.Rows+rows-1)/rows, func(worker, task int) {
		s := &own[worker]
		if s.x.Data == nil {
			s.x = dense.General(rows, n)
		}
		q := dense.Part(vectors, task*rows, min(vectors.Rows, (task+1)*rows), 0, n)
		x := dense.Part(s.x, 0, q.Rows, 0, n)
		lower.MulTransTo(x, blas.NoTrans, q, &s.w)
		for i := range q.Rows {
			tq, q := dense.Row(x, i), dense.Row(q, i)
			sum := 0.0
			for j, v := range q {
				sum += v * (2*tq[j] - m.Data[j*m.Stride+j]*v)
			}
			dst[task*rows+i] = sum
		}
	})
}
