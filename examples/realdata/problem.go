package main

import (
	"context"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// Problem is a least squares problem on data with all that theory asks of it, estimated
// from the same data.
type Problem struct {
	X, Y   data.InMemory  // features, centred, and their labels
	Fit    *signsgd.Fit   // of the labels by the features: θ*, residuals and second moments
	K      *spectra.Dense // the second moments
	Laws   []Fitted       // of the residuals, the empirical one last
	Best   Fitted         // the one of the smallest BIC
	Report Report
}

// NewProblem makes features of the data and estimates K, θ* and the laws of the noise.
func NewProblem(ctx context.Context, l *Labelled, f Features, seed uint64, progress func(done, total int)) (*Problem, error) {
	if err := l.validate(); err != nil {
		return nil, err
	}
	x, dropped, err := f.Of(ctx, l, ensemble.NewRand(seed, 0, "features"), progress)
	if err != nil {
		return nil, err
	}
	p := &Problem{X: x, Y: data.InMemory{Cols: 1, Values: l.Labels}}
	if p.Fit, err = signsgd.LeastSquares(ctx, p.X, p.Y); err != nil {
		return nil, err
	}
	if p.K, err = spectra.NewDense(p.Fit.Moments); err != nil {
		return nil, err
	}
	if p.Laws, err = fitLaws(ctx, p.Fit.Residuals, ensemble.NewRand(seed, 0, "fit")); err != nil {
		return nil, err
	}
	p.Best = Best(p.Laws)
	p.Report, err = p.report(dropped, ensemble.NewRand(seed, 0, "projections"))
	return p, err
}

// Source says where the samples of a run come from.
type Source int

const (
	Real        Source = iota // features and labels as they are, each sample once
	Redrawn                   // the same with every sample drawn afresh from all of them
	Independent               // features redrawn, labels ⟨x, θ*⟩ + ε with ε of the law
	Model                     // x ~ N(0, K) and ε of the law: what theory assumes
)

// With returns the problem with noise of the given law, started at 0. Its K, θ* and law
// are what limits are taken of; Source decides what the optimizers see.
func (p *Problem) With(law noise.Law, s Source) signsgd.Problem {
	problem := signsgd.Problem{Covariance: p.K, Noise: law, Target: p.Fit.Target}
	switch s {
	case Real:
		problem.Samples = signsgd.Data{X: p.X, Y: p.Y}
	case Redrawn:
		problem.Samples = redrawn{x: p.X, y: p.Y.Values}
	case Independent:
		problem.Samples = redrawn{x: p.X, target: p.Fit.Target, law: law}
	}
	return problem
}

// Horizon returns the time t = n/d at which one pass through the n samples ends.
func (p *Problem) Horizon() float64 {
	n, d := p.X.Dims()
	return float64(n) / float64(d)
}
