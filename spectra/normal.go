package spectra

import (
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/spectra/internal/ziggurat"
)

// FillNormal fills dst with independent standard normal variates, several times
// faster than rng.NormFloat64 one by one. The variates are made by the ziggurat
// method of Marsaglia and Tsang from four generators xoshiro256++, whose states are
// drawn from rng at every call, so that rng decides everything; fewer than 64 come
// from rng.NormFloat64. Filling a slice at once and in pieces gives different
// variates.
func FillNormal(dst []float64, rng *rand.Rand) { ziggurat.Fill(dst, rng) }
