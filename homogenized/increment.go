package homogenized

import (
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/spectra"
)

// increment is what a path sees of a Brownian motion W of covariance M over a step Δ:
//
//	W(Δ) = √Δ·first,  ∫_0^Δ W ds = ½Δ^{3/2} (first + second/√3),
//
// with first and second independent and N(0, M). A scheme that takes one draw leaves
// second nil.
type increment struct{ first, second []float64 }

// join stores the increment over two steps of equal length in i: the same Brownian
// motion.
func (i increment) join(a, b increment) {
	floats.AddTo(i.first, a.first, b.first)
	floats.Scale(math.Sqrt2/2, i.first)
	if i.second == nil {
		return
	}
	floats.SubTo(i.second, a.first, b.first)
	floats.Scale(math.Sqrt(3), i.second)
	floats.Add(i.second, a.second)
	floats.Add(i.second, b.second)
	floats.Scale(math.Sqrt2/4, i.second)
}

// brownian hands out increments of one Brownian motion. It draws many at a time.
type brownian struct {
	sampler spectra.Sampler
	rng     *rand.Rand
	rows    []float64
	left    []float64 // what was not handed out yet
	dim     int
	draws   int
}

// newBrownian returns a source of increments that keeps the last `together` of them
// valid.
func newBrownian(m gaussian, dim, draws, together int, rng *rand.Rand) *brownian {
	unit := draws * together
	rows := max(spectra.ChunkRows(dim)/unit, 1) * unit
	return &brownian{sampler: m.NewSampler(), rng: rng, rows: make([]float64, rows*dim), dim: dim, draws: draws}
}

func (a *brownian) next() increment {
	if len(a.left) == 0 {
		a.sampler.Sample(a.rows, a.rng)
		a.left = a.rows
	}
	var i increment
	i.first, a.left = a.left[:a.dim], a.left[a.dim:]
	if a.draws == 2 {
		i.second, a.left = a.left[:a.dim], a.left[a.dim:]
	}
	return i
}
