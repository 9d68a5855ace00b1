package signsgd

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// Averaged is an optimizer with averages of its iterates, which do not act on it.
// Ensemble records the risk of each average after the observers of its Settings, under
// the name of the Average.
type Averaged struct {
	Optimizer Optimizer
	Averages  []Average
}

// Average is an average ū of the iterates from the time Start on. Until then ū is θ.
type Average struct {
	// Rate is ω of the exponential moving average ū ← ū + (ω/d)(θ − ū), which has the
	// decay β = 1 − ω/d. 0 is the plain mean of the iterates since Start: Polyak and
	// Ruppert's average, or a tail average.
	Rate  float64
	Start float64 // in t = k/d
	Name  string  // "" is "average"
}

var (
	_ Binder        = Averaged{}
	_ MultiGradient = Averaged{}
)

// Bind returns the optimizer with its inner one bound.
func (o Averaged) Bind(p Problem) (inner Optimizer, err error) {
	o.Optimizer, err = bindInner(p, o.Optimizer)
	return o, err
}

// Gradients returns the number of gradients of the inner optimizer.
func (o Averaged) Gradients() int { return gradients(o.Optimizer) }

// Validate returns an error that names the first bad parameter.
func (o Averaged) Validate(dim int) error {
	for i, a := range o.Averages {
		if err := errors.Join(checkNonnegative(fmt.Sprintf("Averaged.Averages[%d].Rate", i), a.Rate),
			checkNonnegative(fmt.Sprintf("Averaged.Averages[%d].Start", i), a.Start)); err != nil {
			return err
		}
		if a.Rate >= float64(dim) {
			return fmt.Errorf("signsgd: Averaged.Averages[%d].Rate is %v: must be less than the dimension %d", i, a.Rate, dim)
		}
	}
	return ValidateOptimizer(o.Optimizer, dim)
}

// Start returns the state: that of the inner optimizer, and the averages.
func (o Averaged) Start(dim int) State {
	s := &averagedState{inner: o.Optimizer.Start(dim), averages: o.Averages}
	for range o.Averages {
		s.mean = append(s.mean, make([]float64, dim))
	}
	return s
}

type averagedState struct {
	inner    State
	averages []Average
	mean     [][]float64
	steps    int
}

func (s *averagedState) Step(theta, grad []float64, rate float64) {
	if s.steps == 0 {
		for _, m := range s.mean {
			copy(m, theta)
		}
	}
	s.inner.Step(theta, grad, rate)
	s.steps++
	d := float64(len(theta))
	for i, a := range s.averages {
		since := float64(s.steps) - math.Floor(a.Start*d)
		part := 1.0
		if since >= 1 {
			part = 1 / since
			if a.Rate > 0 {
				part = a.Rate / d
			}
		}
		mean := s.mean[i]
		for j, v := range theta {
			mean[j] += part * (v - mean[j])
		}
	}
}

// averagesOf returns the averages that a state keeps, which are θ before the first step.
func averagesOf(s State) (*averagedState, bool) {
	a, ok := s.(*averagedState)
	return a, ok
}

// observeAverages stores the risks of the averages of the run in dst.
func (r *Run) observeAverages(dst []float64) {
	a, ok := averagesOf(r.state)
	if !ok {
		return
	}
	for i, mean := range a.mean {
		at := mean
		if a.steps == 0 {
			at = r.theta
		}
		if r.problem.Target == nil {
			copy(r.nu, at)
		} else {
			floats.SubTo(r.nu, at, r.problem.Target)
		}
		dst[i] = spectra.Quadratic(r.problem.Covariance, r.nu, r.work) / 2
	}
}

// withAverages returns the settings with a place for the risk of each average of the
// optimizer. Runs fill them in themselves.
func withAverages(s ensemble.Settings, o Optimizer) ensemble.Settings {
	averaged, ok := o.(Averaged)
	if !ok {
		return s
	}
	s.Observers = slices.Clone(s.Observers)
	for _, a := range averaged.Averages {
		name := a.Name
		if name == "" {
			name = "average"
		}
		s.Observers = append(s.Observers, ensemble.Observer{Name: name, Of: func([]float64) float64 {
			panic("signsgd: the risk of an average is not a function of θ")
		}})
	}
	return s
}
