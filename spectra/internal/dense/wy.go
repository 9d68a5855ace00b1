package dense

import "gonum.org/v1/gonum/blas/blas64"

// CompactWY sets t to the upper triangular T of the compact WY representation of a
// product of Householder reflections, H_1 ⋯ H_k = I − VTVᵀ with H_i = I − τ_i v_i v_iᵀ
// (R. Schreiber and C. Van Loan, A storage-efficient WY representation for products of
// Householder transformations, SIAM J. Sci. Stat. Comput. 10 (1989) 53). gram holds the
// products v_iᵀv_j. Column after column, T_jj = τ_j, and above it T has −τ_j T Vᵀv_j.
func CompactWY(t, gram blas64.General, tau []float64) {
	for j, tauJ := range tau {
		for i := range t.Rows {
			if i >= j {
				t.Data[i*t.Stride+j] = 0
				continue
			}
			left, right := Row(t, i)[i:j], Row(gram, j)[i:j]
			t.Data[i*t.Stride+j] = -tauJ * blas64.Dot(Vector(left), Vector(right))
		}
		t.Data[j*t.Stride+j] = tauJ
	}
}
