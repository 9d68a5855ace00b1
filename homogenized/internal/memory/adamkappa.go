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
//	L(s,s') = E Δ^{−½} = ∫ dχ f(χ) L_0(s w(χ)),
//	J(s,s') = ρ E[S Δ^{−3/2}] = ∫ dχ f(χ) g(χ) J_0(s w(χ)),
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
}, len(Quotients.Points)-1)

func spreadOf(n int) *spread {
	spreads[n].once.Do(func() { spreads[n].s = newSpread(Quotients.Points[n]) })
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

// Kappa returns κ(ρ; R) at the Points of Quotients,
//
//	κ(ρ) = (1/(π(1−β2))) ∬ (ss')^{−½} Π_k L(β2^k s, β2^k s')
//	                       · Σ_k a_k² (J/L)(β2^k s, β2^k s') Ω(s') ds ds',
//
// with the lags summed in Ω. The error is about 1e-8 κ(1).
func (a Adam) Kappa(r Residual) []float64 {
	k := newAdamKappa(r, a)
	out := make([]float64, len(Quotients.Points))
	for q := range out {
		if Quotients.Points[q] == 1 {
			out[q] = k.grid.one()
		} else {
			out[q] = k.at(spreadOf(q))
		}
	}
	return out
}

// adamKappa holds what the integrals of all ρ share.
type adamKappa struct {
	grid   *adamGrid
	omega  []float64 // Ω
	start  float64   // log s of the first point
	n      int       // points at steps of fineStep
	radial [2][]float64
	// Of one ratio s'/s: L and J/L at n points; Π_k L and Σ_k a_k² J/L on a grid of the step
	// of grid.
	value, quotient, product, share []float64
}

func newAdamKappa(r Residual, a Adam) *adamKappa {
	g := newAdamGrid(r, a)
	k := &adamKappa{grid: g, omega: g.lags()}
	const below, above, reach = 46, 44, 40
	k.start = g.top - below + math.Log1p(-a.Beta2)
	k.n = int((g.top + above - k.start) / fineStep)
	// L_0(y) = ∫e^{−e} M(2ey) de and J_0(y) = ∫e^{−e} 2e (−M')(2ey) de.
	length := k.n + int((ratioStep*ratios+8)/fineStep) - 2*firstShift
	lo, hi := int(reach/fineStep), int(5/fineStep)
	m, d := make([]float64, length+lo+hi+1), make([]float64, length+lo+hi+1)
	for i := range m {
		own, decay, _ := r.at(2 * math.Exp(k.start+float64(i-lo+firstShift)*fineStep))
		m[i], d[i] = own, own*decay
	}
	k.radial = [2][]float64{make([]float64, length), make([]float64, length)}
	for j := range lo + hi + 1 {
		x := float64(j-lo) * fineStep
		w := fineStep * math.Exp(x-math.Exp(x))
		for i := range length {
			k.radial[0][i] += w * m[i+j]
			k.radial[1][i] += 2 * math.Exp(x) * w * d[i+j]
		}
	}
	k.value, k.quotient = make([]float64, k.n), make([]float64, k.n)
	points := int(float64(k.n-8) * fineStep / g.step)
	k.product, k.share = make([]float64, points), make([]float64, points)
	return k
}

// at returns κ at the ρ of the spread.
func (k *adamKappa) at(s *spread) float64 {
	sum := 0.0
	for ratio := range ratios {
		sum += k.line(s, ratio)
	}
	return sum * ratioStep * k.grid.step / (math.Pi * (1 - k.grid.rule.Beta2))
}

// line returns the sum over log s at one ratio s'/s.
func (k *adamKappa) line(s *spread, ratio int) float64 {
	valid := k.n
	slope := s.weights[ratio][1]
	for i := range k.value {
		l, j := 0.0, 0.0
		at := i + s.from[ratio]
		first, second := k.radial[0][at:], k.radial[1][at:]
		for q, w := range s.weights[ratio][0] {
			l += w * first[q]
			j += slope[q] * second[q]
		}
		if !(l > 1e-250) || !(j > 0) {
			valid = i
			break
		}
		k.value[i], k.quotient[i] = l, j/l
	}
	if valid < 8 {
		return 0
	}
	g := k.grid
	beta := g.rule.Beta1
	delta := float64(ratio) * ratioStep
	sum, peak := 0.0, 0.0
	for x := range k.product {
		at := float64(x) * g.step / fineStep
		if at > float64(valid-1) {
			break
		}
		begin := max(0, min(int(at)-3, valid-8))
		w := lagrange(at - float64(begin))
		k.product[x] = max(average(k.value, begin, &w), 0)
		k.share[x] = (1 - beta) * (1 - beta) * average(k.quotient, begin, &w)
		if x >= g.lag {
			k.product[x] *= k.product[x-g.lag]
			k.share[x] += beta * beta * k.share[x-g.lag]
		} else {
			k.share[x] /= 1 - beta*beta
		}
		// Ω of both orders of s and s'. It is 1 without memory of gradients.
		y := k.start + float64(x)*g.step
		both := 1.0
		if beta > 0 {
			both = g.value(k.omega, y+delta)
			if ratio > 0 {
				both += g.value(k.omega, y)
			}
		} else if ratio > 0 {
			both = 2
		}
		term := math.Exp(y+delta/2) * k.product[x] * k.share[x] * both
		sum += term
		if peak = max(peak, term); term < 1e-13*peak {
			break
		}
	}
	return sum
}

// value interpolates a function on the grid.
func (g *adamGrid) value(f []float64, logS float64) float64 {
	at := (logS - g.first) / g.step
	return interpolate(f, max(0, min(at, float64(len(f)-1))))
}
