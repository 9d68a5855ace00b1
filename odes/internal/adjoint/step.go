package adjoint

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// evaluate stores the coefficients at time t and the position.
func (a *adjoint) evaluate(c *coefficients, t float64, at *march.Position) error {
	eq := a.eq
	eta, slope, err := eq.Eta(t, at)
	if err != nil {
		return err
	}
	c.etaRisk, c.etaDescent = slope, 0
	if at.Asked && at.Q > 0 {
		if c.etaDescent, err = rateByDescent(eq.Rate, t, at); err != nil {
			return err
		}
		a.sources = 2
	}
	h, dh, err := eq.Drift(at.R, t)
	if err != nil {
		return err
	}
	c.risk, c.eta, c.decay, c.h = at.R, eta, eta*h, h
	dim := float64(eq.Modes.Dim)
	for q := range c.own {
		clear(c.own[q])
	}
	var feedback [2]float64 // ∂η/∂R and ∂η/∂Q over η
	if eta > 0 {
		feedback = [2]float64{c.etaRisk / eta, c.etaDescent / eta}
	}
	if h > 0 {
		c.own[0][0] = -2 * dh / h
	}
	for f := range c.own {
		c.own[f][0] -= 2 * feedback[f]
	}
	for n := range eq.Limit.Noise {
		g, dg, err := eq.Gain(n, at.R, t)
		if err != nil {
			return err
		}
		c.g[n] = g
		if h > 0 {
			c.own[0][1+n] = eta * dg / (2 * dim * h)
			for f := range c.own {
				c.own[f][1+n] += eta * feedback[f] * g / (dim * h)
			}
		}
	}
	return nil
}

// rateByDescent returns ∂η/∂Q, Q = Σ λ_i r_i, by a central difference.
func rateByDescent(rate schedule.Schedule, t float64, at *march.Position) (float64, error) {
	const bump = 1e-5
	descent := at.Q
	defer func() { at.Q = descent }()
	at.Q = descent * (1 + bump)
	above, err := schedule.At(rate, t, at)
	if err != nil {
		return 0, err
	}
	at.Q = descent * (1 - bump)
	below, err := schedule.At(rate, t, at)
	return (above - below) / (2 * bump * descent), err
}

// collect passes over the modes and collects the sums at the nodes without sources,
// and their responses to S/a and U/a at the nodes.
func (a *adjoint) collect() {
	clear(a.free)
	clear(a.bound)
	for s := range a.moment {
		clear(a.moment[s])
		clear(a.kernel[s])
	}
	total := a.clock[nodes-1]
	anyDriven := false
	var left [nodes]float64
	var kernel [nodes][nodes]float64
	for i, l := range a.eq.Modes.Lambda {
		rate := 2 * l
		for j := range nodes {
			left[j] = collocation.ExpNegative(rate * a.clock[j])
		}
		driven := rate*total >= collocation.Slow
		anyDriven = anyDriven || driven
		for j := 1; j < nodes; j++ {
			if driven {
				collocation.DecayMoments(&kernel[j], rate*a.clock[j], left[j])
				continue
			}
			for k := range nodes {
				kernel[j][k] = collocation.Integrate[j][k] * a.size * left[j] / left[k] * a.node[k].decay
			}
		}
		for q := range a.free {
			for j := range nodes {
				w := l * a.modes[j][i]
				if q > 0 {
					w = a.eq.Modes.Weights[q-1][i]
				}
				if w == 0 {
					continue
				}
				a.free[q][j] += w * a.p[i] * left[j]
				a.bound[q][j] += w * math.Abs(a.p[i]) * left[j]
				if j == 0 {
					continue
				}
				for s := range a.moment {
					into := &a.kernel[s][q][j]
					if driven {
						into = &a.moment[s][q][j]
					}
					for k, v := range kernel[j] {
						into[k] += w * v
					}
					w *= l // of U
				}
			}
		}
	}
	if anyDriven {
		a.fromMoments(total)
	}
}

// fromMoments turns the responses to Legendre's polynomials over the clock into those
// to the values of S/a at the nodes. It does what those of march do.
func (a *adjoint) fromMoments(total float64) {
	sigma := a.clock
	for k := range sigma {
		sigma[k] /= total
	}
	basis := collocation.NewLagrange(&sigma)
	for j := 1; j < nodes; j++ {
		for g, x := range collocation.Gauss.Point {
			values := basis.Values(basis.Point[j] * x)
			for s := range a.moment {
				for q := range a.moment[s] {
					weight := 0.0
					for p, m := range a.moment[s][q][j] {
						weight += m * collocation.Gauss.Project[g][p]
					}
					weight *= a.clock[j]
					for k, v := range values {
						a.kernel[s][q][j][k] += weight * v
					}
				}
			}
		}
	}
}

// sumUp finds the sources at the nodes, which depend on the sums, and the sums. It
// reports whether that succeeded.
func (a *adjoint) sumUp() bool {
	n := a.sources * nodes
	clear(a.matrix.Data)
	for f := range a.sources {
		for j := range nodes {
			row := a.matrix.Data[(f*nodes+j)*n : (f*nodes+j+1)*n]
			value := 0.0
			for q, w := range a.node[j].own[f] {
				value += w * a.free[q][j]
				for s := range a.kernel {
					for k, v := range a.kernel[s][q][j] {
						row[s*nodes+k] -= w * v
					}
				}
			}
			row[f*nodes+j]++
			a.right.Data[f*nodes+j] = value
		}
	}
	for _, v := range a.matrix.Data {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return false
		}
	}
	if !lapack64.Getrf(a.matrix, a.pivots) {
		return false
	}
	lapack64.Getrs(blas.NoTrans, a.matrix, a.right, a.pivots)
	for s := range a.source {
		copy(a.source[s][:], a.right.Data[s*nodes:])
	}
	for q := range a.sum {
		for j := range nodes {
			a.sum[q][j] = a.free[q][j]
			for s := range a.kernel {
				for k, v := range a.kernel[s][q][j] {
					a.sum[q][j] += v * a.source[s][k]
				}
			}
		}
	}
	return true
}

// move moves p of the modes λ to the start of the step.
func (a *adjoint) move(p, lambda []float64) {
	const last = nodes - 1
	total := a.clock[last]
	drive := make([][nodes]float64, a.sources)
	if total > 0 {
		sigma := a.clock
		for k := range sigma {
			sigma[k] /= total
		}
		projected := collocation.NewLagrange(&sigma).Legendre(1)
		for s := range drive {
			for n := range nodes {
				for k := range nodes {
					drive[s][n] += total * projected[n][k] * a.source[s][k]
				}
			}
		}
	}
	var m [nodes]float64
	for i, l := range lambda {
		rate := 2 * l
		left := collocation.ExpNegative(rate * total)
		p[i] *= left
		driven := rate*total >= collocation.Slow
		if driven {
			collocation.DecayMoments(&m, rate*total, left)
		}
		weight := 1.0
		for s := range drive {
			forced := 0.0
			if driven {
				for n, v := range m {
					forced += drive[s][n] * v
				}
			} else {
				for k := range nodes {
					forced += collocation.Integrate[last][k] * a.size * math.Exp(rate*(a.clock[k]-total)) * a.node[k].decay * a.source[s][k]
				}
			}
			p[i] += weight * forced
			weight *= l
		}
	}
}
