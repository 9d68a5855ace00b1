package odes

import (
	"context"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// denseProblem returns a problem on a Haar-rotated K whose eigenvalues span two decades.
func denseProblem(d int, law noise.Law, batch int) signsgd.Problem {
	rng := ensemble.NewRand(5, d, "variance")
	k := must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.03, 3)), rng))
	// Another scale for each coordinate, so that K̄ and K differ.
	scale := make([]float64, d)
	for i := range scale {
		scale[i] = math.Exp(0.3 * rng.NormFloat64())
	}
	scaled := must(k.Congruent(scale)).(*spectra.Dense)
	nu := make([]float64, d)
	spectra.FillNormal(nu, rng)
	return must(signsgd.Problem{Covariance: scaled, Noise: law, Batch: batch, Init: nu}.WithInitialRisk(1.2))
}

// falling is a rate that falls with time and sees the risk.
type falling struct{ eta, power float64 }

func (f falling) Rate(t float64, at schedule.Position) float64 {
	return f.eta * math.Pow(at.Risk(), f.power) / (1 + t/3)
}

// fullVariance integrates the equations of r, P and Γ of theory in all modes, with the
// terms that distinguish the optimizer from its SDE written out for each rule, by the
// classical Runge–Kutta method. It is the slow way, which shares nothing with Variance
// but the modes.
func fullVariance(s *System, p signsgd.Problem, rule string, sde bool, spread spectra.Covariance, horizon float64, steps int) (risk, variance float64) {
	k := p.Covariance.(spectra.Structured)
	d := k.Dim()
	dim := float64(d)
	modes := s.Modes
	tr := must(spectra.NewTransform(k, modes))
	m := must(tr.Covariance(must(spectra.NoiseCovariance(k, modes.Noise[0]))))
	lambda, c := modes.Lambda, modes.Weights[0]
	y := tr.Apply(nil, p.Displacement(nil, p.Init))
	n := d + 2*d*d
	state := make([]float64, n) // r, P, Γ
	start := mat.NewSymDense(d, nil)
	if spread != nil {
		start = must(tr.Covariance(spread))
	}
	for i := range d {
		for j := range d {
			q := start.At(i, j)
			state[d+i*d+j] = y[i]*y[j] + q
			state[d+d*d+i*d+j] = lambda[i] * lambda[j] * q * (q/2 + y[i]*y[j])
			if i == j {
				state[i] = lambda[i] * (y[i]*y[i] + q) / 2
			}
		}
	}
	law, b := p.Law(), float64(p.BatchSize())
	v2 := law.SecondMoment()
	batch := noise.MiniBatch{Law: law, Batch: p.BatchSize()}
	rate := func(t, risk float64) float64 { return s.Rate.Rate(t, &march.Position{R: risk}) }
	slope := func(f func(float64) float64, x float64) float64 {
		h := 1e-4 * x
		return (8*(f(x+h)-f(x-h)) - f(x+2*h) + f(x-2*h)) / (12 * h)
	}
	derivative := func(t float64, x, dx []float64) {
		r, pairs, gamma := x[:d], x[d:d+d*d], x[d+d*d:]
		risk := floats.Sum(r)
		a := func(risk float64) float64 {
			h, _ := s.Limit.Drift(risk)
			return rate(t, risk) * h
		}
		g := func(risk float64) float64 {
			g, _ := s.Limit.Noise[0].Gain(risk)
			return rate(t, risk) * rate(t, risk) * g
		}
		decay, input, eta := a(risk), g(risk), rate(t, risk)
		da, dg := slope(a, risk), slope(g, risk)
		beta, sums := make([]float64, d), make([]float64, d)
		for i := range d {
			dx[i] = -2*decay*lambda[i]*r[i] + input*c[i]/(2*dim)
			beta[i] = -2*da*lambda[i]*r[i] + dg*c[i]/(2*dim)
			sums[i] = floats.Sum(gamma[i*d:][:d])
		}
		fourth := law.(noise.FourthMoment).FourthMoment()
		spreadOfSquare := 8*risk*risk + 8*risk*v2 + fourth - v2*v2
		p2 := 2*risk + v2
		zeta := batch.Zeta(risk)
		for i := range d {
			for j := range d {
				at := i*d + j
				mij := m.At(i, j)
				dx[d+at] = -decay*(lambda[i]+lambda[j])*pairs[at] + input/dim*mij
				noise := input / dim * lambda[i] * lambda[j] * pairs[at] * mij
				ui, uj := lambda[i]*r[i], lambda[j]*r[j]
				e := eta
				switch {
				case sde:
				case rule == "sign":
					h, _ := s.Limit.Drift(risk)
					noise -= 4 * eta * eta / dim * (h*h - zeta/(2*risk)) * ui * uj
				case rule == "heuristic":
					e /= math.Sqrt(p2 / b)
					fallthrough
				default:
					noise += 4*e*e/(b*dim)*ui*uj - 2*e*e*e*p2/(b*b*dim*dim)*(ui*c[j]+uj*c[i]) +
						math.Pow(e, 4)*spreadOfSquare/(4*b*b*b*dim*dim*dim)*c[i]*c[j]
				}
				dx[d+d*d+at] = -2*decay*(lambda[i]+lambda[j])*gamma[at] + beta[i]*sums[j] + sums[i]*beta[j] + noise
			}
		}
	}
	dt := horizon / float64(steps)
	var k1, k2, k3, k4, x = make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
	for step := range steps {
		t := float64(step) * dt
		derivative(t, state, k1)
		derivative(t+dt/2, floats.AddScaledTo(x, state, dt/2, k1), k2)
		derivative(t+dt/2, floats.AddScaledTo(x, state, dt/2, k2), k3)
		derivative(t+dt, floats.AddScaledTo(x, state, dt, k3), k4)
		floats.AddScaled(state, dt/6, k1)
		floats.AddScaled(state, dt/3, k2)
		floats.AddScaled(state, dt/3, k3)
		floats.AddScaled(state, dt/6, k4)
	}
	return floats.Sum(state[:d]), floats.Sum(state[d+d*d:])
}

// TestVarianceInFull compares Variance with the equations of theory in all modes.
func TestVarianceInFull(t *testing.T) {
	t.Parallel()
	const horizon, d = 1.5, 24
	for _, c := range []struct {
		name  string
		rule  string
		o     signsgd.Optimizer
		law   noise.Law
		batch int
		rate  schedule.Schedule
		start bool
		sde   bool
	}{
		{"signSGD", "sign", signsgd.SignSGD{}, noise.Laplace{Scale: 0.5}, 1, schedule.Constant(0.6), false, false},
		{"signSGD, batch 2, rate that sees R", "sign", signsgd.SignSGD{}, noise.Rademacher{Scale: 0.7}, 2, falling{0.5, 0.4}, false, false},
		{"signSGD, batch 5, random start", "sign", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 5, falling{0.5, 0.5}, true, false},
		{"signHSGD", "sign", signsgd.SignSGD{}, noise.Normal{Sigma: 0.5}, 1, falling{0.6, 0.5}, true, true},
		{"SGD, batch 2", "sgd", signsgd.SGD{}, noise.Uniform{Min: -1, Max: 1}, 2, falling{0.8, -0.3}, false, false},
		{"HSGD, random start", "sgd", signsgd.SGD{}, noise.Normal{Sigma: 0.5}, 1, schedule.Constant(0.5), true, true},
		{"preconditioned SGD", "sgd", signsgd.PreconditionedSGD{}, noise.Laplace{Scale: 0.4}, 1, falling{0.5, 0.3}, false, false},
		{"Adam heuristic, batch 3", "heuristic", signsgd.AdamHeuristic{}, noise.Normal{Sigma: 0.5}, 3, falling{0.4, 0.3}, false, false},
	} {
		p := denseProblem(d, c.law, c.batch)
		s := must(New(p, c.o, c.rate))
		options := VarianceSettings{SDE: c.sde}
		if c.start {
			options.Spread = must(spectra.NewRotated(must(spectra.LogSpaced(d, 0.01, 0.1)), ensemble.NewRand(9, 0, "spread")))
		}
		curve, err := s.Variance(context.Background(), []float64{0, horizon / 3, horizon}, options)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		risk, variance := fullVariance(s, p, c.rule, c.sde, options.Spread, horizon, 150)
		if e := math.Abs(curve.Risk[2]/risk - 1); e > 1e-7 {
			t.Errorf("%s: risk %v, in full %v", c.name, curve.Risk[2], risk)
		}
		e := math.Abs(curve.Variance[2]/variance - 1)
		t.Logf("%s: relative difference %.1e", c.name, e)
		if e > 1e-7 {
			t.Errorf("%s: variance %v, in full %v", c.name, curve.Variance[2], variance)
		}
	}
}
