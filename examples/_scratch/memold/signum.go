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
	// −L', and G/√u on the coarse grid.
	k := w.coarse(func(j int) float64 { return w.all[j] * w.decay[j] })
	root := logs{first: k.first, step: k.step, y: make([]float64, max(len(k.y)-8, 1))}
	for i := range root.y {
		root.y[i] = math.Log(halfDerivative(&k, i)) + (root.first+float64(i)*root.step)/2
	}
	ratio := w.coarse(func(j int) float64 { return omega[j] })
	slope := func(c float64) float64 {
		shift, sum := math.Log(c), 0.0
		for i, y := range ratio.y {
			x := ratio.first + float64(i)*ratio.step
			sum += root.at(x+shift) * math.Exp(y+x/2)
		}
		return 2 / math.SqrtPi * sum * ratio.step
	}
	integrate(out, rho, func(sine, cosine float64) float64 { return 2 / math.Pi * cosine * slope(cosine*cosine) })
	return out
}

// halfDerivative returns π^{−½} ∫ x^{−½} K(u+x) dx/√u at the i-th point of the grid of K.
func halfDerivative(k *logs, i int) float64 {
	const h = 0.4
	sum := 0.0
	top := float64(len(k.y) - 1)
	for n := -110; ; n++ {
		eta := float64(n) * h
		at := float64(i) + softplus(eta)/k.step
		if at > top {
			break
		}
		term := math.Exp(eta/2 + interpolate(k.y, at))
		sum += term
		if n > 0 && !(term > 1e-17*sum) {
			break
		}
	}
	return sum * h / math.SqrtPi
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
