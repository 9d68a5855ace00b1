package spectra

import (
	"fmt"
	"math"
)

// MarchenkoPastur returns d eigenvalues at the quantiles (j−½)/d of the law of
// Marchenko and Pastur with the given ratio: the limit spectrum of XᵀX/n for
// n×d matrices X of independent entries of variance 1, d/n → ratio. It needs
// d ≥ 1 and 0 < ratio ≤ 1; beyond 1 the spectrum has zeros, which no diagonal
// covariance may have. The quantiles are accurate to about 1e-15/√ratio of the largest
// eigenvalue.
func MarchenkoPastur(d int, ratio float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if !(ratio > 0 && ratio <= 1) {
		return nil, fmt.Errorf("spectra: ratio is %v: must lie in (0, 1]", ratio)
	}
	root := math.Sqrt(ratio)
	lo, hi := (1-root)*(1-root), (1+root)*(1+root)
	// With λ = 1 + ratio − 2√ratio cos θ the mass below θ is smooth and increasing
	// on [0, π].
	lambda := make([]float64, d)
	theta := 0.0
	for j := range lambda {
		theta = marchenkoPasturQuantile((float64(j)+0.5)/float64(d), ratio, theta)
		half := math.Sin(theta / 2)
		lambda[j] = min(lo+4*root*half*half, hi) // 1 − cos θ without cancellation
	}
	return lambda, nil
}

// marchenkoPasturQuantile returns the θ ≥ from below which the mass is want, by
// Newton's method with bisection where that leaves the bracket.
func marchenkoPasturQuantile(want, ratio, from float64) float64 {
	lo, hi := from, math.Pi
	x := lo + (hi-lo)/2
	for range 200 {
		gap := marchenkoPasturBelow(x, ratio) - want
		if gap < 0 {
			lo = x
		} else {
			hi = x
		}
		sin, cos := math.Sincos(x)
		next := x - gap*math.Pi*(1+ratio-2*math.Sqrt(ratio)*cos)/(2*sin*sin)
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		if math.Abs(next-x) <= 0x1p-50*x {
			return next
		}
		x = next
	}
	return x
}

// marchenkoPasturBelow returns the mass of the eigenvalues below
// 1 + ratio − 2√ratio cos θ: the integral of
// 2 sin²θ / (π (1 + ratio − 2√ratio cos θ)) from 0, in closed form.
func marchenkoPasturBelow(theta, ratio float64) float64 {
	root := math.Sqrt(ratio)
	sum := math.Sin(theta)/root + theta*(1+ratio)/(2*ratio)
	if gap := 1 - ratio; gap > 0 {
		// ∫ dθ/(1 + ratio − 2√ratio cos θ) by the half angle.
		sum -= gap / ratio * math.Atan2((1+root)*math.Sin(theta/2), (1-root)*math.Cos(theta/2))
	}
	return sum / math.Pi
}
