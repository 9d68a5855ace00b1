package measure

import (
	"math"
	"sync"
)

// rules holds the numbers of nodes that a bin may have.
var rules = [...]int{4, 6, 8, 10, 12, 14, 16, 20}

// widths holds the widths log(b/a) of the bins [a, b], in descending order.
var widths = func() (w [27]float64) {
	for i := range w {
		w[i] = 4.8 * math.Exp2(-float64(i)/3)
	}
	return w
}()

// decays holds the values of u = 2aτ at which errors are bounded. Beyond the last one the
// transform is negligible.
var decays = func() (u [88]float64) {
	next := 0.05
	for i := range u {
		u[i] = next
		next = min(1.25*next, next+1.4)
	}
	return u
}()

// errorBounds()[rule][width][k] is the logarithm of a bound of the error of a rule
// on a bin [a, b], relative to e^{−2aτ} and to a quarter of the mass of the bin,
// while u = 2aτ lies between decays[k−1] and decays[k].
//
// An n-point Gauss rule integrates polynomials of degree 2n−1 exactly, and the rule and the
// measure both have the mass of the bin. So the error is at most twice the mass times the
// distance of e^{−u(e^x−1)}, 0 ≤ x ≤ log(b/a), to those polynomials. The distance is at most
// the sum of the absolute values of the remaining coefficients of the Chebyshev series.
// Another factor 2 covers the finite table. The bound is never below the rounding error of
// the rule.
var errorBounds = sync.OnceValue(func() *[len(rules)][len(widths)][len(decays)]float64 {
	const (
		points   = 64
		rounding = 1e-15
	)
	var cosine [4 * points]float64
	for i := range cosine {
		cosine[i] = math.Cos(math.Pi * float64(i) / (2 * points))
	}
	bounds := new([len(rules)][len(widths)][len(decays)]float64)
	for w, width := range widths {
		for k, u := range decays {
			var f [points]float64
			for i := range f {
				x := width * (1 + cosine[2*i+1]) / 2
				f[i] = math.Exp(-u * math.Expm1(x))
			}
			tail := rounding
			rule := len(rules) - 1
			for degree := points - 1; rule >= 0; degree-- {
				c := 0.0
				for i, v := range f {
					c += v * cosine[(2*i+1)*degree%(4*points)]
				}
				tail += math.Abs(c) * 2 / points
				if degree == 2*rules[rule] {
					bounds[rule][w][k] = math.Log(tail)
					rule--
				}
			}
		}
		// The bound grows with u until the function is all boundary layer; an
		// interval takes the larger end.
		for rule := range rules {
			b := &bounds[rule][w]
			for k := len(b) - 1; k > 0; k-- {
				b[k] = max(b[k], b[k-1])
			}
		}
	}
	return bounds
})
