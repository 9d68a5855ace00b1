// Package roots finds where conditions turn, and the slowest root of a secular equation.
package roots

// Bisect returns where over turns from true to false between lo and hi, as far as
// numbers resolve it.
func Bisect(lo, hi float64, over func(x float64) bool) float64 {
	for {
		middle := lo + (hi-lo)/2
		if !(middle > lo && middle < hi) {
			return middle
		}
		if over(middle) {
			lo = middle
		} else {
			hi = middle
		}
	}
}
