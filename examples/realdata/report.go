package main

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"text/tabwriter"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/spectra"
)

// Report says how far data are from what theory assumes: Gaussian features, of a K with
// many directions that matter, and noise independent of them.
type Report struct {
	Samples, Dim  int
	Dropped       int // constant features
	Rank          int
	Explained     float64 // share of the labels' mean square
	Accuracy      float64 // share of the labels whose sign ⟨x, θ*⟩ has
	Condition     spectra.ConditionNumbers
	EffectiveRank float64 // tr K/λ_max: the number of directions that matter

	// The noise ε and the signal ℓ = ⟨x, θ*⟩ are uncorrelated by construction. NoiseSignal
	// is the rank correlation of |ε| with |ℓ|, and NoiseSize that of ε² with ‖x‖²: independence
	// makes √n times each a standard normal variable.
	NoiseSignal, NoiseSize float64

	// Excess kurtosis of projections of x, 0 for normal ones: the largest in absolute
	// value of those on the coordinates, the mean absolute one of those on random
	// directions, and that on θ*; with n samples it has the standard error √(24/n).
	Coordinates, Random, Signal float64
}

// directions is the number of random projections.
const directions = 64

// report measures the problem, of which so many features were dropped.
func (p *Problem) report(dropped int, rng *rand.Rand) (Report, error) {
	x, y := p.X, p.Y.Values
	n, d := x.Dims()
	condition, err := spectra.Conditioning(p.K)
	if err != nil {
		return Report{}, err
	}
	r := Report{Samples: n, Dim: d, Dropped: dropped, Rank: p.Fit.Rank, Explained: p.Fit.Explained(), Condition: condition}
	r.EffectiveRank = floats.Sum(p.K.Variances(nil)) / condition.MaxK

	noise, signal := make([]float64, n), make([]float64, n)
	square, size := make([]float64, n), make([]float64, n)
	projection := make([]float64, n)
	right := 0
	for i := range n {
		row := x.Values[i*d : (i+1)*d]
		projection[i] = floats.Dot(row, p.Fit.Target)
		if projection[i]*y[i] > 0 {
			right++
		}
		residual := p.Fit.Residuals[i]
		noise[i], signal[i] = math.Abs(residual), math.Abs(projection[i])
		square[i], size[i] = residual*residual, floats.Dot(row, row)
	}
	r.Accuracy = float64(right) / float64(n)
	r.NoiseSignal = stat.Correlation(ranks(noise), ranks(signal), nil)
	r.NoiseSize = stat.Correlation(ranks(square), ranks(size), nil)

	r.Signal = stat.ExKurtosis(projection, nil)
	for j := range d {
		for i := range n {
			projection[i] = x.Values[i*d+j]
		}
		if k := stat.ExKurtosis(projection, nil); math.Abs(k) > math.Abs(r.Coordinates) {
			r.Coordinates = k
		}
	}
	w := make([]float64, d)
	for range directions {
		for j := range w {
			w[j] = rng.NormFloat64()
		}
		for i := range n {
			projection[i] = floats.Dot(x.Values[i*d:(i+1)*d], w)
		}
		r.Random += math.Abs(stat.ExKurtosis(projection, nil)) / directions
	}
	return r, nil
}

// ranks returns the rank of each value, the mean rank for equal ones.
func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	rank := make([]float64, len(values))
	for first := 0; first < len(order); {
		last := first
		for last+1 < len(order) && values[order[last+1]] == values[order[first]] {
			last++
		}
		for i := first; i <= last; i++ {
			rank[order[i]] = float64(first+last) / 2
		}
		first = last + 1
	}
	return rank
}

// String returns the report, with what each number should be.
func (r Report) String() string {
	var b strings.Builder
	root := math.Sqrt(float64(r.Samples))
	kurtosis := math.Sqrt(24 / float64(r.Samples))
	tw := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintf(tw, "  samples, features\t%d, %d\trank %d, %d constant ones dropped\n", r.Samples, r.Dim, r.Rank, r.Dropped)
	fmt.Fprintf(tw, "  explained, accuracy of θ*\t%.3f, %.3f\t\n", r.Explained, r.Accuracy)
	fmt.Fprintf(tw, "  condition numbers of K, K̄\t%.3g, %.3g\ttime scales κ̄ %.3g, κ̄_sign %.3g\n", r.Condition.NumberK(), r.Condition.NumberKbar(), r.Condition.Kappa, r.Condition.KappaSign)
	fmt.Fprintf(tw, "  tr K/λ_max\t%.3g\tcurves concentrate as it grows\n", r.EffectiveRank)
	fmt.Fprintf(tw, "  rank correlation |ε|, |⟨x,θ*⟩|\t%+.3f\t%+.1f standard errors from independence\n", r.NoiseSignal, r.NoiseSignal*root)
	fmt.Fprintf(tw, "  rank correlation ε², ‖x‖²\t%+.3f\t%+.1f standard errors from independence\n", r.NoiseSize, r.NoiseSize*root)
	fmt.Fprintf(tw, "  excess kurtosis of ⟨x,θ*⟩\t%+.3f\t0 ± %.3f if normal\n", r.Signal, kurtosis)
	fmt.Fprintf(tw, "  largest of a feature\t%+.3f\t\n", r.Coordinates)
	fmt.Fprintf(tw, "  mean absolute one, random directions\t%.3f\t%.3f if normal\n", r.Random, kurtosis*math.Sqrt(2/math.Pi))
	tw.Flush()
	return b.String()
}
