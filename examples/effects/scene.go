package main

import (
	"context"
	"math"
	"math/bits"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// The noise has variance 1; every K has trace d.
const (
	start   = 1.0 // R(0)
	eta     = 0.3 // of signSGD
	horizon = 20.0
)

var laws = []struct {
	name string
	law  noise.Law
}{
	{"normal", noise.Normal{Sigma: 1}},
	{"Student t", noise.StudentsT{Sigma: math.Sqrt(1. / 3), Nu: 3}},
	{"Rademacher", noise.Rademacher{Scale: 1}},
}

// covariance names a K of dimension d.
type covariance struct {
	name string
	make func(d int, seed uint64) (spectra.Structured, error)
}

var covariances = []covariance{
	{"diagonal", func(d int, _ uint64) (spectra.Structured, error) {
		lambda, err := eigenvalues(d)
		if err != nil {
			return nil, err
		}
		return spectra.NewDiagonal(lambda)
	}},
	{"rotated", func(d int, seed uint64) (spectra.Structured, error) {
		lambda, err := eigenvalues(d)
		if err != nil {
			return nil, err
		}
		return spectra.NewRotated(lambda, ensemble.NewRand(seed, 0, "covariance"))
	}},
	{"graded AR(1)", graded},
}

// eigenvalues are log-spaced over two decades.
func eigenvalues(d int) ([]float64, error) {
	lambda, err := spectra.LogSpaced(d, 0.01, 1)
	if err == nil {
		floats.Scale(float64(d)/floats.Sum(lambda), lambda)
	}
	return lambda, err
}

// graded has correlations 0.5^|i−j| between coordinates whose variances are a random
// permutation of the eigenvalues: neither its scale nor its correlations are trivial.
func graded(d int, seed uint64) (spectra.Structured, error) {
	variances, err := eigenvalues(d)
	if err != nil {
		return nil, err
	}
	ensemble.NewRand(seed, 0, "permutation").Shuffle(d, func(i, j int) {
		variances[i], variances[j] = variances[j], variances[i]
	})
	k := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			k.SetSym(i, j, math.Pow(0.5, float64(j-i))*math.Sqrt(variances[i]*variances[j]))
		}
	}
	return spectra.NewDense(k)
}

// problem returns the problem with the risk start, on average the same part of it in
// every mode of K.
func problem(k spectra.Structured, law noise.Law, seed uint64) (signsgd.Problem, error) {
	d := k.Dim()
	p := signsgd.Problem{Covariance: k, Noise: law, Init: make([]float64, d)}
	modes, err := k.Modes(spectra.Plain, p.Init)
	if err != nil {
		return p, err
	}
	rng := ensemble.NewRand(seed, 0, "start")
	z := make([]float64, d)
	for i, lambda := range modes.Lambda {
		z[i] = rng.NormFloat64() / math.Sqrt(lambda)
	}
	transform, err := spectra.NewTransform(k, modes)
	if err != nil {
		return p, err
	}
	transform.Invert(p.Init, z)
	return p.WithInitialRisk(start)
}

// scene is one problem with the curves of everything between SGD and signSGD.
type scene struct {
	covariance, law string
	problem         signsgd.Problem
	unmatched       []float64    // SGD at the constant rate that (16) has at R = 0
	curves          [8][]float64 // of the hybrids
}

func newScene(ctx context.Context, p signsgd.Problem, times []float64) (*scene, error) {
	s := &scene{problem: p}
	rate := 2 / math.Pi * eta / math.Sqrt(p.Law().SecondMoment())
	system, err := odes.New(p, signsgd.SGD{}, schedule.Constant(rate))
	if err != nil {
		return nil, err
	}
	curve, err := system.Solve(ctx, times)
	if err != nil {
		return nil, err
	}
	s.unmatched = curve.Risk
	for mask, h := range hybrids {
		limit, err := h.limit(p)
		if err != nil {
			return nil, err
		}
		system, err := odes.NewFromLimit(p, limit, schedule.Constant(eta))
		if err != nil {
			return nil, err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return nil, err
		}
		s.curves[mask] = curve.Risk
	}
	return s, nil
}

// end returns the last entry.
func end(curve []float64) float64 { return curve[len(curve)-1] }

// alone returns the factor by which an effect, 0, 1 or 2, changes the final risk of SGD
// under (16) when it alone is switched on.
func (s *scene) alone(effect int) float64 {
	return end(s.curves[1<<effect]) / end(s.curves[0])
}

// share returns the factor by which an effect changes the final risk, in the geometric
// mean over the orders in which the three can be switched on (Shapley's value of the
// logarithm): the three factors multiply to the whole way from SGD to signSGD.
func (s *scene) share(effect int) float64 {
	sum := 0.0
	for mask := range s.curves {
		if mask&(1<<effect) != 0 {
			continue
		}
		// The share of the orders in which exactly the effects of the mask come before:
		// none, one or both of the others.
		weight := []float64{1. / 3, 1. / 6, 1. / 3}[bits.OnesCount(uint(mask))]
		sum += weight * math.Log(end(s.curves[mask|1<<effect])/end(s.curves[mask]))
	}
	return math.Exp(sum)
}
