package memory

import "math"

// Adam is the quotient Σ_k a_k g_k/√(Σ_k b_k g_k²) with a_k = (1−β1)β1^k and
// b_k = (1−β2)β2^k, the current gradient included. Beta1 = 0 is RMSProp. It needs
// β1² < β2, or β1 = 0; see Adam.Bounded.
type Adam struct{ Beta1, Beta2 float64 }

// Bounded reports whether the quotient is bounded: β1² < β2, or β1 = 0, by Cauchy and
// Schwarz. Then κ(1) is finite for every noise. It is finite as long as
// β1² < β2^{1−α/2} for residuals of the tail index α ≤ 2, but where the quotient is not
// bounded the terms of Ω grow with the lag.
func (a Adam) Bounded() bool { return a.Beta1 == 0 || a.Beta1*a.Beta1 < a.Beta2 }

// adamGrid holds functions of one variable s at the points of a grid in log s, b_k scaled to
// β2^k.
type adamGrid struct {
	rule        Adam
	first, step float64
	lag         int       // points between s and s/β2
	m           []float64 // M_1(s) = E (1+2sS)^{−½}
	n           []float64 // N(s), Stein's form of E[Σ ℓ r (1+2sS)^{−3/2}]/(2R)
	j           []float64 // E[S (1+2sS)^{−3/2}]
	top         float64   // log u where M(u) is about 1/2
}

// newAdamGrid returns the functions of the residual.
func newAdamGrid(r Residual, a Adam) *adamGrid {
	g := &adamGrid{rule: a, step: stepSize, lag: math.MaxInt, top: r.scale()}
	if a.Beta2 > 1e-30 {
		span := -math.Log(a.Beta2)
		g.lag = int(math.Ceil(span / stepSize))
		g.step = span / float64(g.lag)
	}
	const below, above, ahead, behind = 80, 70, 5, 84
	g.first = g.top - below + math.Log1p(-a.Beta2)
	n := int((g.top+above-g.first)/g.step) + 1
	// The averages over Z² ~ χ² of f(sZ²) are sums over shifts of a coarse grid. Shifts x
	// of which e^{x/2} is below 1e-9 see a function that is as good as constant.
	const step, skip = stepSize, int((behind - 42) / stepSize)
	lo, hi := int(behind/step), int(ahead/step)
	kernel, square := make([]float64, lo+hi+1), make([]float64, lo+hi+1)
	for k := range kernel {
		x := float64(k-lo) * step
		kernel[k] = step * math.Exp(x/2-math.Exp(x)/2) / math.Sqrt(2*math.Pi)
		square[k] = kernel[k] * math.Exp(x)
	}
	points := int((g.top+above-g.first)/step) + 9
	m, s, d := make([]float64, points+len(kernel)), make([]float64, points+len(kernel)), make([]float64, points+len(kernel))
	for i := range m {
		own, decay, stein := r.at(math.Exp(g.first + float64(i-lo)*step))
		m[i], s[i], d[i] = own, own*stein*float64(r.Batch), own*decay
	}
	rest := 0.0
	for _, k := range kernel[:skip] {
		rest += k
	}
	var coarse [3][]float64
	for q := range coarse {
		coarse[q] = make([]float64, points)
	}
	for i := range points {
		sumM, sumN, sumJ := rest*m[i+skip], 0.0, 0.0
		for k := skip; k < len(kernel); k++ {
			sumM += kernel[k] * m[i+k]
			sumN += square[k] * s[i+k]
			sumJ += square[k] * d[i+k]
		}
		coarse[0][i], coarse[1][i], coarse[2][i] = sumM, sumN, sumJ
	}
	block := make([]float64, 3*n)
	g.m, g.n, g.j = block[:n], block[n:2*n], block[2*n:]
	for i := range n {
		at := float64(i) * g.step / step
		g.m[i], g.n[i], g.j[i] = interpolate(coarse[0], at), interpolate(coarse[1], at), interpolate(coarse[2], at)
	}
	return g
}

// at returns log s at the j-th point.
func (g *adamGrid) at(j int) float64 { return g.first + float64(j)*g.step }

// product returns Π_k M_1(β2^k s).
func (g *adamGrid) product() []float64 {
	p := make([]float64, len(g.m))
	for j, m := range g.m {
		p[j] = m
		if j >= g.lag {
			p[j] *= p[j-g.lag]
		}
	}
	return p
}

// Drift returns h(R) = (1/√π) ∫ s^{−½} Π_j M_1(s b_j) Σ_k a_k N(s b_k)/M_1(s b_k) ds. The
// relative error is about 1e-10.
func (a Adam) Drift(r Residual) float64 {
	g := newAdamGrid(r, a)
	p := g.product()
	share := make([]float64, len(p))
	sum := 0.0
	for j := range p {
		if !(g.m[j] > 1e-250) || !(p[j] > 0) {
			break
		}
		before := float64(r.Batch)
		if j >= g.lag {
			before = share[j-g.lag]
		}
		share[j] = (1-a.Beta1)*g.n[j]/g.m[j] + a.Beta1*before
		sum += math.Exp(g.at(j)/2) * p[j] * share[j]
	}
	return sum * g.step / math.Sqrt(math.Pi*(1-a.Beta2))
}

// lags returns Ω(s) = 1 + 2Σ_{n≥1} t^n Π_{j≤n} M_1(sβ2^{−j}), t = β1/√β2, at the points.
func (g *adamGrid) lags() []float64 {
	omega := make([]float64, len(g.m))
	if g.rule.Beta1 > 0 {
		t := g.rule.Beta1 / math.Sqrt(g.rule.Beta2)
		for j := len(omega) - 1 - g.lag; j >= 0; j-- {
			omega[j] = t * g.m[j+g.lag] * (1 + omega[j+g.lag])
		}
	}
	for j := range omega {
		omega[j] = 1 + 2*omega[j]
	}
	return omega
}

// One returns κ(1; R), where the integrand of Kappa depends on s+s' but for Ω,
//
//	κ(1) = (1/(π(1−β2))) ∫_0^∞ Π_k M_1(β2^k y) Σ_k a_k² (J/M_1)(β2^k y) ∫_0^1 Ω(xy) (x(1−x))^{−½} dx dy.
//
// The relative error is about 1e-8.
func (a Adam) One(r Residual) float64 { return newAdamGrid(r, a).one() }

func (g *adamGrid) one() float64 {
	a := g.rule
	p, omega := g.product(), g.lags()
	var x, w []float64 // of the inner integral, x = 1/(1+e^{−τ})
	if a.Beta1 > 0 {
		for tau := -44.0; tau <= 44; tau += 0.5 {
			x = append(x, -softplus(-tau))
			w = append(w, 0.5*math.Exp(-(softplus(tau)+softplus(-tau))/2))
		}
	}
	share := make([]float64, len(p))
	sum := 0.0
	for j := range p {
		if !(g.m[j] > 1e-250) || !(p[j] > 0) {
			break
		}
		share[j] = (1 - a.Beta1) * (1 - a.Beta1) * g.j[j] / g.m[j]
		if j >= g.lag {
			share[j] += a.Beta1 * a.Beta1 * share[j-g.lag]
		} else {
			share[j] /= 1 - a.Beta1*a.Beta1
		}
		inner := math.Pi
		if len(x) > 0 {
			inner = 0
			for i, v := range x {
				at := max(0, float64(j)+v/g.step)
				inner += w[i] * interpolate(omega, at)
			}
		}
		term := math.Exp(g.at(j)) * p[j] * share[j] * inner
		sum += term
		if g.at(j) > g.top && term < 1e-17*sum {
			break
		}
	}
	return sum * g.step / (math.Pi * (1 - a.Beta2))
}
