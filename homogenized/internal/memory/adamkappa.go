package memory

import (
	"math"
	"sync"

	"gonum.org/v1/gonum/floats"
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

const firstShift = -44 // below log(1−ρ) of the largest ρ < 1 of a fit

// spreads holds what spreadOf has made, by ρ.
var spreads sync.Map

// spreadOf returns the spread of ρ < 1, and makes it once.
func spreadOf(rho float64) *spread {
	once, ok := spreads.Load(rho)
	if !ok {
		once, _ = spreads.LoadOrStore(rho, sync.OnceValue(func() *spread { return newSpread(rho) }))
	}
	return once.(func() *spread)()
}

func newSpread(rho float64) *spread {
	s := new(spread)
	// The weights have poles at the distance √(2(1−ρ)) from τ = 0.
	h := min(0.025, 0.2*math.Sqrt(2*(1-rho)))
	last := int(26 / h)
	for m := range s.weights {
		delta := float64(m) * ratioStep
		length := int(delta/fineStep) - 2*firstShift + 8
		for q := range s.weights[m] {
			s.weights[m][q] = make([]float64, length)
		}
		for k := -last; k <= last; k++ {
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
		for w[0][s.from[m]] == 0 {
			s.from[m]++
		}
		to := len(w[0])
		for w[0][to-1] == 0 {
			to--
		}
		for q := range w {
			w[q] = w[q][s.from[m]:to]
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

// Kappa returns κ(ρ; R) at the given 0 < ρ ≤ 1, of which those other than 1 must be at most
// 0.9999,
//
//	κ(ρ) = (1/(π(1−β2))) ∬ (ss')^{−½} Π_k L(β2^k s, β2^k s')
//	                       · Σ_k a_k² (J/L)(β2^k s, β2^k s') Ω(s') ds ds',
//
// with the lags summed in Ω. The error is about 1e-8 κ(1).
func (a Adam) Kappa(r Residual, rho []float64) []float64 {
	k := newAdamKappa(r, a)
	out := make([]float64, len(rho))
	for q, v := range rho {
		if v == 1 {
			out[q] = k.grid.one()
		} else {
			out[q] = k.at(spreadOf(v))
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
	begin                           []int        // where the values begin that give L at a point of grid
	weights                         [][8]float64 // and their weights
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
	k.begin, k.weights = make([]int, points), make([][8]float64, points)
	for x := range points {
		at := float64(x) * g.step / fineStep
		k.begin[x] = max(0, int(at)-3)
		k.weights[x] = lagrange(at - float64(k.begin[x]))
	}
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
	weights, slopes := s.weights[ratio][0], s.weights[ratio][1]
	for i := range k.value {
		at := i + s.from[ratio]
		l := floats.Dot(weights, k.radial[0][at:at+len(weights)])
		j := floats.Dot(slopes, k.radial[1][at:at+len(slopes)])
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
	// Ω at s and at s' by weights that are the same at every point of the line.
	fromS, weightsS := place((k.start - g.first) / g.step)
	fromRatio, weightsRatio := place((k.start + delta - g.first) / g.step)
	sum, peak := 0.0, 0.0
	for x := range k.product {
		at := float64(x) * g.step / fineStep
		if at > float64(valid-1) {
			break
		}
		begin, w := k.begin[x], &k.weights[x]
		if begin > valid-8 {
			begin = valid - 8
			last := lagrange(at - float64(begin))
			w = &last
		}
		k.product[x] = max(average(k.value, begin, w), 0)
		k.share[x] = (1 - beta) * (1 - beta) * average(k.quotient, begin, w)
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
			both = lasting(k.omega, fromRatio+x, &weightsRatio)
			if ratio > 0 {
				both += lasting(k.omega, fromS+x, &weightsS)
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

// lasting is average for a function that keeps its last value beyond its grid.
func lasting(y []float64, begin int, w *[8]float64) float64 {
	if begin+8 > len(y) {
		return y[len(y)-1]
	}
	return average(y, begin, w)
}
