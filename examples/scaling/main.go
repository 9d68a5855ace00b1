// Scaling draws compute-optimal frontiers: the least loss of regression on power-law random
// features against compute, over model sizes and learning rates, for SGD, signSGD and
// AdamW. It measures the local exponents of the loss and of the best size beside those
// published for SGD, and how much steeper one optimizer is than another. For SGD it goes on
// to sizes at which no random matrix can be drawn, by the deterministic equivalent.
package main

import (
	"context"
	"fmt"
	"math"
	"time"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/odes/frontier"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "scaling",
	Text: "Scaling draws the least loss against compute of SGD, signSGD and AdamW on power-law random features.\n" +
		"The five sizes are d, d/2, …, d/16, with v = 10d; -runs is the number of draws of each. AdamW has three.",
	Dim:  program.Default{Full: 1600, Quick: 400},
	Runs: program.Default{Full: 10, Quick: 8},
}

// point is a pair of exponents of the features, with the exponents that E. Paquette,
// C. Paquette, L. Xiao and J. Pennington (arXiv:2405.15074) give for SGD there: loss ~ f^{−p}
// and size ~ f^{q}.
type point struct {
	name        string
	alpha, beta float64
	loss, size  float64
	quick       bool // whether -quick keeps it
}

var points = []point{
	newPoint("a", 1, 0.3), newPoint("b", 1.25, 0.75), newPoint("c", 1, 2), newPoint("d", 0.75, 0.25), newPoint("e", 1, 0.75),
}

func newPoint(name string, alpha, beta float64) point {
	p := point{name: name, alpha: alpha, beta: beta, quick: name != "b" && name != "d"}
	switch {
	case beta < 0.5:
		p.loss, p.size = (2*alpha+2*beta-1)/(2*alpha+1), 1/(2*alpha+1)
	case beta < alpha:
		p.loss, p.size = (2*alpha+2*beta-1)/(2*(alpha+beta)), beta/(alpha+beta)
	default:
		p.loss, p.size = (4*alpha-1)/(4*alpha), 0.5
	}
	return p
}

func (p point) String() string { return fmt.Sprintf("(α, β) = (%g, %g)", p.alpha, p.beta) }

// features returns the random features of d dimensions.
func (p point) features(d int) spectra.RandomFeatures {
	return spectra.RandomFeatures{Dim: d, Ambient: 10 * d, Alpha: p.alpha, Beta: p.beta}
}

// AdamW has its default memories and no decay, which would bound the loss from below. Its
// second moment remembers 1,000 steps, so its best rates reach lower.
var optimizers = []struct {
	name  string
	rule  signsgd.Optimizer
	peak  func(d int) float64 // the largest rate that is tried
	draws int                 // the most draws; 0 for all: the limit of AdamW has no shortcut, each of its curves takes long
}{
	{"SGD", signsgd.SGD{}, func(d int) float64 { return float64(d) }, 0}, // SGD is unstable from about 1.2 d on
	{"signSGD", signsgd.SignSGD{}, func(int) float64 { return 4 }, 0},
	{"AdamW", signsgd.AdamW{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-12}, func(int) float64 { return 2 }, 3},
}

// rates returns 13 rates from the peak down, ascending.
func rates(peak float64) []float64 {
	return floats.LogSpan(make([]float64, 13), peak/512, peak)
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	results := &program.Table{Head: "frontier"}
	results.Names = []string{"published", "loss", "± error", "first third", "± error", "middle", "± error", "last third", "± error", "size published", "size"}
	gaps := &program.Table{Head: "exponents of the loss, difference"}
	gaps.Names = []string{"whole", "± error", "first third", "± error", "middle", "± error", "last third", "± error"}
	for _, p := range points {
		if r.Quick && !p.quick {
			continue
		}
		start := time.Now()
		models, err := drawModels(ctx, r, p)
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		r.Printf("%v: %d draws of 5 sizes to d = %d took %.1f s\n", p, r.Runs, r.Dim, time.Since(start).Seconds())
		var frontiers []*frontier.Frontier
		compute := floats.LogSpan(make([]float64, 240), 1e3, 100*math.Pow(float64(r.Dim), 2.2))
		for o, of := range optimizers {
			start := time.Now()
			f, err := frontier.New(ctx, concat(models[o]), compute, frontier.Settings{Progress: r.Progress.Stage(fmt.Sprintf("%v, %s", p, of.name))})
			if err != nil {
				return fmt.Errorf("%v, %s: %w", p, of.name, err)
			}
			r.Printf("%v: the frontier of %s over %d draws took %.1f s\n", p, of.name, len(models[o]), time.Since(start).Seconds())
			frontiers = append(frontiers, f)
		}
		slopes, err := measure(ctx, models, frontiers)
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		for o, of := range optimizers {
			row := append([]float64{p.loss}, meansStdErrs(slopes[o])...)
			results.AddRow(fmt.Sprintf("%v, %s", p, of.name), append(row, p.size, meanSize(frontiers[o]))...)
			if o > 0 {
				gaps.AddRow(fmt.Sprintf("%v, %s − %s", p, of.name, optimizers[o-1].name), meansStdErrs(differences(slopes[o], slopes[o-1]))...)
			}
		}
		claim(r, p, slopes)
		if err := pictures(r, p, frontiers); err != nil {
			return err
		}
	}
	r.Print("exponents between the first and the last crossing of the curves of two sizes", results, 1)
	r.Print("how much steeper", gaps, 1)
	if err := r.Save("scaling", nil, results); err != nil {
		return err
	}
	if err := r.Save("scaling-gaps", nil, gaps); err != nil {
		return err
	}
	return large(ctx, r)
}

// drawModels returns the models [optimizer][draw][size] of the point.
func drawModels(ctx context.Context, r *program.Run, p point) ([][][]frontier.Model, error) {
	models := make([][][]frontier.Model, len(optimizers))
	progress := r.Progress.Stage(fmt.Sprintf("%v, random features", p))
	for n := range r.Runs {
		for o, of := range optimizers {
			if of.draws == 0 || n < of.draws {
				models[o] = append(models[o], nil)
			}
		}
		for d := r.Dim / 16; d <= r.Dim; d *= 2 {
			problem, irreducible, err := signsgd.NewRandomFeatures(ctx, p.features(d), ensemble.NewRand(r.Seed, n, fmt.Sprintf("%v, d = %d", p, d)))
			if err != nil {
				return nil, err
			}
			for o, of := range optimizers {
				if n >= len(models[o]) {
					continue
				}
				system, err := odes.New(problem, of.rule, schedule.Constant(0))
				if err != nil {
					return nil, err
				}
				system.Tolerance = 1e-5
				models[o][n] = append(models[o][n], frontier.Model{System: system, Rates: rates(of.peak(d)), Irreducible: irreducible})
			}
		}
		progress(n+1, r.Runs)
	}
	return models, nil
}

// concat returns the models of all draws in the order of their sizes.
func concat(draws [][]frontier.Model) []frontier.Model {
	var all []frontier.Model
	for size := range draws[0] {
		for _, draw := range draws {
			all = append(all, draw[size])
		}
	}
	return all
}

// measure returns the exponents p of loss ~ f^{−p} [optimizer][draw][part]: over the range
// of f that lies between the first and the last crossing for SGD and signSGD, and over the
// three thirds of its logarithm. They are those of single draws, which makes the differences
// between optimizers differences on the same features.
func measure(ctx context.Context, models [][][]frontier.Model, frontiers []*frontier.Frontier) ([][][]float64, error) {
	from, to := 0, len(frontiers[0].Compute)
	for _, f := range frontiers[:2] {
		lo, hi := f.Inner()
		from, to = max(from, lo), min(to, hi)
	}
	if from >= to-1 {
		return nil, fmt.Errorf("the frontiers have no common range: more draws or larger sizes are needed")
	}
	ends := floats.LogSpan(make([]float64, 4), frontiers[0].Compute[from], frontiers[0].Compute[to-1])
	slopes := make([][][]float64, len(models))
	for o := range models {
		for _, draw := range models[o] {
			f, err := frontier.New(ctx, draw, ends, frontier.Settings{})
			if err != nil {
				return nil, err
			}
			loss := f.Loss()
			slope := func(i, j int) float64 { return -math.Log(loss[j]/loss[i]) / math.Log(ends[j]/ends[i]) }
			slopes[o] = append(slopes[o], []float64{slope(0, 3), slope(0, 1), slope(1, 2), slope(2, 3)})
		}
	}
	return slopes, nil
}

// differences returns a − b for the draws that both have.
func differences(a, b [][]float64) (out [][]float64) {
	for n := range min(len(a), len(b)) {
		out = append(out, floats.SubTo(make([]float64, len(a[n])), a[n], b[n]))
	}
	return out
}

// meansStdErrs returns the mean over the draws of each part, followed by its standard error.
func meansStdErrs(values [][]float64) (out []float64) {
	for part := range values[0] {
		mean, stdErr := meanStdErr(values, part)
		out = append(out, mean, stdErr)
	}
	return out
}

// meanStdErr returns the mean over the draws of a part, and its standard error.
func meanStdErr(values [][]float64, part int) (mean, stdErr float64) {
	column := make([]float64, len(values))
	for n, v := range values {
		column[n] = v[part]
	}
	mean, sd := stat.MeanStdDev(column, nil)
	return mean, sd / math.Sqrt(float64(len(column)))
}

// meanSize returns the exponent of the best size from the first to the last crossing.
func meanSize(f *frontier.Frontier) float64 {
	sum, span := 0.0, 0.0
	for _, e := range f.Exponents() {
		width := math.Log(e.To / e.From)
		sum, span = sum+e.Size*width, span+width
	}
	return sum / span
}
