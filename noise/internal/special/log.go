package special

import "math"

// Log returns the natural logarithm of x > 0. For x below 2^-1022 math.Log is wrong on
// amd64, where it takes the exponent of x from its bits alone.
func Log(x float64) float64 {
	if x < 0x1p-1022 {
		return math.Log(x*0x1p60) - 60*math.Ln2
	}
	return math.Log(x)
}
