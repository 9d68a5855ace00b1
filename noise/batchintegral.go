package noise

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// batchIntegral is ∫_0^∞ p(u)^B du, p(u) = (1+u²)^(−½) F(T), T = R + R/u², F = (π/2) φ of
// the law. p decreases from p(0) = 1.
type batchIntegral struct {
	law     Compression
	risk, b float64
	origin  float64 // log u where p^B is about 1/e
}

// at returns −log F(T) and its derivative in −log T, TF'(T)/F(T).
func (i *batchIntegral) at(u2 float64) (loss, growth float64) {
	t := i.risk + i.risk/u2
	if t > math.MaxFloat64 {
		return 0, 0
	}
	phi, slope := i.law.Phi(t)
	if phi == 0 {
		return math.Inf(1), 0
	}
	return -math.Log1p((phi - limitPhi) / limitPhi), t * slope / phi
}

// locate sets origin, to within a factor of two in u.
func (i *batchIntegral) locate() {
	beyond := func(y float64) bool {
		u2 := math.Exp(2 * y)
		loss, _ := i.at(u2)
		return i.b*(loss+math.Log1p(u2)/2) > 1
	}
	hi := 0.5 * math.Log(math.Expm1(2/i.b)) // p ≤ (1+u²)^(−½)
	lo := hi
	for step := 1.0; beyond(lo) && lo > -350; step *= 2 {
		hi = lo
		lo -= step
	}
	for hi-lo > 0.5 {
		if mid := (lo + hi) / 2; beyond(mid) {
			hi = mid
		} else {
			lo = mid
		}
	}
	i.origin = lo
}

// batchStart is where the sums over t begin, u = exp(origin + t − e^−t): u is e^-44 of
// its origin there.
const batchStart = -3.7

// node returns u and d log u/dt.
func (i *batchIntegral) node(t float64) (u, stretch float64) {
	lag := math.Exp(-t)
	return math.Exp(i.origin + t - lag), 1 + lag
}

// few returns the integral of p^B and that of p^B B TF'(T)/F(T).
func (i *batchIntegral) few() (sum, weighted float64) {
	const h = 0.1
	for k := 0; ; k++ {
		t := batchStart + float64(k)*h
		u, stretch := i.node(t)
		u2 := u * u
		loss, growth := i.at(u2)
		term := h * u * stretch * math.Exp(-i.b*(loss+math.Log1p(u2)/2))
		sum += term
		weighted += term * i.b * growth
		if t < 0 {
			continue
		}
		// What remains: F only falls, and TF'/F ≤ −log F by the concavity of
		// −x log x.
		rest := math.Exp(-i.b*loss-(i.b/2-1)*math.Log1p(u2)) * min(math.Pi/2, 1/u)
		if rest == 0 || (rest <= 1e-17*sum && rest*i.b*loss <= 1e-17*weighted) {
			return sum, weighted
		}
	}
}

// manyNoises is the batch from which few would lose digits: −log F is of the order
// of 1/B then, and F has it only to ε.
const manyNoises = 128

// many is few without that loss: it has −log F from the sum of its derivative, which
// is accurate relative to itself wherever φ' is.
func (i *batchIntegral) many() (sum, weighted float64) {
	const (
		h     = 0.05
		nodes = 1024
		ahead = len(forward) / 2 // steps that forward looks beyond the one it integrates
		first = ahead - 1        // steps it looks behind
	)
	var growth, rate [nodes]float64 // TF'/F and the derivative of −log F in t
	var u, stretch [nodes]float64
	var start float64 // −log F at the first node
	n, past := 0, 0
	for ; n < nodes && past <= ahead; n++ {
		u[n], stretch[n] = i.node(batchStart + float64(n-first)*h)
		if n < first { // φ is not asked
			continue
		}
		u2 := u[n] * u[n]
		var loss float64
		loss, growth[n] = i.at(u2)
		if n == first {
			start = loss
		}
		rate[n] = growth[n] * 2 / (1 + u2) * stretch[n] // d log T = −2/(1+u²) d log u
		if i.b*(loss+math.Log1p(u2)/2) > 60 {
			past++
		}
	}
	if past == 0 { // p hardly falls: tails of index near 0
		return i.few()
	}

	// Up to the first node −log F follows a power of T = R/u², so that it is growth
	// over that power. The next term of the expansion is of the order of its square.
	if growth[first] > 0 {
		power := math.Log(growth[first+1]/growth[first]) / math.Log(u[first+1]/u[first])
		if loss := 2 * growth[first] / power; loss < 1e-8 {
			start = loss
		}
		for k := range first {
			rate[k] = growth[first] * math.Pow(u[k]/u[first], power) * 2 * stretch[k]
		}
	}
	loss := start
	for k := first; k < n-ahead; k++ {
		term := h * u[k] * stretch[k] * math.Exp(-i.b*(loss+math.Log1p(u[k]*u[k])/2))
		sum += term
		weighted += term * i.b * growth[k]
		for j, c := range forward {
			loss += h * c * rate[k-first+j]
		}
	}
	return sum, weighted
}

// forward holds the weights that integrate a function over the middle one of 11 equal
// steps from its values at their 12 ends, exactly for polynomials of degree 11.
var forward = func() (c [12]float64) {
	x, w := make([]float64, 8), make([]float64, 8)
	quad.Legendre{}.FixedLocations(x, w, 5, 6)
	for j := range c {
		for k, at := range x {
			lagrange := w[k]
			for m := range c {
				if m != j {
					lagrange *= (at - float64(m)) / float64(j-m)
				}
			}
			c[j] += lagrange
		}
	}
	return c
}()
