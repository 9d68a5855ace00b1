package schedules

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

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
	{"heavy-tailed", noise.StudentsT{Sigma: 1 / math.Sqrt(21), Nu: 2.1}}, // variance σ²ν/(ν−2) = 1
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
		lambda, err := spectra.PowerLaw(d, 1)
		if err != nil {
			return nil, err
		}
		floats.Scale(float64(d)/floats.Sum(lambda), lambda)
		return spectra.NewDiagonal(lambda)
	}},
	{"block", func(d int) (spectra.Structured, error) { return blocks(d) }},
}

// blocks returns four equicorrelated blocks whose variances differ by 10 each, as the
// layers of a network might.
func blocks(d int) (spectra.Structured, error) {
	const count, rho = 4, 0.3
	size := d / count
	all := make([]spectra.Covariance, count)
	variance := 1.0 / 1.111 * count
	for b := range all {
		if b == count-1 {
			size = d - (count-1)*size
		}
		k := mat.NewSymDense(size, nil)
		for i := range size {
			for j := i + 1; j < size; j++ {
				k.SetSym(i, j, rho*variance)
			}
			k.SetSym(i, i, variance)
		}
		dense, err := spectra.NewDense(k)
		if err != nil {
			return nil, err
		}
		all[b] = dense
		variance /= 10
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
