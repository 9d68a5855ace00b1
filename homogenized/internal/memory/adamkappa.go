package memory

import (
	"math"
	"sync"
)

// Steps of the grids: in log s for functions of one variable, and in log(s'/s).
const (
	fineStep  = 0.25
	ratioStep = 1.0
	ratios    = 34 // values of log(s'/s) ≥ 0
)

// spread holds what turns functions of one variable into those of two. For S = Σr², and
// z¹, z² of correlation ρ in polar coordinates, E over the radius leaves
//
//	L(s,s') = E Δ^{−½} = ∫ dχ f(χ) L_0(s w(χ)),  J(s,s') = ρ E[S Δ^{−3/2}] = ∫ dχ f(χ) g(χ) J_0(s w(χ)),
//
// which are sums over shifts of log s for each ratio s'/s. They depend on ρ alone.
type spread struct {
	weights [ratios][2][]float64 // of shifts from firstShift on
	from    [ratios]int          // index of the first weight that is not 0
}

const firstShift = -24

var spreads = make([]struct {
	once sync.Once
	s    *spread
}, len(MixturePoints)-1)

func spreadOf(n int) *spread {
	spreads[n].once.Do(func() { spreads[n].s = newSpread(MixturePoints[n]) })
	return spreads[n].s
}

func newSpread(rho float64) *spread {
	s := new(spread)
	const h = 0.025
	for m := range s.weights {
		delta := float64(m) * ratioStep
		length := int(delta/fineStep) - 2*firstShift + 8
		for q := range s.weights[m] {
			s.weights[m][q] = make([]float64, length)
		}
		for k := -1040; k <= 1040; k++ {
			tau := float64(k) * h
			cosh := math.Cosh(tau)
			cos2 := 1 / (1 + math.Exp(2*tau))
			y := cos2 + math.Exp(delta)*(1-cos2)
			if tau < 0 {
				sin2 := math.Exp(2*tau) / (1 + math.Exp(2*tau))
				y = cos2 + math.Exp(delta)*sin2
			}
			for _, sign := range []float64{1, -1} {
				sine := sign / cosh // of 2χ
				w := h / (2 * cosh) * math.Sqrt(1-rho*rho) / (math.Pi * (1 - rho*sine))
				part := (1 - rho*rho) / (1 - rho*sine)
				shift := math.Log(y*part)/fineStep - firstShift
				base := int(shift) - 3
				if base < 0 || base+8 > length {
					continue
				}
				for i, c := range lagrange(shift - float64(base)) {
					s.weights[m][0][base+i] += w * c
					s.weights[m][1][base+i] += w * c * part * sine / 2
				}
			}
		}
	}
	for m := range s.weights {
		w := &s.weights[m]
		for s.from[m] < len(w[0]) && w[0][s.from[m]] == 0 {
			s.from[m]++
		}
		for q := range w {
			w[q] = w[q][s.from[m]:]
		}
	}
	return s
}

// lagrange returns the weights of the values at 0, …, 7 in the interpolation at x.
func lagrange(x float64) (w [8]float64) {
	product := 1.0 // Π_{i<j}(x−i)
	for j := range w {
		w[j] = inverseProducts[j] * product
		product *= x - float64(j)
	}
	product = 1
	for j := 7; j >= 0; j-- {
		w[j] *= product
		product *= x - float64(j)
	}
	return w
}

// Kappa returns κ(ρ; R) at MixturePoints,
//
//	κ(ρ) = (1/(π(1−β2))) ∬ (ss')^{−½} Π_k L(β2^k s, β2^k s') Σ_k a_k² (J/L)(β2^k s, β2^k s') Ω(s') ds ds',
//
// with the lags summed in Ω. The error is about 1e-7 κ(1).
func (a Adam) Kappa(r Residual) []float64 {
	g := newAdamGrid(r, a)
	out := make([]float64, len(MixturePoints))
	omega := g.lags()
	// L_0(y) = ∫e^{−e} M(2ey) de and J_0(y) = ∫e^{−e} 2e (−M')(2ey) de.
	const below, above, reach = 46, 44, 40
	start := g.top - below + math.Log1p(-a.Beta2)
	n := int((g.top + above - start) / fineStep)
	more := int((ratioStep*ratios+8)/fineStep) - 2*firstShift
	radial := [2][]float64{make([]float64, n+more), make([]float64, n+more)}
	lo, hi := int(reach/fineStep), int(5/fineStep)
	total := n + more + lo + hi + 1
	m, d := make([]float64, total), make([]float64, total)
	for i := range m {
		own, decay, _ := r.at(2 * math.Exp(start+float64(i-lo+firstShift)*fineStep))
		m[i], d[i] = own, own*decay
	}
	for k := range lo + hi + 1 {
		x := float64(k-lo) * fineStep
		w := fineStep * math.Exp(x-math.Exp(x))
		for i := range radial[0] {
			radial[0][i] += w * m[i+k]
			radial[1][i] += 2 * math.Exp(x) * w * d[i+k]
		}
	}
	points := int(float64(n-8) * fineStep / g.step)
	valueL, quotient := make([]float64, n), make([]float64, n) // L and J/L
	product, share := make([]float64, points), make([]float64, points)
	for q, rho := range MixturePoints {
		if rho == 1 {
			out[q] = g.one()
			continue
		}
		s := spreadOf(q)
		sum := 0.0
		for ratio := range ratios {
			valid := n
			for i := range valueL {
				l, j := 0.0, 0.0
				at := i + s.from[ratio]
				first, second := radial[0][at:], radial[1][at:]
				slope := s.weights[ratio][1]
				for k, w := range s.weights[ratio][0] {
					l += w * first[k]
					j += slope[k] * second[k]
				}
				if !(l > 1e-250) || !(j > 0) {
					valid = i
					break
				}
				valueL[i], quotient[i] = l, j/l
			}
			if valid < 8 {
				continue
			}
			delta := float64(ratio) * ratioStep
			part, peak := 0.0, 0.0
			for x := range points {
				at := float64(x) * g.step / fineStep
				if at > float64(valid-1) {
					break
				}
				begin := max(0, min(int(at)-3, valid-8))
				w := lagrange(at - float64(begin))
				product[x] = max(average(valueL, begin, &w), 0)
				share[x] = (1 - a.Beta1) * (1 - a.Beta1) * average(quotient, begin, &w)
				if x >= g.lag {
					product[x] *= product[x-g.lag]
					share[x] += a.Beta1 * a.Beta1 * share[x-g.lag]
				} else {
					share[x] /= 1 - a.Beta1*a.Beta1
				}
				y := start + float64(x)*g.step
				both := 1.0 // Ω without memory of gradients
				if a.Beta1 > 0 {
					both = g.value(omega, y+delta)
				}
				if ratio > 0 {
					if a.Beta1 > 0 {
						both += g.value(omega, y)
					} else {
						both++
					}
				}
				term := math.Exp(y+delta/2) * product[x] * share[x] * both
				part += term
				if peak = max(peak, term); term < 1e-13*peak {
					break
				}
			}
			sum += part
		}
		out[q] = sum * ratioStep * g.step / (math.Pi * (1 - a.Beta2))
	}
	return out
}

// value interpolates a function on the grid.
func (g *adamGrid) value(f []float64, logS float64) float64 {
	at := (logS - g.first) / g.step
	return interpolate(f, max(0, min(at, float64(len(f)-1))))
}
