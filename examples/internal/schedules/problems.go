package schedules

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// law is a label noise of unit second moment, but for its name.
type law struct {
	name string
	law  noise.Law
}

var laws = []law{
	{"normal", noise.Normal{Sigma: 1}},
	{"heavy-tailed", noise.StudentsT{Sigma: math.Sqrt(0.6), Nu: 5}}, // variance σ²ν/(ν−2) = 1
	{"Rademacher", noise.Rademacher{Scale: 1}},
}

// covariance is a K of unit mean variance, but for its name.
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

// problem returns the problem with the covariance and the noise whose risk starts at
// the given one, at a random θ* of independent normal coordinates.
func problem(k spectra.Covariance, l noise.Law, risk float64, seed uint64) signsgd.Problem {
	target := make([]float64, k.Dim())
	spectra.FillNormal(target, signsgd.NewRand(seed, 0, "problem"))
	p := signsgd.Problem{Covariance: k, Noise: l, Target: target}
	floats.Scale(math.Sqrt(risk/p.InitialRisk()), target)
	return p
}
