package memory

import "math"

// Lion is the sign of Σ_k a_k g_k with a_0 = 1−β1 and a_k = β1(1−β2)β2^{k−1} beyond it,
// 0 ≤ β1, β2 < 1. Beta1 = Beta2 is Signum.
type Lion struct{ Beta1, Beta2 float64 }

// tail returns a_1/a_0.
func (l Lion) tail() float64 { return l.Beta1 * (1 - l.Beta2) / (1 - l.Beta1) }

// Drift returns h(R), as Signum's does with the weights of Lion. The relative error is about
// 1e-13.
func (l Lion) Drift(r Residual) float64 {
	q := l.tail()
	if q == 0 {
		return Signum{}.Drift(r)
	}
	w := newWindow(r, l.Beta2, 76+2*math.Abs(math.Log(q)), 90+2*math.Abs(math.Log(q)))
	sum := 0.0
	for j, share := range w.share {
		// The grid is that of the tail, q²u.
		x := w.first + float64(j)*w.step - 2*math.Log(q)
		m, _, stein := r.at(math.Exp(x))
		term := math.Exp(x/2) * m * w.all[j] * (float64(r.Batch)*stein + q*share)
		sum += term
		if x > w.top && math.Abs(term) < 1e-19*sum {
			break
		}
	}
	return math.Sqrt2 / math.Pi * sum * w.step
}

// Rest returns κ(ρ) − (2/π) arcsin ρ at increasing points 0 ≤ ρ ≤ 1: what the lags n ≠ 0
// give. Let q = a_1/a_0, c = q/β2, X = Σ_k β2^{2k}S_k with L(u) = E e^{−uX}, −L'/L = D_X.
// By Price's theorem κ'(ρ) is the expectation of 4 δ(U)δ(V) Cov(U,V|r) for the two sums of a
// lag. In Fourier space, in coordinates in which X sees y alone and the sum over n ends up
// in one function,
//
//	κ_rest(ρ) = (4/π²) ∫_0^{arcsin ρ} dθ ∫_0^π dα ∫_0^∞ dy M(p) L(q²y)
//	                   · [c D(p) + q² D_X(q²y)] Ω(y sin²α/cos²θ),
//	p = y [(cos α + (c−1) tan θ sin α)² + c² sin²α],
//	Ω(v) = Σ_{n≥1} M(β2^{−2n}v) L(q²β2^{−2n}v)/L(q²β2^{−2}v).
//
// The error is about 1e-8 κ(1).
func (l Lion) Rest(r Residual, rho []float64) []float64 {
	out := make([]float64, len(rho))
	q := l.tail()
	if q == 0 {
		return out
	}
	if l.Beta2 == 0 { // two gradients; β2 → 0 is smooth, and the formulas are not
		l.Beta2 = 1e-7
		q = l.tail()
	}
	logq2 := 2 * math.Log(q)
	w := newWindow(r, l.Beta2, 60+math.Abs(logq2), 60+math.Abs(logq2))
	n := len(w.own)
	// On the grid of q²v: the sum Σ_{n≥1} f(β2^{−2n}v), f(v) = M(v)L(q²v), over L(q²β2^{−2}v).
	f := make([]float64, n)
	for j := range f {
		m, _, _ := r.at(w.at(j) / (q * q))
		f[j] = m * w.all[j]
	}
	sums := make([]float64, n) // Σ_{n≥0} f(β2^{−2n}v)/L(q²v)
	for j := n - 1; j >= 0; j-- {
		m := 0.0
		if w.all[j] > 0 {
			m = f[j] / w.all[j]
		}
		sums[j] = m
		if j+w.lag < n {
			sums[j] += w.own[j+w.lag] * sums[j+w.lag]
		}
	}
	// All functions below are known on one grid in log u, or on each stride-th point of it,
	// so that a function of c·y is a moving average of eight of its values with fixed weights.
	every := max(1, int(stepSize/w.step))
	step := w.step * float64(every)
	stride := max(1, int(0.5/step)) // in log y
	omega := make([]float64, 0, n/every+1)
	for j := 0; j < n; j += every {
		omega = append(omega, sums[j])
	}
	toOmega := logq2 - 2*math.Log(l.Beta2)
	c := q / l.Beta2
	from := max(0, int((w.top-46+min(0, -logq2+2*math.Log1p(-l.Beta2))+logq2-w.first)/w.step))
	lo := w.first + float64(from)*w.step - logq2
	var old, oldDecay []float64 // y L(q²y) and q² D_X(q²y)
	for j := from; j < n && w.all[j] > 1e-280; j += every * stride {
		y := w.first + float64(j)*w.step - logq2
		if y > w.top+60 {
			break
		}
		old = append(old, math.Exp(y)*w.all[j])
		oldDecay = append(oldDecay, q*q*w.decay[j])
	}
	// M and c M D.
	first := w.top - 76 - math.Abs(logq2)
	own := make([]float64, int((156+2*math.Abs(logq2))/step))
	decay := make([]float64, len(own))
	for i := range own {
		m, d, _ := r.at(math.Exp(first + float64(i)*step))
		own[i], decay[i] = m, c*m*d
	}
	last := int((w.top - logq2 - lo) / (step * float64(stride)))
	nodes, weights := doubleExponential(angleStep(c))
	integrate(out, rho, func(sine, cosine float64) float64 {
		total := 0.0
		// p is least, c² sin²α, at the angle peak: a sharp ridge where c is small.
		peak := math.Atan2(cosine, (1-c)*sine)
		for a := range 2 * len(nodes) {
			node := a % len(nodes)
			from, share := 0.0, peak/math.Pi
			if a != node {
				from, share = peak, 1-share
			}
			sin, cos := math.Sincos(from + share*nodes[node])
			sin = max(sin, 1e-18) // of an angle that is π up to rounding
			form := cos + (c-1)*sine/cosine*sin
			i, ownWeights := place((lo + math.Log(form*form+c*c*sin*sin) - first) / step)
			k, omegaWeights := place((lo + 2*math.Log(sin/cosine) + toOmega - w.first) / step)
			sum := 0.0
			for at, v := range old {
				m := average(own, i, &ownWeights)
				term := v * m
				if !(m > 0) || at > last && term < 1e-13*sum {
					break
				}
				sum += v * average(omega, k, &omegaWeights) * (average(decay, i, &ownWeights) + m*oldDecay[at])
				i += stride
				k += stride
			}
			total += share * weights[node] * sum
		}
		return 4 / (math.Pi * math.Pi) * total * step * float64(stride)
	})
	return out
}

// angleStep returns the step of the rule over α. The integrand has structure at distances 1/c
// or c from the ends of its two parts, and needs more points where they are small.
func angleStep(c float64) float64 {
	switch {
	case c > 1e5:
		return 0.025
	case c > 1e3:
		return 0.05
	case c > 2 || c < 0.08:
		return 0.1
	}
	return 0.2
}

// doubleExponential returns the nodes and weights of the tanh-sinh rule on (0, π).
func doubleExponential(h float64) (x, w []float64) {
	for k := -int(3.4 / h); float64(k)*h <= 3.4; k++ {
		t := float64(k) * h
		s := math.Pi / 2 * math.Sinh(t)
		x = append(x, math.Pi/(1+math.Exp(-2*s)))
		w = append(w, h*math.Pi*math.Pi/4*math.Cosh(t)/(math.Cosh(s)*math.Cosh(s)))
	}
	return x, w
}
