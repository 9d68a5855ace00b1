package memory

import "math"

// SoftClip returns E (1+r²/τ²)^{−3/2} and E r²/(1+r²/τ²) of a residual r. With
// M(u) = E e^{−ur²} they are
//
//	(2/√π) ∫_0^∞ t^½ e^{−t} M(t/τ²) dt,  −∫_0^∞ e^{−t} M'(t/τ²) dt.
//
// The relative error is about 1e-12.
func SoftClip(r Residual, threshold float64) (drift, square float64) {
	const h = 0.25
	scale := 2 * math.Log(threshold)
	for k := -300; k <= 16; k++ {
		y := float64(k) * h
		t := math.Exp(y)
		m, d, _ := r.at(math.Exp(y - scale))
		w := m * math.Exp(y-t) * h
		drift += w * math.Sqrt(t)
		square += w * d
	}
	return 2 / math.SqrtPi * drift, square
}
