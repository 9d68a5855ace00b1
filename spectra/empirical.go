package spectra

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Estimate says how a covariance is estimated from data. The zero value stands for the
// matrix of second moments.
type Estimate struct {
	// Centred subtracts the mean of each column first.
	Centred bool

	// Shrinkage is an α in [0, 1). It mixes the moments M with a multiple of the
	// identity of the same trace, (1−α)M + α (tr M/d) I (O. Ledoit and M. Wolf,
	// J. Multivariate Anal. 88 (2004) 365). That makes K well conditioned where n is
	// not large against d. 0 means none.
	Shrinkage float64
}

// NewEmpirical returns the covariance that is estimated from an n×d matrix with one sample
// in each row. It is M = XᵀX/n unless the Estimate says otherwise. It is a Dense if n ≥ d,
// and a LowRankPlusDiagonal of rank n if n < d. The data are copied. They must be finite,
// and no column may be zero throughout, or constant if Centred is set.
//
// It costs about nd² operations for n ≥ d. It fails when ctx ends, which it sees between
// blocks of 1024 rows.
func NewEmpirical(ctx context.Context, data mat.Matrix, e Estimate) (Structured, error) {
	if data == nil {
		return nil, fmt.Errorf("spectra: data is nil")
	}
	n, d := data.Dims()
	if n == 0 || d == 0 {
		return nil, fmt.Errorf("spectra: data is %d×%d: must have a row and a column", n, d)
	}
	if !(e.Shrinkage >= 0 && e.Shrinkage < 1) {
		return nil, fmt.Errorf("spectra: Estimate.Shrinkage is %v: must lie in [0, 1)", e.Shrinkage)
	}
	rows := dense.General(n, d)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("spectra: NewEmpirical: row %d of %d: %w", i, n, err)
		}
		row := mat.Row(rows.Data[i*d:][:d], i, data)
		if err := checkVector(fmt.Sprintf("data row %d", i), row, d); err != nil {
			return nil, err
		}
	}
	if e.Centred {
		centre(rows)
	}
	floats.Scale(math.Sqrt((1-e.Shrinkage)/float64(n)), rows.Data)
	diagonal := make([]float64, d)
	if e.Shrinkage > 0 {
		trace := floats.Dot(rows.Data, rows.Data) / (1 - e.Shrinkage)
		floats.AddConst(e.Shrinkage*trace/float64(d), diagonal)
	}
	return gram(ctx, rows, diagonal)
}

// centre subtracts the mean of each column. A column constant to rounding becomes
// zero.
func centre(rows blas64.General) {
	n, d := rows.Rows, rows.Cols
	for j := range d {
		column := blas64.Vector{N: n, Inc: d, Data: rows.Data[j:]}
		mean, largest := 0.0, 0.0
		for i := range n {
			v := column.Data[i*d]
			mean += (v - mean) / float64(i+1)
			largest = max(largest, math.Abs(v))
		}
		constant := true
		for i := range n {
			column.Data[i*d] -= mean
			constant = constant && math.Abs(column.Data[i*d]) <= 0x1p-50*largest
		}
		if constant {
			blas64.Scal(0, column)
		}
	}
}

// gram returns XᵀX + diag(diagonal) for an n×d matrix X, in the form that takes less
// memory. It retains both arguments. It fails when ctx ends.
func gram(ctx context.Context, x blas64.General, diagonal []float64) (Structured, error) {
	if x.Rows < x.Cols {
		return newLowRank(x, diagonal)
	}
	k := mat.NewSymDense(x.Cols, nil)
	w := dense.Workspace{Workers: dense.Cores()}
	raw := k.RawSymmetric()
	const block = 1024
	for lo := 0; lo < x.Rows; lo += block {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("spectra: the products of row %d of %d: %w", lo, x.Rows, err)
		}
		rows := dense.Part(x, lo, min(lo+block, x.Rows), 0, x.Cols)
		w.UpdateUpper(1, rows, rows, raw)
	}
	for i, v := range diagonal {
		k.SetSym(i, i, k.At(i, i)+v)
	}
	return NewDense(k)
}
