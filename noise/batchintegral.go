package noise

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// batchIntegral is the integral ∫_0^∞ p(u)^B du of
//
//	p(u) = (1+u²)^(−½) F(T),  T = R + R/u²,  F = (π/2) φ of the law.
//
// The function p decreases from p(0) = 1 to p(∞) = 0. The loss below is −log F(T), and
// the growth is its derivative TF'(T)/F(T) in −log T.
type batchIntegral struct {
	law    Compression
	risk   float64 // R
	batch  float64 // B
	origin float64 // log u where p^B is about 1/e

	last, loss, growth float64 // the T asked for last, and what lossAt returned

	far                             bool // whether the following are known
	farLoss, farGrowth, farExponent float64
}

// lossAt returns the loss and the growth at u² = u2. It does not ask the law again for the
// same T, which is R for all u above 1e8.
func (i *batchIntegral) lossAt(u2 float64) (loss, growth float64) {
	t := i.risk + i.risk/u2
	if t > math.MaxFloat64 {
		return i.beyond(u2)
	}
	if t == i.last {
		return i.loss, i.growth
	}
	i.last = t
	i.loss, i.growth = i.ask(t)
	return i.loss, i.growth
}

// ask returns the loss and the growth at T = t.
func (i *batchIntegral) ask(t float64) (loss, growth float64) {
	phi, slope := i.law.Phi(t)
	if phi == 0 {
		return math.Inf(1), 0
	}
	return -math.Log1p((phi - limitPhi) / limitPhi), t * slope / phi
}

// beyond is lossAt where T = R/u² exceeds the largest float64. The loss and the growth follow
// the power of T there that they follow at the end of the range, as they do from a scale of
// about ε² on.
func (i *batchIntegral) beyond(u2 float64) (loss, growth float64) {
	const end = 0x1p1023
	if !i.far {
		i.far = true
		i.farLoss, i.farGrowth = i.ask(end)
		if _, before := i.ask(end / 4); before > i.farGrowth {
			i.farExponent = math.Log(before/i.farGrowth) / math.Log(4)
		}
	}
	if math.IsInf(i.farLoss, 1) {
		return i.farLoss, 0
	}
	fall := math.Pow(end*u2/i.risk, i.farExponent)
	return i.farLoss * fall, i.farGrowth * fall
}

// logOnePlusSquare returns log(1+u²), also where u² overflows.
func logOnePlusSquare(u, u2 float64) float64 {
	if u2 > math.MaxFloat64 {
		return 2 * math.Log(u)
	}
	return math.Log1p(u2)
}

// exponentAt returns −log p(u)^B at u = exp(y), to within a factor of two. The loss is
// lost to rounding where it is below 1e-15; there it follows a power of T and is the
// growth over that power.
func (i *batchIntegral) exponentAt(y float64) float64 {
	u2 := math.Exp(2 * y)
	loss, growth := i.lossAt(u2)
	if loss < 1e-12 && growth > 0 {
		if _, next := i.lossAt(4 * u2); next > growth {
			loss = growth * math.Log(4) / math.Log(next/growth)
		}
	}
	return i.batch * (loss + math.Log1p(u2)/2)
}

// locate sets origin, to within a factor of two in u.
func (i *batchIntegral) locate() {
	hi := 0.5 * math.Log(math.Expm1(2/i.batch)) // p ≤ (1+u²)^(−½)
	lo := hi
	for step := 1.0; lo > -350 && i.exponentAt(lo) > 1; step *= 2 {
		hi = lo
		lo -= step
	}
	for hi-lo > 0.5 {
		if mid := (lo + hi) / 2; i.exponentAt(mid) > 1 {
			hi = mid
		} else {
			lo = mid
		}
	}
	i.origin = lo
}

// batchStart is where the sums over t begin, u = exp(origin + t − e^−t). There u is
// e^-44 of its value at the origin.
const batchStart = -3.7

// node returns u and d log u/dt.
func (i *batchIntegral) node(t float64) (u, stretch float64) {
	lag := math.Exp(-t)
	return math.Exp(i.origin + t - lag), 1 + lag
}

// skip returns how many of the first nodes, h apart in t, add nothing that counts to a sum. If
// the law has weight extremely far out, p^B falls from 1 far to the left of the u that make the
// integral. Since p falls, the nodes up to u0 add at most u0 to the integral of p^B, which is at
// least u p(u)^B at any u. To that of p^B B TF'(T)/F(T) they add at most u0/e.
func (i *batchIntegral) skip(h float64) int {
	var sum, weighted float64
	for y := 0.0; y > i.origin+60; y -= 8 {
		u2 := math.Exp(2 * y)
		loss, growth := i.lossAt(u2)
		term := math.Exp(y - i.batch*(loss+math.Log1p(u2)/2))
		sum = max(sum, term)
		weighted = max(weighted, term*i.batch*growth)
	}
	// NaN and 0 leave all nodes.
	if t := math.Log(1e-19*min(sum, weighted)) - i.origin; t > batchStart { // u < exp(origin + t)
		return int((t - batchStart) / h)
	}
	return 0
}

// sumDirectly returns the integral of p^B and that of p^B B TF'(T)/F(T). It takes −log F
// from φ itself. A law whose φ is NaN makes both NaN.
func (i *batchIntegral) sumDirectly() (sum, weighted float64) {
	const h = 0.1
	for k := i.skip(h); ; k++ {
		t := batchStart + float64(k)*h
		u, stretch := i.node(t)
		if u > math.MaxFloat64 {
			return sum, weighted
		}
		u2 := u * u
		logs := logOnePlusSquare(u, u2)
		loss, growth := i.lossAt(u2)
		term := h * u * stretch * math.Exp(-i.batch*(loss+logs/2))
		sum += term
		weighted += term * i.batch * growth
		if t < 0 {
			continue
		}
		// The bound of what remains: F only falls, and TF'/F ≤ −log F by the concavity
		// of −x log x. NaN ends the sum.
		rest := math.Exp(-i.batch*loss-(i.batch/2-1)*logs) * min(math.Pi/2, 1/u)
		if rest == 0 || !(rest > 1e-17*sum || rest*i.batch*loss > 1e-17*weighted) {
			return sum, weighted
		}
	}
}

// sumSecond returns the integral of u p^B, for B ≥ 3. A law whose φ is NaN makes it NaN.
func (i *batchIntegral) sumSecond() (sum float64) {
	const h = 0.05
	for k := 0; ; k++ {
		t := batchStart + float64(k)*h
		u, stretch := i.node(t)
		if u > 1e150 {
			return sum
		}
		u2 := u * u
		loss, _ := i.lossAt(u2)
		term := u2 * math.Exp(-i.batch*(loss+logOnePlusSquare(u, u2)/2))
		sum += h * stretch * term
		// Beyond, F only falls, so the integrand falls like u^(2−B) in log u, or faster.
		if t >= 0 && !(u2 < 1 || term > 1e-18*sum*(1-2/i.batch)) {
			return sum
		}
	}
}

// largeBatch is the batch from which sumDirectly would lose digits: −log F is of the
// order of 1/B then, and φ holds it only to 1e-16.
const largeBatch = 128

// sumByGrowth returns what sumDirectly returns, without that loss of digits. It sums
// −log F from its derivative, which is as accurate relative to itself as φ' is.
func (i *batchIntegral) sumByGrowth() (sum, weighted float64) {
	const (
		h     = 0.05
		nodes = 1024
		ahead = len(middleStep) / 2 // nodes of middleStep beyond the step it integrates
		first = ahead - 1           // nodes of middleStep before that step
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
		loss, growth[n] = i.lossAt(u2)
		if n == first {
			start = loss
		}
		rate[n] = growth[n] * 2 / (1 + u2) * stretch[n] // d log T = −2/(1+u²) d log u
		if i.batch*(loss-1e-14+math.Log1p(u2)/2) > 60 { // 1e-14 is more than the rounding of loss
			past++
		}
	}
	if past == 0 { // p hardly falls: the tails have an index near 0
		return i.sumDirectly()
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
		term := h * u[k] * stretch[k] * math.Exp(-i.batch*(loss+math.Log1p(u[k]*u[k])/2))
		sum += term
		weighted += term * i.batch * growth[k]
		for j, c := range middleStep {
			loss += h * c * rate[k-first+j]
		}
	}
	return sum, weighted
}

// middleStep holds the weights that integrate a function over the middle one of 11
// equal steps from its values at their 12 ends, exactly for polynomials of degree 11.
var middleStep = func() (c [12]float64) {
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
