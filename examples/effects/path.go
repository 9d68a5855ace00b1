package main

import (
	"context"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// step is that of the Euler–Maruyama scheme, in t.
const step = 0.005

// paths integrates the hybrid's SDE.
func (h hybrid) paths(ctx context.Context, p signsgd.Problem, eta float64, s ensemble.Settings) (*ensemble.Band, error) {
	k := p.Covariance.(spectra.Structured)
	q, factor, err := h.noise(k)
	if err != nil {
		return nil, err
	}
	return ensemble.Gather(ctx, s, "hybrid", func(rng *rand.Rand) (ensemble.Walk, error) {
		return &path{
			hybrid: h, k: k, deviations: spectra.StandardDeviations(k), drift: h.drift(p), eta: eta, factor: factor,
			sampler: q.NewSampler(), rng: rng,
			nu: p.Displacement(nil, p.Init), knu: make([]float64, k.Dim()),
		}, nil
	})
}

// path is a path of the SDE of a hybrid.
type path struct {
	hybrid
	k           spectra.Covariance
	deviations  []float64
	drift       homogenized.Coefficient
	eta, factor float64
	sampler     spectra.Sampler
	rng         *rand.Rand
	t           float64
	nu, knu     []float64
	xi          []float64
}

// Advance moves on to time t in equal steps that do not exceed step.
func (p *path) Advance(ctx context.Context, t float64) error {
	if t <= p.t {
		return nil
	}
	d := len(p.nu)
	n := int(math.Ceil((t - p.t) / step * (1 - 1e-12)))
	dt := (t - p.t) / float64(n)
	if len(p.xi) < n*d {
		p.xi = make([]float64, n*d)
	}
	p.sampler.Sample(p.xi[:n*d], p.rng)
	for i := range n {
		if err := ctx.Err(); err != nil {
			return err
		}
		risk := spectra.Quadratic(p.k, p.nu, p.knu) / 2
		drift, _ := p.drift(risk)
		if p.preconditioned {
			floats.Div(p.knu, p.deviations)
		}
		floats.AddScaled(p.nu, -p.eta*drift*dt, p.knu)
		floats.AddScaled(p.nu, p.eta*math.Sqrt(p.factor*dt/float64(d)), p.xi[i*d:(i+1)*d])
	}
	p.t = t
	return nil
}

// Observe stores the risk.
func (p *path) Observe(dst []float64) {
	dst[0] = spectra.Quadratic(p.k, p.nu, p.knu) / 2
}
