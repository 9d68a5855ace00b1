package program

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"text/tabwriter"

	"gonum.org/v1/gonum/stat/distuv"
)

// Claim is a number that the theory gives beside the one that was measured.
type Claim struct {
	What                string
	Predicted, Measured float64
	Allowed             float64 // the largest |Measured − Predicted| at which the claim holds

	// AtMost says that Predicted is a bound, and that the claim holds wherever
	// Measured is below it.
	AtMost bool
}

// AtMost claims that what was measured does not exceed the bound.
func AtMost(what string, measured, bound float64) Claim {
	return Claim{What: what, Predicted: bound, Measured: measured, AtMost: true}
}

// Holds reports whether the claim holds. One with a NaN does not.
func (c Claim) Holds() bool {
	if c.AtMost {
		return c.Measured <= c.Predicted+c.Allowed && !math.IsInf(c.Predicted, 1)
	}
	return math.Abs(c.Measured-c.Predicted) <= c.Allowed
}

// Tells reports whether the claim could have failed. It could not if so much is allowed
// that a number of another order of magnitude, or 0, would do as well.
func (c Claim) Tells() bool {
	return c.AtMost || !c.Holds() || c.Allowed < math.Abs(c.Predicted)/2
}

// within returns yes, NO, or that the claim says nothing.
func (c Claim) within() string {
	switch {
	case !c.Holds():
		return "NO"
	case !c.Tells():
		return "too few runs to tell"
	}
	return "yes"
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

// Follows claims that a curve is the mean of so many runs in dimension d, given with its
// standard error at every time, by the time at which they are furthest apart for what is
// allowed: Sigmas of standard errors and FiniteSize of the risk.
func Follows(what string, times, curve, mean, stdErr []float64, runs, d int) Claim {
	return FollowsWithin(what, times, curve, mean, stdErr, runs, d, make([]float64, len(times)))
}

// FollowsWithin is Follows with what is allowed at each time beside that.
func FollowsWithin(what string, times, curve, mean, stdErr []float64, runs, d int, slack []float64) Claim {
	sigmas := Sigmas(runs)
	var claims []Claim
	for i, r := range curve {
		c := Claim{fmt.Sprintf("%s, worst at t = %.3g", what, times[i]), r, mean[i], sigmas*stdErr[i] + FiniteSize(d)*r + slack[i], false}
		if math.IsInf(stdErr[i], 1) { // a run has diverged
			c.Allowed = math.NaN()
		}
		claims = append(claims, c)
	}
	return Worst(claims)
}

// Worst returns the claim that is furthest from being met for what it allows.
func Worst(claims []Claim) Claim {
	largest, worst := -1.0, Claim{Measured: math.NaN()}
	for _, c := range claims {
		share := math.Abs(c.Measured-c.Predicted) / c.Allowed
		if c.Measured == c.Predicted && c.Allowed == 0 {
			share = 0
		}
		if math.IsNaN(share) {
			return c
		}
		if share > largest {
			largest, worst = share, c
		}
	}
	return worst
}

// PrintClaims writes the claims as a table and returns the number that fail.
func PrintClaims(w io.Writer, claims []Claim) (failed int) {
	if len(claims) == 0 {
		return 0
	}
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "claim\tpredicted\tmeasured\tallowed\twithin")
	for _, c := range claims {
		relation, sign := "", "±"
		if c.AtMost {
			relation, sign = "≤ ", "+"
		}
		if !c.Holds() {
			failed++
		}
		fmt.Fprintf(tw, "%s\t%s%.4g\t%.4g\t%s%.2g\t%s\n", c.What, relation, c.Predicted, c.Measured, sign, c.Allowed, c.within())
	}
	tw.Flush()
	return failed
}

// WriteClaims writes the claims as a CSV file with the columns of PrintClaims.
func WriteClaims(w io.Writer, claims []Claim) error {
	lines := csv.NewWriter(w)
	lines.Write([]string{"claim", "predicted", "measured", "allowed", "at most", "within"})
	number := func(v float64) string { return strconv.FormatFloat(v, 'g', -1, 64) }
	for _, c := range claims {
		lines.Write([]string{c.What, number(c.Predicted), number(c.Measured), number(c.Allowed), strconv.FormatBool(c.AtMost), c.within()})
	}
	lines.Flush()
	return lines.Error()
}

// ReadClaims reads what WriteClaims wrote.
func ReadClaims(r io.Reader) ([]Claim, error) {
	table := csv.NewReader(r)
	table.FieldsPerRecord = 6
	lines, err := table.ReadAll()
	if err != nil {
		return nil, err
	}
	var claims []Claim
	for _, fields := range lines[min(len(lines), 1):] {
		c := Claim{What: fields[0]}
		for i, to := range []*float64{&c.Predicted, &c.Measured, &c.Allowed} {
			if *to, err = strconv.ParseFloat(fields[1+i], 64); err != nil {
				return nil, err
			}
		}
		if c.AtMost, err = strconv.ParseBool(fields[4]); err != nil {
			return nil, err
		}
		claims = append(claims, c)
	}
	return claims, nil
}
