// Scaling draws compute-optimal frontiers: the least loss of regression on power-law random
// features against compute, over model sizes and learning rates, for SGD, signSGD and
// AdamW. It measures the local exponents of the loss and of the best size beside those
// published for SGD, and how much steeper one optimizer is than another. For SGD it goes on
// to sizes at which no random matrix can be drawn, by the deterministic equivalent.
//
// The pictures beside this file are of a run without flags: ten draws to d = 1600.
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
// second moment remembers 1,000 steps: short runs still divide by what it was at the start,
// and take larger rates.
var optimizers = []struct {
	name string
	rule signsgd.Optimizer
	peak func(d int) float64 // the largest rate that is tried
	span float64             // over the least
	most int                 // the most draws; 0 for all: each curve of AdamW takes long
}{
	{"SGD", signsgd.SGD{}, func(d int) float64 { return float64(d) }, 512, 0}, // SGD is unstable from about 1.2 d on
	{"signSGD", signsgd.SignSGD{}, func(int) float64 { return 4 }, 512, 0},
	{"AdamW", signsgd.AdamW{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-12}, func(int) float64 { return 8 }, 2048, 3},
}

// rates returns 25 rates from the peak down by the span, ascending.
func rates(peak, span float64) []float64 {
	return floats.LogSpan(make([]float64, 25), peak/span, peak)
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	results := &program.Table{Head: "frontier"}
	results.Names = []string{"published", "loss", "± error", "first", "± error", "last", "± error", "size published", "size"}
	gaps := &program.Table{Head: "exponents of the loss, difference"}
	gaps.Names = []string{"whole", "± error", "first", "± error", "last", "± error"}
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
		compute := floats.LogSpan(make([]float64, 240), 100, 10*math.Pow(float64(r.Dim), 2.2))
		for o, of := range optimizers {
			start := time.Now()
			f, err := frontier.New(ctx, concat(models[o]), compute, frontier.Settings{Progress: r.Progress.Stage(fmt.Sprintf("%v, %s", p, of.name))})
			if err != nil {
				return fmt.Errorf("%v, %s: %w", p, of.name, err)
			}
			r.Printf("%v: the frontier of %s over %d draws took %.1f s\n", p, of.name, len(models[o]), time.Since(start).Seconds())
			frontiers = append(frontiers, f)
		}
		slopes, err := measure(ctx, models, compute)
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		for o, of := range optimizers {
			row := append([]float64{p.loss}, meansStdErrs(slopes[o])...)
			results.AddRow(fmt.Sprintf("%v, %s", p, of.name), append(row, p.size, mean(frontiers[o].Exponents(), func(e frontier.Exponents) float64 { return e.Size }))...)
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
			if of.most == 0 || n < of.most {
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
				models[o][n] = append(models[o][n], frontier.Model{System: system, Rates: rates(of.peak(d), of.span), Irreducible: irreducible})
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

// measure returns the exponents p of loss ~ f^{−p} [optimizer][draw][part]: between the first
// and the last crossing of the curves of two sizes, and in the first and the last of the
// stretches between crossings. At other f the frontier of few sizes has ripples, which would
// count as slopes. They are those of single draws, which makes the differences between
// optimizers differences on the same features, and NaN where a draw has no two crossings.
func measure(ctx context.Context, models [][][]frontier.Model, compute []float64) ([][][]float64, error) {
	slopes := make([][][]float64, len(models))
	for o := range models {
		for _, draw := range models[o] {
			f, err := frontier.New(ctx, draw, compute, frontier.Settings{})
			if err != nil {
				return nil, err
			}
			parts := []float64{math.NaN(), math.NaN(), math.NaN()}
			if e := f.Exponents(); len(e) > 0 {
				parts = []float64{mean(e, func(e frontier.Exponents) float64 { return e.Loss }), e[0].Loss, e[len(e)-1].Loss}
			}
			slopes[o] = append(slopes[o], parts)
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

// meanStdErr returns the mean of a part over the draws that have it, and its standard error.
func meanStdErr(values [][]float64, part int) (mean, stdErr float64) {
	column := known(values, part)
	mean, sd := stat.MeanStdDev(column, nil)
	return mean, sd / math.Sqrt(float64(len(column)))
}

// known returns the part of the draws that have it.
func known(values [][]float64, part int) (column []float64) {
	for _, v := range values {
		if !math.IsNaN(v[part]) {
			column = append(column, v[part])
		}
	}
	return column
}

// mean returns the mean of local exponents from the first to the last crossing.
func mean(exponents []frontier.Exponents, of func(e frontier.Exponents) float64) float64 {
	sum, span := 0.0, 0.0
	for _, e := range exponents {
		width := math.Log(e.To / e.From)
		sum, span = sum+of(e)*width, span+width
	}
	return sum / span
}
