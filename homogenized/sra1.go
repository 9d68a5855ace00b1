package homogenized

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// SRA1 is the stochastic Runge–Kutta method SRA1 of Rößler (SIAM J. Numer. Anal. 48
// (2010) 922) for additive noise. With a(t, y) the drift, b(t) the diffusion and
// I_10 = ∫_0^Δ W ds of a step,
//
//	H = y + ¾ a(t, y) Δ + (3/2) b(t+Δ) I_10/Δ,
//	y ← y + [⅓ a(t, y) + ⅔ a(t+¾Δ, H)] Δ + b(t+Δ)(W(Δ) − I_10/Δ) + b(t) I_10/Δ.
//
// Its strong order is 1.5 and its weak order 2, for limits with constant g_n; those of
// signSGD are. Others it refuses. The schedule should depend on t alone: one that
// depends on the path makes the noise multiplicative and the strong order 1/2. Each
// step takes two gradients and two normal vectors for each term of the noise; stability
// needs η h(R) λ_max Δ < 2.
type SRA1 struct {
	// Step is the largest step in t. The default, 0, and what is refused are those of
	// EulerMaruyama.
	Step float64
}

func (s SRA1) plan() plan {
	return plan{name: "SRA1", size: s.Step, draws: 2, explicit: true}
}

func (s SRA1) withStep(step float64) Scheme { s.Step = step; return s }

func (s SRA1) check(d *dynamics) error {
	if d.centre != nil {
		return errors.New("homogenized: SRA1 needs additive noise: that of a Centred limit depends on the path; EulerMaruyama draws it")
	}
	for n, term := range d.limit.Noise {
		for _, risk := range []float64{1e-3, 1, 1e3} {
			if _, slope := term.Gain(risk); slope != 0 {
				return fmt.Errorf("homogenized: SRA1 needs additive noise: Limit.Noise[%d].Gain has slope %v at risk %v, must be constant", n, slope, risk)
			}
		}
	}
	return nil
}

func (s SRA1) start(d *dynamics) stepper {
	return &sra1{stage: make([]float64, d.dim), slope: make([]float64, d.dim)}
}

type sra1 struct{ stage, slope []float64 } // H and ∇R(H)

func (s *sra1) step(p *path, dt float64, dw []increment) error {
	later, err := p.rateAt(p.t+0.75*dt, p)
	if err != nil {
		return err
	}
	// At a jump of the schedule this step still belongs to what is before it.
	end, err := p.rateAt(math.Nextafter(p.t+dt, p.t), p)
	if err != nil {
		return err
	}
	p.frame.precondition(p.slope)
	floats.AddScaledTo(s.stage, p.y, -0.75*p.eta*p.h*dt, p.slope)
	floats.AddScaled(p.y, -p.eta*p.h*dt/3, p.slope)
	for n, w := range dw {
		// W(Δ) = unit·first and I_10/Δ = ½ unit·(first + second/√3).
		unit := math.Sqrt(p.g[n] * dt / float64(p.dim))
		mean, rest := unit/2, unit/(2*math.Sqrt(3))
		floats.AddScaled(s.stage, 1.5*end*mean, w.first)
		floats.AddScaled(s.stage, 1.5*end*rest, w.second)
		floats.AddScaled(p.y, (end+p.eta)*mean, w.first)
		floats.AddScaled(p.y, (p.eta-end)*rest, w.second)
	}
	risk := p.frame.gradient(s.slope, s.stage)
	if err := p.finite(risk); err != nil {
		return err
	}
	h, err := p.coefficients(risk, p.g)
	if err != nil {
		return err
	}
	p.frame.precondition(s.slope)
	floats.AddScaled(p.y, -later*h*dt*2/3, s.slope)
	return nil
}
