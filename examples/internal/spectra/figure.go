package spectra

import (
	"context"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/spectra"
)

// Figure returns Figure 4 and the numbers of Section 4.3 and Appendix H.
func Figure() figure.Figure {
	o := options{alpha: 1, features: 400, limit: 10000}
	return figure.Figure{
		Name:  "spectra",
		About: "Figure 4, spectra of K and K_σ, and when diagonal preconditioning helps",
		Full:  figure.Size{Dim: 1000},
		Quick: figure.Size{Dim: 300},
		Flags: o.flags,
		Make:  o.make,
	}
}

type options struct {
	alpha           float64
	images          string
	features, limit int
}

func (o *options) flags(flags *flag.FlagSet) {
	flags.Float64Var(&o.alpha, "alpha", o.alpha, "the eigenvalues of the power-law K are j^{-`α`}")
	flags.StringVar(&o.images, "images", "", "IDX `file` of images, as of MNIST, gzipped or not, for a second panel")
	flags.IntVar(&o.features, "features", o.features, "number of random features of the images")
	flags.IntVar(&o.limit, "limit", o.limit, "number of images read at most")
}

func (o *options) make(_ context.Context, c figure.Config) (*figure.Result, error) {
	if o.features < 1 {
		return nil, fmt.Errorf("-features is %d: must be at least 1", o.features)
	}
	result := new(figure.Result)
	rng := rand.New(rand.NewPCG(c.Seed, 0))
	lambda, err := spectra.PowerLaw(c.Dim, o.alpha)
	if err != nil {
		return nil, err
	}
	k, err := spectra.NewRotated(lambda, rng)
	if err != nil {
		return nil, err
	}
	if err := addPanel(result, "spectra-a", fmt.Sprintf("Eigenvalues j^−%g, random basis, d = %d", o.alpha, c.Dim), k); err != nil {
		return nil, err
	}
	if o.images != "" {
		data, err := ReadImages(o.images, o.limit)
		if err != nil {
			return nil, err
		}
		if k, err = Features(data, o.features, rng); err != nil {
			return nil, err
		}
		n, _ := data.Dims()
		if err := addPanel(result, "spectra-b", fmt.Sprintf("Random features of %d images, d = %d", n, o.features), k); err != nil {
			return nil, err
		}
	}
	if err := addCases(result, rng); err != nil {
		return nil, err
	}
	return result, addCounterexample(result, rng)
}

// addPanel adds the spectra of a covariance. That K_σ has a power law like that of K is
// what the paper expects; at these sizes the exponents fitted differ by 0.1 to 0.2, since
// the diagonal of K_σ lifts the small eigenvalues.
func addPanel(result *figure.Result, name, title string, k *spectra.Dense) error {
	p, err := New(title, k)
	if err != nil {
		return err
	}
	exponentK, _ := p.Fit(p.K)
	exponentSigma, _ := p.Fit(p.KSigma)
	result.Panels = append(result.Panels, figure.Panel{Name: name, Chart: p.Chart(), Table: p.Table()})
	result.Claims = append(result.Claims, figure.Claim{
		What:      fmt.Sprintf("%s: exponents at ranks %d to %d, K and K_σ", title, p.First, p.Last),
		Predicted: exponentK, Measured: exponentSigma, Allowed: 0.3,
	})
	return nil
}

// addCases adds the table of Section 4.3, and claims that preconditioning helps by half
// where it should and changes nothing by more than a tenth where it should not.
func addCases(result *figure.Result, rng *rand.Rand) error {
	cases, err := Cases(200, rng)
	if err != nil {
		return err
	}
	t := &cli.Table{Head: "covariance"}
	var k, kbar, kappa, kappaSign []float64
	for i, c := range cases {
		t.Labels = append(t.Labels, c.Name)
		k, kbar = append(k, c.Condition.NumberK()), append(kbar, c.Condition.NumberKbar())
		kappa, kappaSign = append(kappa, c.Condition.Kappa), append(kappaSign, c.Condition.KappaSign)
		claim := figure.Claim{What: c.Name + ": κ̄_sign/κ̄", Predicted: 1, Measured: kappaSign[i] / kappa[i], Allowed: 0.1}
		if helps := i%2 == 0; helps {
			claim.Predicted, claim.Allowed = 0.25, 0.25
		}
		result.Claims = append(result.Claims, claim)
	}
	t.Add("cond K", k)
	t.Add("cond K̄", kbar)
	t.Add("κ̄(K)", kappa)
	t.Add("κ̄_sign", kappaSign)
	result.Panels = append(result.Panels, figure.Panel{Name: "spectra-preconditioning", Title: "Diagonal preconditioning, Section 4.3", Table: t, Stride: 1})
	return nil
}

// addCounterexample adds the matrix of Appendix H, whose K̄ is worse conditioned.
func addCounterexample(result *figure.Result, rng *rand.Rand) error {
	k, condition, err := Counterexample(rng)
	if err != nil {
		return err
	}
	t := new(cli.Table)
	for j := range k.Dim() {
		column := make([]float64, k.Dim())
		for i := range column {
			column[i] = k.At(i, j)
		}
		t.Add(fmt.Sprintf("K, column %d", j+1), column)
	}
	result.Panels = append(result.Panels, figure.Panel{Name: "spectra-counterexample", Title: "K̄ is worse conditioned than K, Appendix H", Table: t, Stride: 1})
	ratio := condition.NumberKbar() / condition.NumberK()
	result.Claims = append(result.Claims, figure.Claim{
		What:      fmt.Sprintf("3×3 counterexample: cond K = %.4g, ratio of cond K̄ to it above 1", condition.NumberK()),
		Predicted: math.Max(ratio, 1.01), Measured: ratio,
	})
	return nil
}
