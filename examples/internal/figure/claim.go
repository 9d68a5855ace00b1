package figure

import (
	"fmt"
	"io"
	"math"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Claim is a number that the theory gives beside the one that was measured.
type Claim struct {
	What                string
	Predicted, Measured float64
	Allowed             float64 // the largest |Measured − Predicted| at which the claim holds
}

// Holds reports whether the claim holds. One with a NaN, or that allows anything,
// does not.
func (c Claim) Holds() bool {
	return math.Abs(c.Measured-c.Predicted) <= c.Allowed && !math.IsInf(c.Allowed, 1)
}

// Sigmas is the number of standard errors, estimated from so many runs, that
// statistical claims allow: with normal errors a true one fails with probability
// 6e-5, and with probability below 1.3% at any of 200 times. It is 4 for many runs.
func Sigmas(runs int) float64 {
	tail := distuv.UnitNormal.CDF(-4)
	return -distuv.StudentsT{Sigma: 1, Nu: float64(runs - 1)}.Quantile(tail)
}

// FiniteSize is the part of a risk, relative to itself, by which a claim lets runs in
// dimension d differ from the limit d → ∞: the errors of the theory are of order 1/d.
func FiniteSize(d int) float64 { return 5 / float64(d) }

// Follows claims that a curve is the mean of the runs in dimension d, by the time at
// which they are furthest apart for what is allowed: Sigmas of standard errors and
// FiniteSize of the risk.
func Follows(what string, times, curve []float64, runs signsgd.Paths, d int) Claim {
	return FollowsWithin(what, times, curve, runs, d, make([]float64, len(times)))
}

// FollowsWithin is Follows with what is allowed at each time beside that.
func FollowsWithin(what string, times, curve []float64, runs signsgd.Paths, d int, slack []float64) Claim {
	mean, se := runs.Mean(), runs.StdErr()
	sigmas := Sigmas(len(runs))
	worst, claim := -1.0, Claim{}
	for i, r := range curve {
		allowed := sigmas*se[i] + FiniteSize(d)*r + slack[i]
		share := math.Abs(mean[i]-r) / allowed
		if math.IsInf(se[i], 1) { // a run has diverged
			share = math.Inf(1)
		}
		if share > worst {
			worst = share
			claim = Claim{fmt.Sprintf("%s, worst at t = %.3g", what, times[i]), r, mean[i], allowed}
		}
	}
	return claim
}

// PrintClaims writes the claims as a table and returns the number that fail.
func PrintClaims(w io.Writer, claims []Claim) (failed int, err error) {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "claim\tpredicted\tmeasured\tallowed\twithin")
	for _, c := range claims {
		within := "yes"
		if !c.Holds() {
			within = "NO"
			failed++
		}
		fmt.Fprintf(tw, "%s\t%.4g\t%.4g\t±%.2g\t%s\n", c.What, c.Predicted, c.Measured, c.Allowed, within)
	}
	return failed, tw.Flush()
}
