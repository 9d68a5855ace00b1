package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// MajorityVote returns the limit of signSGD with M workers, each of which takes batches of
// the problem's size B. The vote is a function of M independent signs. Its expansion in
// products of k signs has the coefficients f_k, so that A = K̄ and
//
//	h_M(R) = M f_1 h(R),  κ_M(ρ) = Σ_{k odd ≤ M} W_k ((2/π) arcsin ρ)^k,  W_k = binom(M,k) f_k²,
//
// with the h of SignSGD. The noise κ_M(C) does not depend on R. With p = ⌊M/2⌋ and
// j = (k−1)/2,
//
//	|f_k| = 2^{−2p} binom(2p,p) binom(p,j)/binom(2p,2j).
//
// For odd M the W_k sum to 1. For even M they sum to the probability that there is no tie,
// and h_M = h_{M−1}. As M → ∞ κ_M tends to (2/π) arcsin((2/π) arcsin ρ), and h_M grows as
// √(2M/π). The error is some units in the last place. It needs B·M ≪ d.
func MajorityVote(p signsgd.Problem, workers int) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.MajorityVote{Workers: workers}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: MajorityVote: %w", err)
	}
	l, err := SignSGD(p)
	if err != nil || workers == 1 {
		return l, err
	}
	factor, kappa := vote(workers)
	l.Name = fmt.Sprintf("majority vote of %d", workers)
	l.Drift = scaled(l.Drift, factor)
	l.Noise = []Term{{Gain: constant(1), Shape: spectra.Shape{Odd: kappa}}}
	return l, nil
}

// vote returns M f_1 and κ_M.
func vote(workers int) (factor float64, kappa spectra.Odd) {
	first, half := 1.0, workers/2
	for i := 1; i <= half; i++ {
		first *= float64(2*i-1) / float64(2*i)
	}
	// With k = 2j+1, f_{k+2}/f_k = (2j+1)/(2p−2j−1), and the binomials of M have the
	// ratio (M−k)(M−k−1)/((k+1)(k+2)).
	weights := []float64{float64(workers) * first * first}
	for k := 1; k+2 <= workers; k += 2 {
		f := float64(k) / float64(2*half-k)
		binomial := float64(workers-k) * float64(workers-k-1) / (float64(k+1) * float64(k+2))
		weights = append(weights, weights[len(weights)-1]*binomial*f*f)
	}
	total := 0.0
	for j := len(weights) - 1; j >= 0; j-- {
		total += weights[j]
	}
	return float64(workers) * first, func(rho float64) float64 {
		if math.Abs(rho) >= 1 {
			return math.Copysign(total, rho)
		}
		x := 2 / math.Pi * math.Asin(rho)
		sum, power := 0.0, x
		for _, w := range weights {
			sum += w * power
			if power *= x * x; math.Abs(power) < 1e-18*math.Abs(sum)*(1-x*x) {
				break // the weights do not exceed 1
			}
		}
		return sum
	}
}
