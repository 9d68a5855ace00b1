package homogenized

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// EulerMaruyama is the explicit Euler scheme,
//
//	Θ ← Θ − η h(R) A ν Δ + η √(Σ_n g_n(R) Q_n Δ/d) ξ,  ξ ~ N(0, I).
//
// The way to each recorded time is cut into the fewest equal steps Δ that do not
// exceed Step, so that records fall on steps.
type EulerMaruyama struct {
	Step float64 // largest step in t
}

func (e EulerMaruyama) validate() error {
	if !(e.Step > 0) || math.IsInf(e.Step, 1) {
		return fmt.Errorf("homogenized: EulerMaruyama.Step is %v: must be positive and finite", e.Step)
	}
	return nil
}

func (e EulerMaruyama) start(d *dynamics, rng *rand.Rand) signsgd.Walk {
	p := &eulerPath{dynamics: d, step: e.Step, nu: append([]float64{}, d.nu0...)}
	p.knu, p.work, p.theta = make([]float64, d.dim), make([]float64, d.dim), make([]float64, d.dim)
	p.xi = make([]*ahead, len(d.noise))
	for n, q := range d.noise {
		p.xi[n] = newAhead(q, rng)
	}
	return p
}

// eulerPath is a path of the Euler–Maruyama scheme.
type eulerPath struct {
	*dynamics
	step  float64
	t     float64
	risk  float64 // R(ν) at the start of the step
	nu    []float64
	knu   []float64 // scratch: Kν
	work  []float64 // scratch of Descent
	theta []float64 // scratch of the observers
	xi    []*ahead  // ξ_n ~ N(0, Q_n)
}

func (p *eulerPath) Advance(ctx context.Context, t float64) error {
	from := p.t
	steps := int(math.Ceil((t - from) / p.step * (1 - 1e-12)))
	for k := range steps {
		if err := ctx.Err(); err != nil {
			return err
		}
		p.t = from + (t-from)*float64(k)/float64(steps)
		if err := p.move((t - from) / float64(steps)); err != nil {
			return err
		}
	}
	p.t = t
	return nil
}

// Risk returns R at the start of the step: the path is a signsgd.Position.
func (p *eulerPath) Risk() float64 { return p.risk }

// Descent returns ½ νᵀKAν there.
func (p *eulerPath) Descent(basis spectra.Basis) float64 {
	return spectra.Descent(p.covariance, basis, p.deviations, p.nu, p.work)
}

// move makes one step of length dt.
func (p *eulerPath) move(dt float64) error {
	p.risk = spectra.Quadratic(p.covariance, p.nu, p.knu) / 2
	if math.IsNaN(p.risk) || math.IsInf(p.risk, 0) {
		return fmt.Errorf("homogenized: t = %v: %w", p.t, signsgd.ErrDiverged)
	}
	eta, err := signsgd.RateAt(p.rate, p.t, p)
	if err != nil {
		return err
	}
	if p.risk > 0 { // else ν has nowhere to go, though h may be infinite
		h, err := p.drift.at(p.risk)
		if err != nil {
			return fmt.Errorf("homogenized: t = %v: Limit.Drift %w", p.t, err)
		}
		if p.basis == spectra.Preconditioned {
			floats.Div(p.knu, p.deviations)
		}
		floats.AddScaled(p.nu, -eta*h*dt, p.knu)
	}
	for n, gain := range p.gains {
		g, err := gain.at(p.risk)
		if err != nil {
			return fmt.Errorf("homogenized: t = %v: Limit.Noise[%d].Gain %w", p.t, n, err)
		}
		floats.AddScaled(p.nu, eta*math.Sqrt(g*dt/float64(p.dim)), p.xi[n].next())
	}
	return nil
}

// Observe stores the risk and the values of the observers in dst.
func (p *eulerPath) Observe(dst []float64) {
	dst[0] = spectra.Quadratic(p.covariance, p.nu, p.knu) / 2
	if len(p.observers) == 0 {
		return
	}
	copy(p.theta, p.nu)
	if p.target != nil {
		floats.Add(p.theta, p.target)
	}
	for j, o := range p.observers {
		dst[1+j] = o.Of(p.theta)
	}
}

// ahead hands out samples one by one that it draws many at a time.
type ahead struct {
	sampler spectra.Sampler
	rng     *rand.Rand
	rows    []float64
	left    []float64 // the rows not handed out yet
	dim     int
}

func newAhead(q spectra.Covariance, rng *rand.Rand) *ahead {
	d := q.Dim()
	return &ahead{sampler: q.NewSampler(), rng: rng, rows: make([]float64, spectra.ChunkRows(d)*d), dim: d}
}

// next returns the next sample, valid until the call after it.
func (a *ahead) next() []float64 {
	if len(a.left) == 0 {
		a.sampler.Sample(a.rows, a.rng)
		a.left = a.rows
	}
	row := a.left[:a.dim]
	a.left = a.left[a.dim:]
	return row
}
