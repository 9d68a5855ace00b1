// Scaling draws compute-optimal frontiers: the least loss of regression on power-law random
// features against compute, over model sizes and learning rates, for SGD and signSGD. It
// measures the local exponents of the loss and of the best size, and holds them to the
// published ones. For SGD it goes on to sizes at which no random matrix can be drawn, by
// the deterministic equivalent.
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
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "scaling",
	Text: "Scaling draws the least loss against compute of SGD and signSGD on power-law random features.\n" +
		"The five sizes are d, d/2, …, d/16, with v = 10d; -runs is the number of draws of each.",
	Dim:  program.Default{Full: 1600, Quick: 400},
	Runs: program.Default{Full: 10, Quick: 10},
}

// point is a pair of exponents of the features, with the exponents that E. Paquette,
// C. Paquette, L. Xiao and J. Pennington (arXiv:2405.15074) give for SGD there: loss ~ f^{−p}
// and size ~ f^{q}.
type point struct {
	name        string
	alpha, beta float64
	loss, size  float64
}

var points = []point{
	newPoint("a", 1, 0.3), newPoint("b", 1.25, 0.75), newPoint("c", 1, 2), newPoint("d", 0.75, 0.25), newPoint("e", 1, 0.75),
}

func newPoint(name string, alpha, beta float64) point {
	p := point{name: name, alpha: alpha, beta: beta}
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

var optimizers = []struct {
	name string
	rule signsgd.Optimizer
	peak func(d int) float64 // the largest rate that is tried
}{
	{"SGD", signsgd.SGD{}, func(d int) float64 { return float64(d) }}, // SGD is unstable from about 1.2 d on
	{"signSGD", signsgd.SignSGD{}, func(int) float64 { return 4 }},
}

// rates returns 13 rates from the peak down, ascending.
func rates(peak float64) []float64 {
	return floats.LogSpan(make([]float64, 13), peak/512, peak)
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	results := &program.Table{Head: "frontier"}
	results.Names = []string{"published", "loss", "± error", "size published", "size"}
	for _, p := range points {
		start := time.Now()
		models, err := drawModels(ctx, r, p)
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		var frontiers []*odes.Frontier
		compute := floats.LogSpan(make([]float64, 240), 1e3, 100*math.Pow(float64(r.Dim), 2.2))
		for o, of := range optimizers {
			f, err := odes.NewFrontier(ctx, concat(models[o]), compute, odes.FrontierSettings{Progress: r.Progress.Stage(fmt.Sprintf("%v, %s", p, of.name))})
			if err != nil {
				return fmt.Errorf("%v, %s: %w", p, of.name, err)
			}
			frontiers = append(frontiers, f)
		}
		slopes, err := slopes(ctx, models, frontiers)
		if err != nil {
			return fmt.Errorf("%v: %w", p, err)
		}
		for o, of := range optimizers {
			loss, stdErr := meanStdErr(slopes[o])
			results.AddRow(fmt.Sprintf("%v, %s", p, of.name), p.loss, loss, stdErr, p.size, meanSize(frontiers[o]))
		}
		r.Printf("%v: %d draws of 5 sizes to d = %d, and their frontiers, took %.1f s\n", p, r.Runs, r.Dim, time.Since(start).Seconds())
		claim(r, p, slopes)
		if err := pictures(r, p, frontiers); err != nil {
			return err
		}
	}
	r.Print("exponents between the first and the last crossing of the curves of two sizes", results, 1)
	if err := r.Save("scaling", nil, results); err != nil {
		return err
	}
	return large(ctx, r)
}

// drawModels returns the models [optimizer][draw][size] of the point.
func drawModels(ctx context.Context, r *program.Run, p point) ([][][]odes.Model, error) {
	models := make([][][]odes.Model, len(optimizers))
	progress := r.Progress.Stage(fmt.Sprintf("%v, random features", p))
	for n := range r.Runs {
		for o := range models {
			models[o] = append(models[o], nil)
		}
		for d := r.Dim / 16; d <= r.Dim; d *= 2 {
			problem, irreducible, err := signsgd.NewRandomFeatures(ctx, p.features(d), ensemble.NewRand(r.Seed, n, fmt.Sprintf("%v, d = %d", p, d)))
			if err != nil {
				return nil, err
			}
			for o, of := range optimizers {
				system, err := odes.New(problem, of.rule, schedule.Constant(0))
				if err != nil {
					return nil, err
				}
				system.Tolerance = 1e-5
				models[o][n] = append(models[o][n], odes.Model{System: system, Rates: rates(of.peak(d)), Irreducible: irreducible})
			}
		}
		progress(n+1, r.Runs)
	}
	return models, nil
}

// concat returns the models of all draws in the order of their sizes.
func concat(draws [][]odes.Model) []odes.Model {
	var all []odes.Model
	for size := range draws[0] {
		for _, draw := range draws {
			all = append(all, draw[size])
		}
	}
	return all
}

// slopes returns the exponents p of loss ~ f^{−p} of every draw [optimizer][draw], over the
// range of f that lies between the first and the last crossing for all optimizers.
func slopes(ctx context.Context, models [][][]odes.Model, frontiers []*odes.Frontier) ([][]float64, error) {
	from, to := 0, len(frontiers[0].Compute)
	for _, f := range frontiers {
		lo, hi := f.Inner()
		from, to = max(from, lo), min(to, hi)
	}
	if from >= to-1 {
		return nil, fmt.Errorf("the frontiers have no common range: more draws or larger sizes are needed")
	}
	ends := []float64{frontiers[0].Compute[from], frontiers[0].Compute[to-1]}
	values := make([][]float64, len(models))
	for o := range models {
		for _, draw := range models[o] {
			f, err := odes.NewFrontier(ctx, draw, ends, odes.FrontierSettings{})
			if err != nil {
				return nil, err
			}
			loss := f.Loss()
			values[o] = append(values[o], -math.Log(loss[1]/loss[0])/math.Log(ends[1]/ends[0]))
		}
	}
	return values, nil
}

// meanStdErr returns the mean of values and its standard error.
func meanStdErr(values []float64) (mean, stdErr float64) {
	mean, sd := stat.MeanStdDev(values, nil)
	return mean, sd / math.Sqrt(float64(len(values)))
}

// meanSize returns the exponent of the best size from the first to the last crossing.
func meanSize(f *odes.Frontier) float64 {
	sum, span := 0.0, 0.0
	for _, e := range f.Exponents() {
		width := math.Log(e.To / e.From)
		sum, span = sum+e.Size*width, span+width
	}
	return sum / span
}
