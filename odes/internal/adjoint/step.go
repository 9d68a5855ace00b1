package adjoint

import (
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack/lapack64"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
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
		c.etaDescent = eq.EtaByDescent(t, at)
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
		for s := range a.moment {
			collocation.FromMoments(a.kernel[s], a.moment[s], &a.clock)
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
	f := collocation.Forcing{Clock: a.clock, End: a.clock[nodes-1], Inputs: make([][nodes]float64, a.sources), Drive: make([][nodes]float64, a.sources)}
	for s := range f.Inputs {
		for k, w := range collocation.Integrate[nodes-1] {
			f.Inputs[s][k] = w * a.size * a.node[k].decay * a.source[s][k]
		}
	}
	collocation.Drive(f.Drive, &a.clock, f.End, a.source)
	f.Move(p, p, lambda, [][]float64{nil, lambda}[:a.sources], nil)
}
