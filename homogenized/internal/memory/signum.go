package memory

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// Signum is signSGD with momentum, the sign of Σ_k β^k g_k, 0 ≤ β < 1.
type Signum struct{ Beta float64 }

// Drift returns h(R). With L(u) = Π_k M(β^{2k}u) and D = −M'/M,
//
//	h = √(2/π) (1/√π) ∫_0^∞ u^{−½} L(u) Σ_k β^k (B − 2uβ^{2k}D(β^{2k}u)) du.
//
// The relative error is about 1e-13.
func (s Signum) Drift(r Residual) float64 {
	w := newWindow(r, s.Beta, 76, 90)
	sum := 0.0
	for j, share := range w.share {
		x := w.first + float64(j)*w.step
		term := math.Exp(x/2) * w.all[j] * share
		sum += term
		if x > w.top && math.Abs(term) < 1e-19*sum {
			break
		}
	}
	return math.Sqrt2 / math.Pi * sum * w.step
}

// Rest returns κ(ρ) − (2/π) arcsin ρ at increasing points 0 ≤ ρ ≤ 1: what the lags n ≠ 0
// give. With X = Σ_k β^{2k}S_k, N_n² of theory's γ_n = β^n √X/N_n is Y_n + β^{2n}X, where
// Y_n is independent of X and has the Laplace transform L(u)/L(β^{2n}u). Hence the sum over
// the lags is one integral,
//
//	κ'(ρ) = (2/π) [ (1−ρ²)^{−½} + (2/√π) ∫_0^∞ v^{−½} G((1−ρ²)v) ω(v) dv ],
//	G(u) = E √X e^{−uX},  ω(v) = Σ_{n≥1} L(β^{−2n}v)/L(v) = M(v/β²)(1 + ω(v/β²)).
//
// The error is about 1e-9 κ(1).
func (s Signum) Rest(r Residual, rho []float64) []float64 {
	out := make([]float64, len(rho))
	if s.Beta == 0 {
		return out
	}
	w := newWindow(r, s.Beta, 76, 70)
	n := len(w.own)
	omega := make([]float64, n)
	for j := n - 1; j >= 0; j-- {
		if j+w.lag >= n {
			omega[j], _, _ = r.at(w.at(j) / (s.Beta * s.Beta))
			continue
		}
		omega[j] = w.own[j+w.lag] * (1 + omega[j+w.lag])
	}
	loss := make([]float64, n) // −L'
	for j, all := range w.all {
		loss[j] = all * w.decay[j]
	}
	k, ratio := w.coarse(loss), w.coarse(omega)
	root := halfDerivative(k.y, k.step)
	for i := range root { // G
		root[i] *= math.Exp((k.first + float64(i)*k.step) / 2)
	}
	for i := range ratio.y {
		ratio.y[i] *= math.Exp((ratio.first + float64(i)*ratio.step) / 2)
	}
	slope := func(c float64) float64 {
		i, weights := place(math.Log(c) / k.step)
		sum := 0.0
		for _, v := range ratio.y {
			sum += v * average(root, i, &weights)
			i++
		}
		return 2 / math.SqrtPi * sum * ratio.step
	}
	integrate(out, rho, func(sine, cosine float64) float64 { return 2 / math.Pi * cosine * slope(cosine*cosine) })
	return out
}

// halfDerivative returns π^{−½} ∫ x^{−½} K(u+x) dx/√u at the points u of a grid in log u,
// from the values of K there. With x = ue^η it is an average of values of K log(1+e^η) ahead,
// with the same weights for each u.
func halfDerivative(k []float64, step float64) []float64 {
	const h, behind = 0.4, 3
	kernel := make([]float64, len(k)+behind+8)
	for n := -110; ; n++ {
		eta := float64(n) * h
		begin, weights := place(softplus(eta) / step)
		if begin >= len(k) {
			break
		}
		for j, w := range weights {
			kernel[begin+behind+j] += math.Exp(eta/2) * w
		}
	}
	out := make([]float64, len(k))
	for i := range out {
		sum := 0.0
		for j, w := range kernel[:len(k)+behind-i] {
			term := w * k[max(i+j-behind, 0)]
			sum += term
			if j > 2*behind && math.Abs(term) < 1e-17*sum {
				break
			}
		}
		out[i] = sum * h / math.SqrtPi
	}
	return out
}

// softplus returns log(1 + e^x).
func softplus(x float64) float64 {
	if x > 36 {
		return x
	}
	return math.Log1p(math.Exp(x))
}

// integrate stores in dst the integrals over θ from 0 to arcsin ρ of f(sin θ, cos θ), at
// increasing points 0 ≤ ρ ≤ 1. Near θ = π/2, where f may have a weak singularity, the panels
// shrink geometrically.
func integrate(dst, rho []float64, f func(sine, cosine float64) float64) {
	x, w := make([]float64, 6), make([]float64, 6)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	sum, from := 0.0, math.Pi/2 // angles to ρ = 1
	for i := range rho {
		for to := math.Acos(min(rho[i], 1)); from > to; {
			next := max(from/2, to)
			if next < 1e-3 {
				next = to
			}
			for k, t := range x {
				a := next + (from-next)*t
				sum += (from - next) * w[k] * f(math.Cos(a), math.Sin(a))
			}
			from = next
		}
		dst[i] = sum
	}
}
