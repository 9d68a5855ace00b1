package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// Case is a covariance with its conditioning.
type Case struct {
	Name      string
	Condition spectra.Condition
}

// Cases returns the settings of Section 4.3 in dimension d, a multiple of 4: two in
// which K̄ helps, a diagonal K and one with blocks of very different scales, each
// followed by the same spectrum in a random basis, where it does not.
func Cases(d int, rng *rand.Rand) ([]Case, error) {
	if d < 4 || d%4 != 0 {
		return nil, fmt.Errorf("d is %d: must be a multiple of 4", d)
	}
	grid, err := spectra.GridPower(d, 0.1, 1, 4)
	if err != nil {
		return nil, err
	}
	diagonal, err := spectra.NewDiagonal(grid)
	if err != nil {
		return nil, err
	}
	inside, err := spectra.LogSpaced(d/4, 0.3, 1)
	if err != nil {
		return nil, err
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
			return nil, err
		}
		blocks, scaled = append(blocks, block), append(scaled, lambda...)
	}
	block, err := spectra.NewBlockDiagonal(blocks...)
	if err != nil {
		return nil, err
	}
	var cases []Case
	for _, c := range []struct {
		name     string
		k        spectra.Structured
		spectrum []float64
	}{{"diagonal, grid⁴ from 1e-4 to 1", diagonal, grid}, {"four blocks, scales 1 to 1e-6", block, scaled}} {
		rotated, err := spectra.NewRotated(c.spectrum, rng)
		if err != nil {
			return nil, err
		}
		for _, k := range []spectra.Structured{c.k, rotated} {
			condition, err := spectra.Conditioning(k)
			if err != nil {
				return nil, err
			}
			cases = append(cases, Case{c.name, condition})
			c.name = "  the same spectrum, random basis"
		}
	}
	return cases, nil
}

// Counterexample searches for a 3×3 covariance whose K̄ is worse conditioned than K
// itself, as in Appendix H. It climbs from random starts to a large ratio of the
// condition numbers, K's staying below 100, and rounds the matrix to two decimals.
func Counterexample(rng *rand.Rand) (*spectra.Dense, spectra.Condition, error) {
	const starts, steps, digits = 40, 1000, 100
	var best *spectra.Dense
	var found spectra.Condition
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
			k, c, ok := rounded(g, digits)
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
		return nil, found, fmt.Errorf("no counterexample found")
	}
	return best, found, nil
}

// rounded returns the covariance GGᵀ with its entries rounded to multiples of
// 1/digits, if that leaves it definite.
func rounded(g []float64, digits float64) (*spectra.Dense, spectra.Condition, bool) {
	var k mat.SymDense
	k.SymOuterK(1, mat.NewDense(3, 3, g))
	for i := range 3 {
		for j := i; j < 3; j++ {
			k.SetSym(i, j, math.Round(k.At(i, j)*digits)/digits)
		}
	}
	dense, err := spectra.NewDense(&k)
	if err != nil {
		return nil, spectra.Condition{}, false
	}
	c, err := spectra.Conditioning(dense)
	return dense, c, err == nil && c.MinK > 0
}
