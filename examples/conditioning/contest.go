package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// contest is the problem whose diagonal K has the eigenvalues grid^power.
type contest struct {
	power   float64
	problem signsgd.Problem
}

// The paper does not give the range of the grid, the noise or the start: these are
// ours.
const (
	gridLow, gridHigh = 0.03, 1.0
	sigma             = 0.3 // v, of the noise
	start             = 1.0 // R(0), the same part of it in every mode
	horizon           = 50.0
)

func newContest(d int, power float64) (*contest, error) {
	lambda, err := spectra.GridPower(d, gridLow, gridHigh, power)
	if err != nil {
		return nil, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return nil, err
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: sigma}, Init: make([]float64, d)}
	for i, l := range lambda {
		p.Init[i] = 1 / math.Sqrt(l)
	}
	p, err = p.WithInitialRisk(start)
	return &contest{power, p}, err
}

// player is an optimizer with its reference rate and the average condition number
// that decides its rate of convergence.
type player struct {
	name      string
	optimizer signsgd.Optimizer
	reference func(k spectra.Covariance) float64
	condition func(k spectra.Covariance) float64
	trace     string  // in the condition number
	speed     float64 // rate of convergence · condition number / c for small c
}

// The drift of signSGD at small risk is (2/π)/v, that of SGD 1; the risk decays at
// twice the drift times η λ_min.
var players = []player{
	{
		"signSGD", signsgd.SignSGD{},
		func(k spectra.Covariance) float64 { return sigma * float64(k.Dim()) / trD(k) },
		func(k spectra.Covariance) float64 {
			return trD(k) / (float64(k.Dim()) * math.Sqrt(floats.Min(k.Variances(nil))))
		},
		"tr D", 4 / math.Pi,
	},
	{
		"SGD", signsgd.SGD{},
		func(k spectra.Covariance) float64 { return 2 * float64(k.Dim()) / floats.Sum(k.Variances(nil)) },
		func(k spectra.Covariance) float64 {
			variances := k.Variances(nil)
			return floats.Sum(variances) / (float64(k.Dim()) * floats.Min(variances))
		},
		"tr K", 4,
	},
}

func trD(k spectra.Covariance) float64 { return floats.Sum(spectra.StandardDeviations(k)) }

// rate returns c times the reference rate.
func (p player) rate(q *contest, c float64) schedule.Constant {
	return schedule.Constant(c * p.reference(q.problem.Covariance))
}

// system returns the deterministic equivalent at that rate.
func (p player) system(q *contest, c float64) (*odes.System, error) {
	return odes.New(q.problem, p.optimizer, p.rate(q, c))
}

// best returns the c with the least risk at the horizon, and that risk.
func (p player) best(ctx context.Context, q *contest) (c, risk float64, err error) {
	s, err := p.system(q, 1)
	if err != nil {
		return 0, 0, err
	}
	eta, risk, err := s.BestConstant(ctx, horizon)
	return eta / p.reference(q.problem.Covariance), risk, err
}

// advantage returns log(R of SGD/R of signSGD) at the horizon, each at its best rate:
// positive where signSGD wins.
func advantage(ctx context.Context, d int, power float64) (float64, error) {
	q, err := newContest(d, power)
	if err != nil {
		return 0, err
	}
	_, sign, err := players[0].best(ctx, q)
	if err != nil {
		return 0, err
	}
	_, sgd, err := players[1].best(ctx, q)
	return math.Log(sgd / sign), err
}

// crossover returns the power at which signSGD begins to win, to 1e-3, and the slope
// of its advantage there, by the secant method.
func crossover(ctx context.Context, d int) (power, slope float64, err error) {
	at := func(power float64) float64 {
		a, e := advantage(ctx, d, power)
		if e != nil {
			err = e
		}
		return a
	}
	before, power := 0.75, 1.5
	last, a := at(before), at(power)
	for i := 0; math.Abs(power-before) > 1e-3 && err == nil; i++ {
		if i == 20 {
			return 0, 0, fmt.Errorf("no crossover found near power %v", power)
		}
		next := power - a*(power-before)/(a-last)
		before, last = power, a
		power, a = next, at(next)
	}
	const h = 0.05
	slope = (at(power+h) - at(power-h)) / (2 * h)
	return power, slope, err
}
