package main

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// law is a label noise of unit second moment, with its name.
type law struct {
	name string
	law  noise.Law
}

var laws = []law{
	{"normal", noise.Normal{Sigma: 1}},
	{"heavy-tailed", noise.StudentsT{Sigma: math.Sqrt(0.6), Nu: 5}}, // variance σ²ν/(ν−2) = 1
	{"Rademacher", noise.Rademacher{Scale: 1}},
}

// covariance makes a K of unit mean variance.
type covariance struct {
	name string
	make func(d int) (spectra.Structured, error)
}

var covariances = []covariance{
	{"isotropic", func(d int) (spectra.Structured, error) { return spectra.NewIsotropic(d, 1) }},
	{"power-law", func(d int) (spectra.Structured, error) {
		lambda, err := spectra.PowerLaw(d, 0.5)
		if err != nil {
			return nil, err
		}
		floats.Scale(float64(d)/floats.Sum(lambda), lambda)
		return spectra.NewDiagonal(lambda)
	}},
	{"block", func(d int) (spectra.Structured, error) { return blocks(d) }},
}

// blocks returns four autoregressive blocks whose variances differ by 4 each, as those
// of the layers of a network might.
func blocks(d int) (spectra.Structured, error) {
	const count, rho = 4, 0.4
	all := make([]spectra.Covariance, count)
	variance := count / 1.328 // of mean 1
	for b := range all {
		size := (b+1)*d/count - b*d/count
		k, err := spectra.NewAR1(size, variance, rho)
		if err != nil {
			return nil, err
		}
		all[b] = k
		variance /= 4
	}
	return spectra.NewBlockDiagonal(all...)
}

// problem returns the problem with the covariance and the noise, started at the risk 5 in a
// random direction.
func problem(k spectra.Covariance, l noise.Law, seed uint64) (signsgd.Problem, error) {
	p := signsgd.Problem{Covariance: k, Noise: l, Init: make([]float64, k.Dim())}
	spectra.FillNormal(p.Init, ensemble.NewRand(seed, 0, "problem"))
	return p.WithInitialRisk(5)
}
