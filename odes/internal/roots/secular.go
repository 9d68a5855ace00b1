package roots

import (
	"cmp"
	"math"
	"math/cmplx"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// Pole is one rate s_i of a linearization diag(s) − β1ᵀ with its coupling β_i, and whether
// the mode starts away from rest.
type Pole struct {
	Rate, Coupling float64
	Excited        bool
}

// Slowest returns the smallest rate among those that show in the sum of the modes, or the
// smallest real part if rates are complex. The rates solve Σ_i β_i/(s_i − s) = 1. Where all
// β_i have one sign the slowest lies between two s_i that are known; otherwise it is an
// eigenvalue of a dense matrix, found in O(n³) for n poles. It may sort poles.
func Slowest(poles []Pole) float64 {
	poles = merge(poles)
	alone := math.Inf(1) // the slowest mode that decays by itself
	var coupled []Pole
	least, most := math.Inf(1), math.Inf(-1)
	for _, p := range poles {
		if p.Coupling == 0 {
			if p.Excited {
				alone = min(alone, p.Rate)
			}
			continue
		}
		coupled = append(coupled, p)
		least, most = min(least, p.Coupling), max(most, p.Coupling)
	}
	switch {
	case len(coupled) == 0:
		return alone
	case least > 0:
		return min(alone, below(coupled))
	case most < 0:
		return min(alone, above(coupled))
	}
	return min(alone, dense(coupled))
}

// merge sorts the poles by their rates and puts those of equal rate together.
func merge(poles []Pole) []Pole {
	if len(poles) == 0 {
		return nil
	}
	slices.SortStableFunc(poles, func(p, q Pole) int { return cmp.Compare(p.Rate, q.Rate) })
	merged := poles[:1]
	for _, p := range poles[1:] {
		// Equal eigenvalues differ by rounding.
		if last := &merged[len(merged)-1]; p.Rate-last.Rate <= 1e-13*float64(len(poles))*p.Rate {
			last.Coupling += p.Coupling
			last.Excited = last.Excited || p.Excited
		} else {
			merged = append(merged, p)
		}
	}
	return merged
}

// below returns the root of Σ β_i/(s_i − s) = 1 below s_1, for positive couplings.
// The sum increases with s; its distance δ to s_1 lies between β_1 and Σβ_i.
func below(poles []Pole) float64 {
	total := 0.0
	for _, p := range poles {
		total += p.Coupling
	}
	first := poles[0].Rate
	return first - Bisect(poles[0].Coupling, total, func(delta float64) bool {
		sum := 0.0
		for _, p := range poles {
			sum += p.Coupling / (p.Rate - first + delta)
		}
		return sum > 1
	})
}

// above returns the root of Σ β_i/(s_i − s) = 1 between s_1 and s_2, or above s_1 if
// that is the only Pole, for negative couplings.
func above(poles []Pole) float64 {
	first := poles[0].Rate
	if len(poles) == 1 {
		return first - poles[0].Coupling
	}
	return first + Bisect(0, poles[1].Rate-first, func(delta float64) bool {
		sum := 0.0
		for _, p := range poles {
			sum += p.Coupling / (p.Rate - first - delta)
		}
		return sum > 1
	})
}

// dense returns the smallest real part of the eigenvalues of diag(s) − β 1ᵀ.
func dense(poles []Pole) float64 {
	n := len(poles)
	m := mat.NewDense(n, n, nil)
	for i, p := range poles {
		for j := range n {
			m.Set(i, j, -p.Coupling)
		}
		m.Set(i, i, p.Rate-p.Coupling)
	}
	var e mat.Eigen
	if !e.Factorize(m, mat.EigenNone) {
		return math.NaN()
	}
	slow := cmplx.Inf()
	for _, v := range e.Values(nil) {
		if cmplx.IsInf(slow) || real(v) < real(slow) {
			slow = v
		}
	}
	return real(slow)
}
