package homogenized

import (
	"fmt"
	"hash/fnv"
	"math"
)

// Fingerprint draws the path's next increments and returns a hash of its problem and
// scheme, of what its coefficients are at some risks, of these increments, and of the
// rates that its schedule gives at the times: the walk is a signsgd.Fingerprinter.
func (w *walk) Fingerprint(times []float64) string {
	return w.fingerprint(w.motion, times)
}

// Fingerprint does the same for a pair.
func (p *pair) Fingerprint(times []float64) string {
	return p.coarse.fingerprint(p.motion, times)
}

func (p *path) fingerprint(motion []*ahead, times []float64) string {
	h := fnv.New128a()
	// To nine digits: what is rounded differently elsewhere is the same problem.
	numbers := func(x ...float64) {
		for _, v := range x {
			fmt.Fprintf(h, "%.8e\n", v)
		}
	}
	vector := func(x []float64) {
		var a, b float64
		for i, v := range x {
			sin, cos := math.Sincos(float64(i + 1))
			a += v * (2 + sin)
			b += v * (2 + cos)
		}
		numbers(float64(len(x)), a, b)
	}
	fmt.Fprintf(h, "%T %#v %v %t %t\n", p.covariance, p.scheme, p.basis, p.centre != nil, p.recordVariation)
	vector(p.deviations)
	vector(p.nu0)
	vector(p.target)
	p.covariance.MulVecTo(p.work, p.nu0)
	vector(p.work)
	for _, risk := range []float64{1e-3, 1, 1e3} {
		for _, c := range append([]Coefficient{p.drift}, p.gains...) {
			value, _ := c(risk)
			numbers(value)
		}
	}
	for _, m := range motion {
		vector(m.next().first)
	}
	p.risk = p.frame.gradient(p.slope, p.y)
	for _, t := range times {
		numbers(p.rate.Rate(t, p))
	}
	return fmt.Sprintf("%x", h.Sum(nil))
}
