// Package minibatch makes Figure 5 of arXiv:2411.12135: signSGD with mini-batches beside
// its deterministic curves.
package minibatch

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Batches are the sizes B of the figure.
var Batches = []int{1, 4, 16, 64}

// Entries returns signSGD for every batch size, started at the given risk: K is diagonal
// with entries from 0.1 to 1. The rate is η/c_B, so that by (9) the drift is
// η φ_B(R)/√(2R) for every B, and only φ_B and the noise of the steps tell the sizes
// apart.
func Entries(d int, law noise.Law, eta, risk float64, seed uint64) ([]ensembles.Entry, error) {
	lambda, err := spectra.LogSpaced(d, 0.1, 1)
	if err != nil {
		return nil, err
	}
	k, err := spectra.NewDiagonal(lambda)
	if err != nil {
		return nil, err
	}
	target := make([]float64, d)
	spectra.FillNormal(target, signsgd.NewRand(seed, 0, "problem"))
	p := signsgd.Problem{Covariance: k, Noise: law, Target: target}
	floats.Scale(math.Sqrt(risk/p.InitialRisk()), target)
	var entries []ensembles.Entry
	for _, batch := range Batches {
		p.Batch = batch
		limit := homogenized.SignSGD(p)
		entries = append(entries, ensembles.Entry{
			Name: fmt.Sprintf("B = %d", batch), Problem: p, Optimizer: signsgd.SignSGD{},
			Rate: signsgd.Constant(eta / noise.BatchFactor(batch)), Limit: &limit,
		})
	}
	return entries, nil
}
