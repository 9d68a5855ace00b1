package plan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Words of the axes that have a grammar of their own; families has those of the
// optimizers. The eigenvalues have that of spectra.ParseEigenvalues, and the noise that of
// noise.Parse and file:NAME besides.
const (
	bases     = "diagonal, rotated or hadamard"
	schedules = "constant, cosine, exponential:DECAY or matched"
)

// parameters splits a word into its name, with how many numbers follow, and these.
func parameters(word string) (name string, p []float64, err error) {
	name, list, some := strings.Cut(word, ":")
	if some {
		for text := range strings.SplitSeq(list, ",") {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
				return "", nil, fmt.Errorf("%q: %q is not a number", word, text)
			}
			p = append(p, x)
		}
	}
	return fmt.Sprintf("%s/%d", name, len(p)), p, nil
}

// parseSchedule returns what makes the schedule of a word for a problem, from its rate and
// horizon.
func parseSchedule(word string) (func(p signsgd.Problem, rate, horizon float64) (schedule.Schedule, error), error) {
	name, p, err := parameters(word)
	if err != nil {
		return nil, err
	}
	switch name {
	case "constant/0":
		return func(_ signsgd.Problem, rate, _ float64) (schedule.Schedule, error) {
			return schedule.Constant(rate), nil
		}, nil
	case "cosine/0":
		return func(_ signsgd.Problem, rate, horizon float64) (schedule.Schedule, error) {
			return schedule.Cosine{Start: rate, Horizon: horizon}, nil
		}, nil
	case "exponential/1":
		if p[0] < 0 {
			return nil, fmt.Errorf("%q: the decay must be nonnegative", word)
		}
		return func(_ signsgd.Problem, rate, _ float64) (schedule.Schedule, error) {
			return schedule.Exponential{Start: rate, Decay: p[0]}, nil
		}, nil
	case "matched/0":
		return func(p signsgd.Problem, rate, _ float64) (schedule.Schedule, error) {
			return signsgd.MatchSGD(p, schedule.Constant(rate))
		}, nil
	}
	return nil, fmt.Errorf("%q: must be %s", word, schedules)
}

// law returns the law of the noise of a word.
func (s *Specification) law(word string) (noise.Law, error) {
	name, ok := strings.CutPrefix(word, "file:")
	if !ok {
		return noise.Parse(word)
	}
	sample, err := s.table(name)
	if err != nil {
		return nil, err
	}
	law := noise.Empirical{Sample: sample.RawMatrix().Data}
	return law, noise.Validate(law)
}

// table reads a file of numbers.
func (s *Specification) table(name string) (*mat.Dense, error) {
	if err := s.digest(name); err != nil {
		return nil, err
	}
	var rows interface {
		data.Rows
		Close() error
	}
	ctx := context.Background() // units share the table, so it does not end with one of them
	var err error
	switch path := s.path(name); {
	case strings.HasSuffix(name, ".npy"):
		rows, err = data.OpenNPY(ctx, path)
	case strings.HasSuffix(name, ".csv"), strings.HasSuffix(name, ".txt"):
		rows, err = data.OpenCSV(ctx, path, false)
	default:
		err = fmt.Errorf("%s: the name of the file must end with .npy, .csv or .txt", name)
	}
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	n, m := rows.Dims()
	if n == 0 || m == 0 {
		return nil, fmt.Errorf("%s has no numbers", name)
	}
	if n > maxDimension/m {
		return nil, fmt.Errorf("%s has %d×%d numbers: must have at most %d", name, n, m, maxDimension)
	}
	t := mat.NewDense(n, m, nil)
	for i := range n {
		if err := rows.Row(t.RawRowView(i), i); err != nil {
			return nil, err
		}
	}
	return t, nil
}

// covariance returns the covariance of a point.
func (s *Specification) covariance(p *Point) (spectra.Structured, error) {
	if name := p.Word("covariance"); name != "" {
		t, err := s.table(name)
		if err != nil {
			return nil, err
		}
		if n, m := t.Dims(); n != m {
			return nil, fmt.Errorf("%s is %d×%d: a covariance must be square", name, n, m)
		}
		return spectra.NewDense(t)
	}
	lambda, err := spectra.ParseEigenvalues(p.Word("eigenvalues"), int(p.Number("dimension")))
	if err != nil {
		return nil, err
	}
	rng := ensemble.NewRand(uint64(p.Number("seed")), 0, "covariance")
	switch p.Word("basis") {
	case "diagonal":
		return spectra.NewDiagonal(lambda)
	case "rotated":
		return spectra.NewRotated(lambda, rng)
	case "hadamard":
		return spectra.NewHadamard(lambda, rng)
	}
	return nil, errors.New("there is no such basis")
}
