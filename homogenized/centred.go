package homogenized

import (
	"errors"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
)

// centredEuler is the Euler–Maruyama step with the noise N(0, gM − m mᵀ), m = h TAν, of
// Appendix G, drawn exactly. With gM = LLᵀ and w = L⁻¹m,
//
//	L [I − (1−√(1−|w|²)) wwᵀ/|w|²] ξ
//
// has that law. L is not needed: with x = Lξ ~ N(0, gM) and u = (gM)⁻¹m it is
// x − (1−√(1−|w|²)) (u·x)/|w|² m, where |w|² = u·m.
type centredEuler struct{ draw, image []float64 }

func (c *centredEuler) step(p *path, dt float64, dw []increment) error {
	g := p.g[0]
	floats.ScaleTo(c.draw, math.Sqrt(g), dw[0].first)
	p.frame.precondition(p.slope)
	m := p.slope
	floats.Scale(p.h, m)
	if g > 0 {
		p.centre.mulVecTo(c.image, m)
		u := c.image
		floats.Scale(1/g, u)
		// |w|² ≤ 1 up to rounding wherever m is the mean of the update and gM its second
		// moment.
		square := floats.Dot(u, m)
		if square > 1+1e-9 {
			return p.fail(fmt.Errorf("Limit.Centred: the noise covariance less m mᵀ is indefinite at risk %v: mᵀ(gQ)⁻¹m is %v, must be at most 1", p.risk, square))
		}
		if square > 0 {
			// 1 − √(1−s) without cancellation for small s.
			shrink := 1 / (1 + math.Sqrt(max(1-square, 0)))
			floats.AddScaled(c.draw, -shrink*floats.Dot(u, c.draw), m)
		}
	}
	floats.AddScaled(p.y, -p.eta*dt, m)
	floats.AddScaled(p.y, p.eta*math.Sqrt(dt/float64(p.dim)), c.draw)
	return nil
}

// inverse is the inverse of the noise covariance of a Centred limit in the modes.
type inverse struct{ mulVecTo func(dst, x []float64) }

func newInverse(noises []gaussian) (*inverse, error) {
	if len(noises) != 1 {
		return nil, fmt.Errorf("homogenized: Limit.Centred needs a single term in Limit.Noise, not %d", len(noises))
	}
	singular := errors.New("homogenized: Limit.Centred: the noise covariance is singular: it must be positive definite")
	if m, ok := noises[0].(*independent); ok {
		if floats.Min(m.variances) == 0 {
			return nil, singular
		}
		return &inverse{func(dst, x []float64) { floats.DivTo(dst, x, m.variances) }}, nil
	}
	var chol mat.Cholesky
	if !chol.Factorize(noises[0].(*spectra.Dense)) || chol.Cond() > 1e12 {
		return nil, singular
	}
	var inv mat.SymDense
	if err := chol.InverseTo(&inv); err != nil {
		return nil, singular
	}
	k, err := spectra.NewDense(&inv)
	if err != nil {
		return nil, fmt.Errorf("homogenized: Limit.Centred: %w", err)
	}
	return &inverse{k.MulVecTo}, nil
}
