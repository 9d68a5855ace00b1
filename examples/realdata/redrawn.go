package main

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
)

// redrawn is a source of samples drawn with replacement, independent of each other as one
// pass through finite data is not. Labels are those of the data, or of the model ⟨x, θ*⟩ + ε
// where there are none.
type redrawn struct {
	x      data.InMemory
	y      []float64
	target []float64
	law    noise.Law
}

func (s redrawn) Open(rng *rand.Rand) (signsgd.Stream, error) { return draws{s, rng}, nil }

type draws struct {
	redrawn
	rng *rand.Rand
}

func (s draws) Fill(x, y []float64) (int, error) {
	n, d := s.x.Dims()
	for j := range y {
		i := s.rng.IntN(n)
		row := s.x.Values[i*d : (i+1)*d]
		copy(x[j*d:(j+1)*d], row)
		if s.y != nil {
			y[j] = s.y[i]
		} else {
			y[j] = floats.Dot(row, s.target) + s.law.Rand(s.rng)
		}
	}
	return len(y), nil
}
