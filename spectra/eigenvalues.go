package spectra

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/floats"
)

// LogSpaced returns d eigenvalues with equal ratios, from exactly lo to exactly hi. For
// d = 1 it returns lo alone. It needs d ≥ 1 and 0 < lo, hi < ∞.
func LogSpaced(d int, lo, hi float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("(lo, hi)", []float64{lo, hi}); err != nil {
		return nil, err
	}
	if d == 1 {
		return []float64{lo}, nil
	}
	lambda := floats.LogSpan(make([]float64, d), lo, hi)
	lambda[0], lambda[d-1] = lo, hi // LogSpan rounds them
	return lambda, nil
}

// PowerLaw returns the eigenvalues j^{−alpha}, j = 1, …, d. It needs d ≥ 1 and a
// finite alpha ≥ 0.
func PowerLaw(d int, alpha float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if !(alpha >= 0) || math.IsInf(alpha, 1) {
		return nil, fmt.Errorf("spectra: alpha is %v: must be nonnegative and finite", alpha)
	}
	lambda := make([]float64, d)
	for j := range lambda {
		lambda[j] = math.Pow(float64(j+1), -alpha)
	}
	return lambda, nil
}

// GridPower returns the eigenvalues x_j^power of d equally spaced points x_j from lo to hi,
// both included, as in Appendix E of arXiv:2411.12135. For d = 1 it returns lo^power alone.
// It needs d ≥ 1 and 0 < lo, hi < ∞, and the powers must be positive and finite.
func GridPower(d int, lo, hi, power float64) ([]float64, error) {
	if err := checkDim("d", d); err != nil {
		return nil, err
	}
	if err := positive("(lo, hi)", []float64{lo, hi}); err != nil {
		return nil, err
	}
	lambda := []float64{lo}
	if d > 1 {
		lambda = floats.Span(make([]float64, d), lo, hi)
	}
	for i, x := range lambda {
		lambda[i] = math.Pow(x, power)
	}
	return lambda, positive("grid^power", lambda)
}

// MarchenkoPastur returns d eigenvalues at the quantiles (j−½)/d of the law of Marchenko and
// Pastur with the given ratio. It is the limit spectrum of XᵀX/n for n×d matrices X of
// independent entries of variance 1 with d/n → ratio. It needs d ≥ 1 and 0 < ratio ≤ 1,
// since the spectrum has zeros beyond 1. The quantiles are accurate to about 1e-15/√ratio
// of the largest eigenvalue.
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

// marchenkoPasturQuantile returns the θ ≥ from below which the mass is want. It uses
// Newton's method, and bisects where that leaves the bracket.
func marchenkoPasturQuantile(want, ratio, from float64) float64 {
	lo, hi := from, math.Pi
	x := lo + (hi-lo)/2
	for range 200 {
		mass, density := marchenkoPasturBelow(x, ratio)
		gap := mass - want
		if gap < 0 {
			lo = x
		} else {
			hi = x
		}
		next := x - gap/density
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
// 1 + ratio − 2√ratio cos θ, and its derivative, the density in θ
// 2 sin²θ / (π (1 + ratio − 2√ratio cos θ)). The mass is the integral in closed form.
func marchenkoPasturBelow(theta, ratio float64) (mass, density float64) {
	root := math.Sqrt(ratio)
	sum := math.Sin(theta)/root + theta*(1+ratio)/(2*ratio)
	if gap := 1 - ratio; gap > 0 {
		// ∫ dθ/(1 + ratio − 2√ratio cos θ) by the half angle.
		sum -= gap / ratio * math.Atan2((1+root)*math.Sin(theta/2), (1-root)*math.Cos(theta/2))
	}
	sin, cos := math.Sincos(theta)
	return sum / math.Pi, 2 * sin * sin / (math.Pi * (1 + ratio - 2*root*cos))
}

// EigenvalueGrammar says which words ParseEigenvalues understands.
const EigenvalueGrammar = "isotropic, log:LO,HI, power:ALPHA, grid:LO,HI,POWER or marchenkopastur:RATIO"

// ParseEigenvalues returns the d eigenvalues that a word stands for: ones for isotropic,
// and those of LogSpaced, PowerLaw, GridPower and MarchenkoPastur for words like
// log:0.01,1, power:1.2, grid:0.1,1,3 and marchenkopastur:0.5. The order is that of the
// function.
func ParseEigenvalues(word string, d int) ([]float64, error) {
	kind, numbers, err := splitWord(word)
	if err != nil {
		return nil, fmt.Errorf("spectra: eigenvalues %q: %w", word, err)
	}
	switch p := numbers; {
	case kind == "isotropic" && len(p) == 0:
		return PowerLaw(d, 0)
	case kind == "log" && len(p) == 2:
		return LogSpaced(d, p[0], p[1])
	case kind == "power" && len(p) == 1:
		return PowerLaw(d, p[0])
	case kind == "grid" && len(p) == 3:
		return GridPower(d, p[0], p[1], p[2])
	case kind == "marchenkopastur" && len(p) == 1:
		return MarchenkoPastur(d, p[0])
	}
	return nil, fmt.Errorf("spectra: eigenvalues %q: must be %s", word, EigenvalueGrammar)
}

// splitWord cuts kind:1,2 into its kind and its numbers.
func splitWord(word string) (kind string, numbers []float64, err error) {
	kind, list, some := strings.Cut(word, ":")
	if !some {
		return kind, nil, nil
	}
	for field := range strings.SplitSeq(list, ",") {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return "", nil, fmt.Errorf("%q is not a number", field)
		}
		numbers = append(numbers, x)
	}
	return kind, numbers, nil
}
