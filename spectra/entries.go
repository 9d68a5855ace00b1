package spectra

import (
	"math"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// upper sets every entry of dst on and above the diagonal to f of the entry of k. It uses
// all cores.
func upper(k, dst *mat.SymDense, f func(i, j int, v float64) float64) {
	from, to := k.RawSymmetric(), dst.RawSymmetric()
	const rows = 16 // to a task
	n := from.N
	dense.Each(dense.Cores(), (n+rows-1)/rows, func(_, task int) {
		for i := task * rows; i < min(n, (task+1)*rows); i++ {
			src, row := from.Data[i*from.Stride:][:n], to.Data[i*to.Stride:][:n]
			for j := i; j < n; j++ {
				row[j] = f(i, j, src[j])
			}
		}
	})
}

// entrywiseTo stores f(C) in dst, C the correlation matrix of k.
func entrywiseTo(dst, k *mat.SymDense, variances []float64, f Odd) {
	sd := make([]float64, len(variances))
	for i, v := range variances {
		sd[i] = math.Sqrt(v)
	}
	upper(k, dst, func(i, j int, v float64) float64 {
		if i == j {
			return f.at(1)
		}
		return f.at(correlation(v, sd[i], sd[j]))
	})
}

// correlation returns the correlation of two coordinates with the covariance v and the
// standard deviations a and b. Within the rounding error of 1 it is 1: a function like
// the arcsine has an infinite slope there, and would turn an error of 1e-16 into one of
// 1e-8, beside which f(C) of perfectly correlated coordinates is not semidefinite.
func correlation(v, a, b float64) float64 {
	rho := v / a / b
	if math.Abs(rho) > 1-0x1p-47 {
		return math.Copysign(1, rho)
	}
	return rho
}

// copyTo stores src in dst and returns it; a nil dst allocates.
func copyTo(dst, src []float64, method string) []float64 {
	if dst == nil {
		dst = make([]float64, len(src))
	}
	panicLength(method, len(dst), len(src))
	copy(dst, src)
	return dst
}

// constantTo fills dst, of length d, with v and returns it; a nil dst allocates.
func constantTo(dst []float64, v float64, d int, method string) []float64 {
	if dst == nil {
		dst = make([]float64, d)
	}
	panicLength(method, len(dst), d)
	for i := range dst {
		dst[i] = v
	}
	return dst
}
