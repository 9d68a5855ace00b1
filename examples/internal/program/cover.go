package program

import "math"

// Covers claims that a run lies between lo and hi with the probability level, at all times
// but the first: the share of the runs there, mean over the times. The runs at different
// times are not independent, so what is allowed is the error of the share at one time, of
// so many runs in dimension d, beside FiniteSize.
func Covers(what string, runs [][]float64, lo, hi []float64, level float64, d int) Claim {
	inside, n := 0.0, 0.0
	for _, run := range runs {
		for i, r := range run[1:] {
			n++
			if lo[i+1] <= r && r <= hi[i+1] {
				inside++
			}
		}
	}
	return Claim{
		What: what, Predicted: level, Measured: inside / n,
		Allowed: Sigmas(len(runs))*math.Sqrt(level*(1-level)/float64(len(runs))) + FiniteSize(d),
	}
}
