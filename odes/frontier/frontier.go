package frontier

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Model is a model of one size d = System.Modes.Dim. Where models are
// random, as random features are, several of one size stand for draws of it.
type Model struct {
	System *odes.System // of any optimizer that has a limit; its Rate plays no part
	Rates  []float64    // constant learning rates η to choose from, positive and ascending

	// Irreducible is the part of the loss that no θ of this size removes. The loss is
	// R + Irreducible.
	Irreducible float64

	// Batch is the number of samples of a step. 0 stands for that of the problem of
	// System, and for 1 if System was made of modes.
	Batch int
}

// Settings says how a Frontier is made. The zero value is the default.
type Settings struct {
	// Workers is the number of curves that are solved at the same time; 0 stands for
	// GOMAXPROCS. The result does not depend on it.
	Workers int

	// Progress, if it is not nil, is called after every curve with the number of curves
	// solved so far and to be solved in all. Calls do not overlap.
	Progress func(done, total int)
}

// Frontier is the least loss as a function of compute, over models of several sizes and
// their learning rates. Compute is
//
//	f = d · steps · batch,
//
// one unit for each parameter and sample, so that a step of size d is made every d·batch,
// and f is passed at the time t = k/d = f/(d² batch). The loss is R + Irreducible.
type Frontier struct {
	Compute []float64 // f, ascending
	Dims    []int     // the sizes d, each once, ascending

	// Losses[m][i] is the loss of the size Dims[m] at Compute[i], at its best rate
	// Rates[m][i]: the mean over the models of that size. Between the given rates the
	// logarithm of the loss is taken to be a parabola in that of the rate. A size that
	// cannot make one step with Compute[i], or diverges at every rate before, has +Inf
	// and NaN. RateEnds[m][i] says that the best of the given rates was the first or the
	// last.
	Losses   [][]float64
	Rates    [][]float64
	RateEnds [][]bool

	// Best[i] is the index of the size of the least loss at Compute[i], the smallest of
	// several, or −1 if no size has a finite loss.
	Best []int
}

// New solves the curve of every model at every rate and takes the best at every
// compute. The models must be in the order of their sizes, those of one size with the same
// rates, and compute must be positive and ascending. It costs one solution for each model
// and rate, which share the compressed modes of the model. Curves that diverge count until
// then. New fails when ctx ends.
func New(ctx context.Context, models []Model, compute []float64, settings Settings) (*Frontier, error) {
	if err := checkFrontier(models, compute, settings); err != nil {
		return nil, err
	}
	f := &Frontier{Compute: slices.Clone(compute), Best: make([]int, len(compute))}
	losses := make([][][]float64, len(models)) // [model][rate][compute]
	type task struct{ model, rate int }
	var tasks []task
	for m, model := range models {
		losses[m] = make([][]float64, len(model.Rates))
		for r := range model.Rates {
			tasks = append(tasks, task{m, r})
		}
	}
	err := each(ctx, len(tasks), settings, func(ctx context.Context, n int) error {
		m, r := tasks[n].model, tasks[n].rate
		var err error
		losses[m][r], err = models[m].losses(ctx, models[m].Rates[r], compute)
		return err
	})
	if err != nil {
		return nil, err
	}
	for m := 0; m < len(models); {
		end := m + 1
		for end < len(models) && models[end].System.Modes.Dim == models[m].System.Modes.Dim {
			end++
		}
		f.addSize(models[m], meanLosses(losses[m:end]))
		m = end
	}
	for i := range compute {
		f.Best[i] = -1
		for m := range f.Dims {
			if loss := f.Losses[m][i]; !math.IsInf(loss, 1) && (f.Best[i] < 0 || loss < f.Losses[f.Best[i]][i]) {
				f.Best[i] = m
			}
		}
	}
	return f, nil
}

// checkFrontier returns an error that names the first bad argument of New.
func checkFrontier(models []Model, compute []float64, settings Settings) error {
	if len(models) == 0 {
		return errors.New("frontier: there are no models")
	}
	for m, model := range models {
		if model.System == nil {
			return fmt.Errorf("frontier: models[%d].System is nil", m)
		}
		if err := model.System.WithRate(schedule.Constant(0)).Validate(); err != nil {
			return fmt.Errorf("frontier: models[%d].System: %w", m, err)
		}
		if m > 0 {
			d, before := model.System.Modes.Dim, models[m-1].System.Modes.Dim
			if d < before {
				return fmt.Errorf("frontier: models[%d] has the size %d: must not be less than that of the model before, %d", m, d, before)
			}
			if d == before && !slices.Equal(model.Rates, models[m-1].Rates) {
				return fmt.Errorf("frontier: models[%d].Rates differ from those of models[%d], of the same size", m, m-1)
			}
		}
		if len(model.Rates) == 0 {
			return fmt.Errorf("frontier: models[%d].Rates is empty", m)
		}
		if err := checkAscending(fmt.Sprintf("models[%d].Rates", m), model.Rates); err != nil {
			return err
		}
		if !(model.Irreducible >= 0 && !math.IsInf(model.Irreducible, 1)) {
			return fmt.Errorf("frontier: models[%d].Irreducible is %v: must be nonnegative and finite", m, model.Irreducible)
		}
		if model.Batch < 0 {
			return fmt.Errorf("frontier: models[%d].Batch is %d: must be positive, or 0 for that of the problem", m, model.Batch)
		}
		if known := model.System.BatchSize(); known > 0 && model.Batch > 0 && model.Batch != known {
			return fmt.Errorf("frontier: models[%d].Batch is %d: the problem of its System has %d", m, model.Batch, known)
		}
	}
	if len(compute) == 0 {
		return errors.New("frontier: compute is empty")
	}
	if err := checkAscending("compute", compute); err != nil {
		return err
	}
	if settings.Workers < 0 {
		return fmt.Errorf("frontier: Settings.Workers is %d: must be positive, or 0 for GOMAXPROCS", settings.Workers)
	}
	return nil
}

// checkAscending returns an error unless the numbers are positive, finite and ascending.
func checkAscending(name string, x []float64) error {
	for i, v := range x {
		if !(v > 0 && !math.IsInf(v, 1)) {
			return fmt.Errorf("frontier: %s[%d] is %v: must be positive and finite", name, i, v)
		}
		if i > 0 && v <= x[i-1] {
			return fmt.Errorf("frontier: %s[%d] is %v: must exceed the one before, %v", name, i, v, x[i-1])
		}
	}
	return nil
}

// batch returns the number of samples of a step.
func (m Model) batch() int { return cmp.Or(m.Batch, m.System.BatchSize(), 1) }

// losses returns the loss at every compute under the rate: +Inf before the first step and
// from the divergence on.
func (m Model) losses(ctx context.Context, rate float64, compute []float64) ([]float64, error) {
	d, losses := float64(m.System.Modes.Dim), make([]float64, len(compute))
	times := make([]float64, len(compute))
	for i, f := range compute {
		losses[i] = math.Inf(1)
		times[i] = f / d / d / float64(m.batch())
	}
	first, _ := slices.BinarySearch(times, (1-1e-12)/d) // f = d·batch itself is one step
	s := m.System.WithRate(schedule.Constant(rate))
	for end := len(times); first < end; {
		curve, err := s.Solve(ctx, times[first:end])
		var diverged *odes.DivergedError
		if errors.As(err, &diverged) {
			// The curve before the divergence ends where it has risen beyond use.
			before, _ := slices.BinarySearch(times[:end], diverged.Time)
			end = min(before, end-1)
			continue
		}
		if err != nil {
			return nil, err
		}
		for i, risk := range curve.Risk {
			losses[first+i] = risk + m.Irreducible
		}
		break
	}
	return losses, nil
}

// meanLosses returns the means over the draws of losses [draw][rate][compute].
func meanLosses(draws [][][]float64) [][]float64 {
	mean := make([][]float64, len(draws[0]))
	for r := range mean {
		mean[r] = slices.Clone(draws[0][r])
		for _, draw := range draws[1:] {
			floats.Add(mean[r], draw[r])
		}
		floats.Scale(1/float64(len(draws)), mean[r])
	}
	return mean
}

// addSize appends the size of the model with the given losses [rate][compute].
func (f *Frontier) addSize(model Model, losses [][]float64) {
	n, rates := len(f.Compute), model.Rates
	f.Dims = append(f.Dims, model.System.Modes.Dim)
	least, best, ends := make([]float64, n), make([]float64, n), make([]bool, n)
	for i := range n {
		least[i], best[i] = math.Inf(1), math.NaN()
		k := -1
		for r := range rates {
			if losses[r][i] < least[i] {
				k, least[i], best[i] = r, losses[r][i], rates[r]
			}
		}
		switch {
		case k < 0:
		case k == 0 || k == len(rates)-1:
			ends[i] = true
		case !math.IsInf(losses[k-1][i], 1) && !math.IsInf(losses[k+1][i], 1) && least[i] > 0:
			best[i], least[i] = vertex(rates[k-1:k+2], [3]float64{losses[k-1][i], losses[k][i], losses[k+1][i]})
		}
	}
	f.Losses, f.Rates, f.RateEnds = append(f.Losses, least), append(f.Rates, best), append(f.RateEnds, ends)
}

// vertex returns the lowest point of the parabola through three points in logarithmic
// coordinates, of which the one in the middle is the lowest.
func vertex(x []float64, y [3]float64) (at, value float64) {
	left, right := math.Log(x[0]/x[1]), math.Log(x[2]/x[1])
	up, down := math.Log(y[0]/y[1])/left, math.Log(y[2]/y[1])/right // slopes: ≤ 0 and ≥ 0
	curvature := (down - up) / (right - left)
	if !(curvature > 0) {
		return x[1], y[1]
	}
	slope := up - curvature*left
	step := min(max(-slope/(2*curvature), left), right)
	return x[1] * math.Exp(step), y[1] * math.Exp(step*(slope+curvature*step))
}
