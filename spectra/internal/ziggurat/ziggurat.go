// Package ziggurat draws standard normal variates in blocks, by the ziggurat
// method of Marsaglia and Tsang (Journal of Statistical Software 5 (2000) no. 8).
// The layer, the sign and the abscissa are taken from different bits, as Doornik
// advises. One draw in 125 needs more than a comparison and a product.
package ziggurat

import (
	"math"
	"math/rand/v2"
)

// block is the number of variates made at once, whose bits fit the first cache.
const block = 512

// short is the length below which seeding the lanes costs more than it saves.
const short = 64

// Fill fills dst with independent standard normal variates. It seeds the Lanes from rng,
// and takes from rng the few numbers that rejected candidates need, so that the variates
// depend on rng alone.
func Fill(dst []float64, rng *rand.Rand) {
	if len(dst) < short {
		for i := range dst {
			dst[i] = rng.NormFloat64()
		}
		return
	}
	var lanes Lanes
	lanes.Seed(rng)
	var bits [block]uint64
	for len(dst) > 0 {
		n := min(len(dst), block)
		lanes.Fill(bits[:(n+width-1)/width*width])
		row := dst[:n]
		for i, u := range bits[:len(row)] {
			side := &sides[u%(2*layers)]
			row[i] = unit(u) * side.edge
			if u>>12 >= side.inside {
				row[i] = reject(u, rng)
			}
		}
		dst = dst[n:]
	}
}

// unit returns a uniform number of [0, 1) made of the upper 52 bits.
func unit(u uint64) float64 { return math.Float64frombits(u>>12|0x3ff0_0000_0000_0000) - 1 }

// reject decides about the candidate made of u if it lies outside of the rectangle inside
// its layer. It returns the candidate if that lies under the density, and another variate
// otherwise.
func reject(u uint64, rng *rand.Rand) float64 {
	for {
		side, layer := sides[u%(2*layers)], u%layers
		x := unit(u) * side.edge
		switch {
		case u>>12 < side.inside:
			return x
		case layer == 0:
			return math.Copysign(tail(rng), x)
		case density[layer]+rng.Float64()*(density[layer+1]-density[layer]) < math.Exp(-x*x/2):
			return x
		}
		u = rng.Uint64()
	}
}

// tail returns a variate beyond the base layer, by Marsaglia's method.
func tail(rng *rand.Rand) float64 {
	for {
		x, y := rng.ExpFloat64()/base, rng.ExpFloat64()
		if 2*y >= x*x {
			return base + x
		}
	}
}
