// Package spectra makes Figure 4 of arXiv:2411.12135, the spectra of K and of K_σ,
// and the numbers of Section 4.3 and Appendix H on diagonal preconditioning.
package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/spectra"
)

// Panel holds the eigenvalues of K and of K_σ, descending.
type Panel struct {
	Title     string
	K, KSigma []float64
	First     int // ranks from First to Last, counted from 1, are fitted
	Last      int
}

// New computes the panel of a covariance.
func New(title string, k *spectra.Dense) (*Panel, error) {
	p := &Panel{Title: title, First: 2, Last: max(k.Dim()/10, 3)}
	modes, err := k.Modes(spectra.Plain, make([]float64, k.Dim()))
	if err != nil {
		return nil, err
	}
	sigma, err := k.Entrywise(math.Asin)
	if err != nil {
		return nil, err
	}
	reshaped, err := sigma.(*spectra.Dense).Modes(spectra.Plain, make([]float64, k.Dim()))
	if err != nil {
		return nil, err
	}
	p.K, p.KSigma = modes.Lambda, reshaped.Lambda
	slices.Reverse(p.K)
	slices.Reverse(p.KSigma)
	return p, nil
}

// Fit returns the exponent and the prefactor of the power law prefactor·j^{−exponent}
// fitted to the eigenvalues of the fitted ranks by least squares in logarithms.
func (p *Panel) Fit(lambda []float64) (exponent, prefactor float64) {
	var x, y []float64
	for j := p.First; j <= min(p.Last, len(lambda)); j++ {
		if l := lambda[j-1]; l > 0 {
			x, y = append(x, math.Log(float64(j))), append(y, math.Log(l))
		}
	}
	alpha, beta := stat.LinearRegression(x, y, nil, false)
	return -beta, math.Exp(alpha)
}

// Table returns the eigenvalues.
func (p *Panel) Table() *cli.Table {
	t := new(cli.Table)
	rank := make([]float64, len(p.K))
	for j := range rank {
		rank[j] = float64(j + 1)
	}
	t.Add("rank", rank)
	t.Add("K", p.K)
	t.Add("K_sigma", p.KSigma)
	return t
}

// Chart returns the picture of the panel.
func (p *Panel) Chart() *chart.Chart {
	c := &chart.Chart{Title: p.Title, X: "rank j", Y: "eigenvalue", LogX: true, LogY: true}
	rank := p.Table().Columns[0]
	c.Line("K", rank, p.K, chart.Blue, chart.Solid)
	c.Line("K_σ", rank, p.KSigma, chart.Vermillion, chart.Solid)
	for _, fit := range []struct {
		name     string
		spectrum []float64
		dashes   []vg.Length
	}{{"K", p.K, chart.Dashed}, {"K_σ", p.KSigma, chart.Dotted}} {
		exponent, prefactor := p.Fit(fit.spectrum)
		fitted := make([]float64, len(rank))
		for i, j := range rank {
			fitted[i] = math.NaN()
			if int(j) <= 3*p.Last {
				fitted[i] = prefactor * math.Pow(j, -exponent)
			}
		}
		c.Line(fmt.Sprintf("%s: j^−%.2f, fitted to ranks %d to %d", fit.name, exponent, p.First, p.Last), rank, fitted, chart.Black, fit.dashes)
	}
	return c
}

// Features returns the covariance of d centred features max(0, Wx) of the images, W
// with independent normal entries.
func Features(images *mat.Dense, d int, rng *rand.Rand) (*spectra.Dense, error) {
	n, pixels := images.Dims()
	if n < d {
		return nil, fmt.Errorf("%d images: there must be at least as many as features, %d", n, d)
	}
	w := mat.NewDense(pixels, d, nil)
	w.Apply(func(_, _ int, _ float64) float64 { return rng.NormFloat64() / math.Sqrt(float64(pixels)) }, w)
	var features mat.Dense
	features.Mul(images, w)
	features.Apply(func(_, _ int, v float64) float64 { return max(v, 0) }, &features)
	k, err := spectra.NewEmpirical(&features, spectra.Estimate{Centred: true})
	if err != nil {
		return nil, err
	}
	return spectra.ToDense(k)
}
