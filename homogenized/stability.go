package homogenized

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// LargestStep returns the largest step at which EulerMaruyama and SRA1 are stable in mean
// square up to the horizon. Under constant coefficients a step Δ of EulerMaruyama moves
// the means of the modes by
//
//	r_i ← (1 − x_i)² r_i + (η²Δ/(2d)) Σ_n g_n c_i^{(n)},  x_i = η h λ_i Δ.
//
// Where g_n ~ ρ_n R as R → ∞, this is stable if and only if
//
//	x_max < 2  and  Σ_i (η/(2d)) Σ_n ρ_n c_i^{(n)}/(hλ_i) / (2 − x_i) < 1.
//
// As Δ → 0 the second condition becomes that of the process itself; where that is broken,
// no step is stable, and the first condition alone decides. It is asked at the risks
// between R(0) and where the risk comes to rest, the second at the largest risks.
//
// The rate counts at its breaks and at 64 times up to the horizon, and a pulse between
// them is not seen. A schedule that reads the path is asked along the same risks, with the
// ratio of Descent to Risk that the start has. Where K is neither diagonal nor dense the
// second condition has x_max in place of x_i, which makes the step smaller than it need be.
func (s SDE) LargestStep(ctx context.Context, horizon float64) (float64, error) {
	d, err := s.prepare(horizon)
	if err != nil {
		return 0, err
	}
	if s.Limit.Coupling != nil {
		return 0, errors.New("homogenized: LargestStep: the stability of a coupled limit is not known")
	}
	b, err := d.stepBounds(ctx, horizon)
	return b.stable, err
}

// defaultStep is the largest step that is chosen for a scheme without one.
const defaultStep = 0.01

// settle chooses the step of a scheme that has none, and returns an error if one that was
// given is not stable.
func (d *dynamics) settle(ctx context.Context, horizon float64) error {
	p := &d.plan
	if !p.explicit || d.limit.Coupling != nil { // whose stability is not known
		if p.size == 0 {
			p.size = defaultStep
		}
	} else {
		bounds, err := d.stepBounds(ctx, horizon)
		if err != nil {
			return err
		}
		switch {
		case p.size == 0:
			p.size = min(defaultStep, bounds.accurate)
		case p.size >= bounds.stable:
			return &StepError{Scheme: p.name, Step: p.size, Largest: bounds.stable,
				Reason: fmt.Sprintf("below %.6g, the largest step that is stable in mean square", bounds.stable)}
		}
	}
	if horizon/p.size > maxSteps {
		return &StepError{Scheme: p.name, Step: p.size, Reason: fmt.Sprintf("at least Horizon/%g = %v", float64(maxSteps), horizon/maxSteps)}
	}
	d.scheme = d.scheme.withStep(p.size)
	return nil
}

// stepBounds holds the largest step that is stable, and the largest at which every mode
// and the risk come to rest at most about 5% too high.
type stepBounds struct{ stable, accurate float64 }

// stepBounds finds the bounds up to the horizon.
func (d *dynamics) stepBounds(ctx context.Context, horizon float64) (stepBounds, error) {
	f, err := d.newFeedback(ctx)
	if err != nil {
		return stepBounds{}, err
	}
	b := stepBounds{math.Inf(1), math.Inf(1)}
	previous := math.NaN()
	for _, t := range d.sampleTimes(horizon) {
		if err := ctx.Err(); err != nil {
			return stepBounds{}, err
		}
		// A rate that is a function of time alone and stays the same is asked once.
		if eta := f.eta(t, f.start); eta == previous && !f.asked {
			continue
		} else if previous = eta; math.IsNaN(eta) && !f.asked {
			continue
		}
		fast := f.fastest(t)
		b.stable, b.accurate = min(b.stable, 2/fast), min(b.accurate, 0.1/fast)
		const large = 1e90
		eta := f.eta(t, large)
		h, _ := d.limit.Drift(large)
		if !(eta > 0 && h > 0) {
			continue
		}
		// Of what the noise feeds back, at Δ = 0 and at Δ.
		at := func(step float64) float64 { return f.share(eta, h, large, step) }
		if own := at(0); own < 1 && own > 1e-12 {
			most := 2 / (eta * h * f.steepest)
			// A sum over the modes is dear in high dimension, so a bound that holds is kept.
			lower := func(bound, level float64) float64 {
				if bound < most && at(bound) <= level {
					return bound
				}
				return min(bound, crossing(most, level, at))
			}
			b.stable = lower(b.stable, 1)
			b.accurate = lower(b.accurate, own+0.05*(1-own))
		}
	}
	return b, nil
}

// crossing returns where the increasing function reaches the level between 0 and most.
func crossing(most, level float64, f func(x float64) float64) float64 {
	lo, hi := 0.0, most
	for range 60 {
		if middle := (lo + hi) / 2; f(middle) < level {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo
}

// sampleTimes returns the times at which the rate is looked at.
func (d *dynamics) sampleTimes(horizon float64) []float64 {
	if _, ok := d.rate.(schedule.Constant); ok {
		return []float64{0}
	}
	const number = 32
	times := []float64{0}
	for k := 1; k <= number; k++ {
		x := float64(k) / number
		times = append(times, x*horizon, horizon*math.Pow(10, -8*x))
	}
	for _, b := range d.breaks {
		if b <= horizon {
			times = append(times, math.Nextafter(b, 0), b)
		}
	}
	return times
}

// feedback is what a step of a scheme makes of the noise that it feeds back.
type feedback struct {
	*dynamics
	modes    *spectra.Modes // nil where they cost too much
	steepest float64        // λ_max
	traces   []float64      // Σ_i c_i^{(n)}/λ_i
	start    float64        // R(0)
	ratio    float64        // of the descent to the risk at the start
	asked    bool           // whether the schedule has read the path
	at       float64        // the risk that the schedule sees
}

func (d *dynamics) newFeedback(ctx context.Context) (*feedback, error) {
	f := &feedback{dynamics: d}
	for _, term := range d.limit.Noise {
		one := 1.0
		if term.Shape.Odd != nil {
			one = term.Shape.Odd(1)
		}
		trace := 0.0
		for _, dev := range d.deviations {
			q := one
			if term.Shape.Scaled {
				q *= dev * dev
			}
			if d.limit.Basis == spectra.Preconditioned {
				q *= dev
			}
			trace += q
		}
		f.traces = append(f.traces, trace)
	}
	gradient, work := make([]float64, d.dim), make([]float64, d.dim)
	f.start = spectra.Quadratic(d.covariance, d.nu0, gradient) / 2
	if f.start > 0 {
		f.ratio = spectra.Descent(d.covariance, d.limit.Basis, d.deviations, d.nu0, work) / f.start
	}
	if m, ok := d.frame.(*modal); ok {
		f.modes, f.steepest = &m.modes, floats.Max(m.modes.Lambda)
		return f, nil
	}
	switch k := d.covariance.(type) {
	case *spectra.Diagonal, *spectra.Isotropic:
		modes, err := k.(spectra.Structured).Modes(d.limit.Basis, d.nu0, d.limit.Shapes()...)
		if err != nil {
			return nil, err
		}
		f.modes, f.steepest = &modes, floats.Max(modes.Lambda)
		return f, nil
	}
	// λ_max from Lanczos' method, which finds it first.
	rng := rand.New(rand.NewPCG(1, 2))
	nu := make([]float64, d.dim)
	for i := range nu {
		nu[i] = rng.NormFloat64()
	}
	bracket, err := spectra.Lanczos{Steps: min(48, d.dim)}.Risk(ctx, d.covariance, d.limit.Basis, nu)
	if err != nil {
		return nil, err
	}
	f.steepest = floats.Max(bracket.Lower.Lambda)
	return f, nil
}

// Risk and Descent make a feedback the position of a schedule.
func (f *feedback) Risk() float64 {
	f.asked = true
	return f.at
}

func (f *feedback) Descent(preconditioned bool) float64 {
	f.asked = true
	if preconditioned != (f.limit.Basis == spectra.Preconditioned) {
		return math.NaN()
	}
	return f.ratio * f.at
}

// eta returns the rate at a time and a risk, NaN where it is none.
func (f *feedback) eta(t, risk float64) float64 {
	f.at = risk
	if eta := f.rate.Rate(t, f); eta >= 0 && !math.IsInf(eta, 1) {
		return eta
	}
	return math.NaN()
}

// share returns the sum of the second condition of LargestStep.
func (f *feedback) share(eta, h, risk, step float64) float64 {
	if f.modes == nil {
		sum := 0.0
		for n, term := range f.limit.Noise {
			g, _ := term.Gain(risk)
			sum += g / risk * f.traces[n]
		}
		return eta * sum / (2 * float64(f.dim) * h) / (2 - eta*h*f.steepest*step)
	}
	sum := 0.0
	for n, term := range f.limit.Noise {
		g, _ := term.Gain(risk)
		for i, l := range f.modes.Lambda {
			if c := f.modes.Weights[n][i]; c > 0 {
				sum += g / risk * c / l / (2 - eta*h*l*step)
			}
		}
	}
	return eta * sum / (2 * float64(f.dim) * h)
}

// fastest returns the largest η h(R) λ_max between the start and where the risk comes to
// rest under the rate of time t.
func (f *feedback) fastest(t float64) float64 {
	lowest, highest := f.rest(t), f.start
	if math.IsInf(lowest, 1) {
		lowest, highest = f.start, 1e12*f.start
	}
	if lowest < 1e-12*highest {
		lowest = 1e-12 * highest
	}
	highest = max(highest, lowest)
	const number = 24
	fast := 0.0
	for k := range number + 1 {
		risk := lowest * math.Pow(highest/lowest, float64(k)/number)
		if !(risk > 0) {
			continue
		}
		h, _ := f.limit.Drift(risk)
		if v := f.eta(t, risk) * h * f.steepest; v > fast && !math.IsInf(v, 1) {
			fast = v
		}
	}
	return fast
}

// rest returns the risk at which the process comes to rest under the rate of time t: the
// first on the way from the start.
func (f *feedback) rest(t float64) float64 {
	const lowest, highest = 1e-200, 1e200
	rising := func(risk float64) bool {
		h, _ := f.limit.Drift(risk)
		sum := 0.0
		for n, term := range f.limit.Noise {
			g, _ := term.Gain(risk)
			sum += g * f.traces[n]
		}
		return 4*float64(f.dim)*risk*h < f.eta(t, risk)*sum
	}
	lo := max(f.start, lowest)
	hi := lo
	if rising(lo) {
		for rising(hi) {
			if lo, hi = hi, 4*hi; hi > highest {
				return math.Inf(1)
			}
		}
	} else {
		for !rising(lo) {
			if lo, hi = lo/4, lo; lo < lowest {
				return 0
			}
		}
	}
	for range 20 {
		if middle := math.Sqrt(lo) * math.Sqrt(hi); rising(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
	return lo
}
