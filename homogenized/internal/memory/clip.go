package memory

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

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

// Clip returns P(|r| ≤ τ) and E min(r², τ²) of r ~ N(0, 2R) − ε, for a law of ε given by the
// real part χ of its characteristic function. With X(u) = χ(u) e^{−Ru²} they are
//
//	(2/π) ∫_0^∞ X(u) sin(τu)/u du,  τ² − (4/π) ∫_0^∞ X(u) (sin τu − τu cos τu)/u³ du.
//
// χ may oscillate as fast as cos(su), and like |u|^α at 0 it need not be smooth there. The
// absolute errors are about 1e-13 and 1e-13 τ². The cost is about 10(τ+s) evaluations of χ
// for a unit of u, up to where X is below 1e-17.
func Clip(chi func(u float64) float64, oscillation, risk, threshold float64) (drift, square float64) {
	const nodes, least = 16, 1e-17
	x, w := make([]float64, nodes), make([]float64, nodes)
	quad.Legendre{}.FixedLocations(x, w, 0, 1)
	widest := math.Pi / (threshold + oscillation)
	lost := 0.0
	for from, width := 0.0, 1e-12*widest; ; width = min(2*width, widest) {
		largest := 0.0
		for k, node := range x {
			u := from + width*node
			value := chi(u) * math.Exp(-risk*u*u)
			largest = max(largest, math.Abs(value))
			z := threshold * u
			sin, cos := math.Sincos(z)
			cubic := (sin - z*cos) / (z * z * z)
			if z < 0.1 {
				cubic = 1./3 - z*z/30*(1-z*z/28)
			}
			drift += width * w[k] * value * sin / u
			lost += width * w[k] * value * cubic
		}
		if from += width; largest < least {
			break
		}
	}
	scale := threshold * threshold
	return 2 / math.Pi * drift, scale * max(1-4/math.Pi*threshold*lost, 0)
}
