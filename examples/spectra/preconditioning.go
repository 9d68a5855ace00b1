package main

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// preconditioning makes the table of Section 4.3: two settings in which K̄ helps, a diagonal
// K and one with blocks of very different scales, each followed by the same spectrum in a
// random basis, where it does not.
func preconditioning(r *program.Run) error {
	const d = 200
	rng := ensemble.NewRand(r.Seed, 0, "preconditioning")
	grid, err := spectra.GridPower(d, 0.1, 1, 4)
	if err != nil {
		return err
	}
	diagonal, err := spectra.NewDiagonal(grid)
	if err != nil {
		return err
	}
	inside, err := spectra.LogSpaced(d/4, 0.3, 1)
	if err != nil {
		return err
	}
	var blocks []spectra.Covariance
	var scaled []float64
	for _, scale := range []float64{1, 1e-2, 1e-4, 1e-6} {
		lambda := make([]float64, len(inside))
		for i, l := range inside {
			lambda[i] = scale * l
		}
		block, err := spectra.NewRotated(lambda, rng)
		if err != nil {
			return err
		}
		blocks, scaled = append(blocks, block), append(scaled, lambda...)
	}
	block, err := spectra.NewBlockDiagonal(blocks...)
	if err != nil {
		return err
	}
	table := &program.Table{Head: "covariance", Names: []string{"cond K", "cond K̄", "κ̄(K)", "κ̄_sign"}}
	for _, c := range []struct {
		name     string
		k        spectra.Structured
		spectrum []float64
	}{{"diagonal, grid⁴ from 1e-4 to 1", diagonal, grid}, {"four blocks, scales 1 to 1e-6", block, scaled}} {
		rotated, err := spectra.NewRotated(c.spectrum, rng)
		if err != nil {
			return err
		}
		own, err := spectra.Conditioning(c.k)
		if err != nil {
			return err
		}
		turned, err := spectra.Conditioning(rotated)
		if err != nil {
			return err
		}
		table.AddRow(c.name, own.NumberK(), own.NumberKbar(), own.Kappa, own.KappaSign)
		table.AddRow("  the same, random basis", turned.NumberK(), turned.NumberKbar(), turned.Kappa, turned.KappaSign)
		r.Claim(
			program.AtMost(c.name+": κ̄_sign/κ̄", own.KappaSign/own.Kappa, 0.5),
			program.Claim{What: c.name + ", random basis: κ̄_sign/κ̄", Predicted: 1, Measured: turned.KappaSign / turned.Kappa, Allowed: 0.1},
		)
	}
	r.Print("Diagonal preconditioning, Section 4.3", table, 1)
	return r.Save("spectra-preconditioning", nil, table)
}

// counterexample makes the table of Appendix H, a matrix whose K̄ is worse conditioned.
func counterexample(r *program.Run) error {
	k, condition, err := search(ensemble.NewRand(r.Seed, 0, "counterexample"))
	if err != nil {
		return err
	}
	table := new(program.Table)
	for j := range k.Dim() {
		table.Add(fmt.Sprintf("K, column %d", j+1), mat.Col(nil, j, k))
	}
	r.Print("K̄ is worse conditioned than K, Appendix H", table, 1)
	r.Claim(program.AtMost(fmt.Sprintf("3×3 counterexample: cond K = %.4g over cond K̄", condition.NumberK()), condition.NumberK()/condition.NumberKbar(), 1/1.01))
	return r.Save("spectra-counterexample", nil, table)
}

// search looks for a 3×3 covariance whose K̄ is worse conditioned than K
// itself, as in Appendix H. It climbs from random starts to a large ratio of the
// condition numbers, K's staying below 100, and rounds the matrix to two decimals.
func search(rng *rand.Rand) (*spectra.Dense, spectra.ConditionNumbers, error) {
	const starts, steps = 40, 1000
	var best *spectra.Dense
	var found spectra.ConditionNumbers
	ratio := 1.0
	for range starts {
		current, score := []float64(nil), 0.0
		for step := range steps {
			g := make([]float64, 9)
			for i := range g {
				g[i] = rng.NormFloat64()
				if current != nil {
					g[i] = current[i] + 0.3*math.Exp(-3*float64(step)/steps)*g[i]
				}
			}
			k, c, ok := rounded(g)
			if !ok || c.NumberK() > 100 {
				continue
			}
			if r := c.NumberKbar() / c.NumberK(); r > score {
				current, score = g, r
				if r > ratio {
					best, found, ratio = k, c, r
				}
			}
		}
	}
	if best == nil {
		return nil, found, errors.New("no counterexample found")
	}
	return best, found, nil
}

// rounded returns the covariance GGᵀ with its entries rounded to two decimals,
// if that leaves it definite.
func rounded(g []float64) (*spectra.Dense, spectra.ConditionNumbers, bool) {
	var k mat.SymDense
	k.SymOuterK(1, mat.NewDense(3, 3, g))
	for i := range 3 {
		for j := i; j < 3; j++ {
			k.SetSym(i, j, math.Round(k.At(i, j)*100)/100)
		}
	}
	dense, err := spectra.NewDense(&k)
	if err != nil {
		return nil, spectra.ConditionNumbers{}, false
	}
	c, err := spectra.Conditioning(dense)
	return dense, c, err == nil && c.MinK > 0
}
