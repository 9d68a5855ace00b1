package main

import (
	"context"
	"math"
	"sort"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// theory is the problem where R is small beside the variance of the noise, so that h and g
// are h(0) and g(0). With τ = ∫ η h dt the risk is then the sum of
//
//	B(τ) = Σ r_i(0) e^{−2λ_i τ}
//
// and of noise: each dt adds η² g/(2d) dt to K, of which K(u) = Σ c_i e^{−2λ_i u} is left when
// τ has grown by u. All λ_i count, so it has the corrections to the power laws that come of
// the ends of the spectrum.
type theory struct {
	drift, noise float64   // h(0), and g(0)/(2d h(0)²)
	tau          []float64 // a grid
	bias         []float64 // B there
	left         []float64 // K there
	linear, root []float64 // the integrals of K and of √K from 0
}

// newTheory tabulates the sums of the system from τ far below to far above what N steps
// reach.
func newTheory(s *odes.System) *theory {
	const tiny = 1e-12
	h, _ := s.Limit.Drift(tiny)
	g, _ := s.Limit.Noise[0].Gain(tiny)
	th := &theory{drift: h, noise: g / (2 * float64(s.Modes.Dim) * h * h)}
	const perUnit = 50 // of log τ
	for x := -6.0 * perUnit; x <= 14*perUnit; x++ {
		tau := math.Exp(x / perUnit)
		var bias, left, linear float64
		for i, l := range s.Modes.Lambda {
			fall := math.Exp(-2 * l * tau)
			bias += s.Modes.Risk[i] * fall
			left += s.Modes.Weights[0][i] * fall
			linear -= s.Modes.Weights[0][i] * math.Expm1(-2*l*tau) / (2 * l)
		}
		root := tau * math.Sqrt(left) // up to the first τ
		if n := len(th.tau); n > 0 {  // the trapezoidal rule in log τ
			root = th.root[n-1] + (tau*math.Sqrt(left)+th.tau[n-1]*math.Sqrt(th.left[n-1]))/(2*perUnit)
		}
		th.tau, th.bias, th.left = append(th.tau, tau), append(th.bias, bias), append(th.left, left)
		th.linear, th.root = append(th.linear, linear), append(th.root, root)
	}
	return th
}

// constant returns the best constant rate η at the horizon and its risk: the least over τ of
// B(τ) + noise τ/T ∫_0^τ K du.
func (th *theory) constant(horizon float64) (eta, risk float64) {
	tau, risk := th.least(func(k int) float64 {
		return th.bias[k] + th.noise*th.tau[k]/horizon*th.linear[k]
	})
	return tau / horizon / th.drift, risk
}

// optimal returns the risk of the optimal schedule, and its rate η as a function of the part
// of the horizon that is left. For a given τ(T) the noise is least where η is in proportion
// to 1/√K of what is left of τ, and then it is noise/T (∫_0^τ √K du)².
func (th *theory) optimal(horizon float64) (rate func(left float64) float64, risk float64) {
	tau, risk := th.least(func(k int) float64 {
		return th.bias[k] + th.noise/horizon*th.root[k]*th.root[k]
	})
	whole := th.at(tau, th.root)
	rate = func(left float64) float64 {
		// The part of the horizon is that of the integral.
		k := min(max(sort.SearchFloat64s(th.root, left*whole), 1), len(th.root)-1)
		x := (left*whole - th.root[k-1]) / (th.root[k] - th.root[k-1])
		kept := math.Exp(math.Log(th.left[k-1]) + x*math.Log(th.left[k]/th.left[k-1]))
		return whole / horizon / math.Sqrt(kept) / th.drift
	}
	return rate, risk
}

// at returns the value at τ of what is tabulated.
func (th *theory) at(tau float64, values []float64) float64 {
	k := min(max(sort.SearchFloat64s(th.tau, tau), 1), len(th.tau)-1)
	x := math.Log(tau/th.tau[k-1]) / math.Log(th.tau[k]/th.tau[k-1])
	return values[k-1] * math.Pow(values[k]/values[k-1], x)
}

// least returns the place and the value of the minimum of a function of the grid, by the
// parabola through its lowest points in logarithms.
func (th *theory) least(f func(k int) float64) (tau, value float64) {
	best := 1
	for k := 1; k < len(th.tau)-1; k++ {
		if f(k) < f(best) {
			best = k
		}
	}
	below, here, above := math.Log(f(best-1)), math.Log(f(best)), math.Log(f(best+1))
	x := (below - above) / (2 * (below - 2*here + above)) // in steps of the grid
	step := math.Log(th.tau[best] / th.tau[best-1])
	return th.tau[best] * math.Exp(x*step), math.Exp(here - x*(below-above)/4)
}

// missed returns to what part of itself the theory may miss the risk and the rate under the
// schedule, to first order in R: the part of the time that h(R) < h(0) loses, which shortens
// the horizon, and the part by which g(R)/h(R)² exceeds g(0)/h(0)², in the mean over the
// noise that is left at the end. Risk and rate change by no more than the horizon and the
// noise do, since their exponents lie between −1 and 1.
func (th *theory) missed(ctx context.Context, s *odes.System, eta schedule.Schedule, horizon float64) (float64, error) {
	const half = 300
	early := floats.LogSpan(make([]float64, half), 1e-9*horizon, horizon/2)
	times := append([]float64{0}, early...)
	for k := half - 2; k >= 0; k-- {
		times = append(times, horizon-early[k])
	}
	times = append(times, horizon)
	curve, err := s.WithRate(eta).Solve(ctx, times)
	if err != nil {
		return 0, err
	}
	n := len(times)
	speed, clock := make([]float64, n), make([]float64, n) // ηh, and τ
	lost := 0.0
	for k := range times {
		h, _ := s.Limit.Drift(curve.Risk[k])
		speed[k] = curve.Rate[k] * h
		if k > 0 {
			dt := times[k] - times[k-1]
			before, _ := s.Limit.Drift(curve.Risk[k-1])
			clock[k] = clock[k-1] + dt*(speed[k]+speed[k-1])/2
			lost += dt / horizon * (1 - (h+before)/2/th.drift)
		}
	}
	noise, excess := make([]float64, n), make([]float64, n)
	for k := range times {
		h, _ := s.Limit.Drift(curve.Risk[k])
		g, _ := s.Limit.Noise[0].Gain(curve.Risk[k])
		tau := min(max(clock[n-1]-clock[k], th.tau[0]), th.tau[len(th.tau)-1])
		noise[k] = speed[k] * speed[k] * th.at(tau, th.left)
		excess[k] = noise[k] * (g/(h*h)/(th.noise*2*float64(s.Modes.Dim)) - 1)
	}
	return lost + integral(times, excess)/integral(times, noise), nil
}

// integral is the trapezoidal rule.
func integral(x, y []float64) (sum float64) {
	for k := 1; k < len(x); k++ {
		sum += (x[k] - x[k-1]) * (y[k] + y[k-1]) / 2
	}
	return sum
}
