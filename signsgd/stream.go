package signsgd

import (
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// Source is where the samples of a Problem come from.
type Source interface {
	// Open starts one pass of one run. What is random in it, the order of the
	// data for one, comes from rng, which is the run's own.
	Open(rng *rand.Rand) (Stream, error)
}

// Stream delivers samples in order.
type Stream interface {
	// Fill stores up to len(y) samples, the rows of x of length
	// len(x)/len(y) each and their labels in y, and returns how many. It returns
	// io.EOF with or after the last one, and no other error with n > 0.
	Fill(x, y []float64) (n int, err error)
}

// modelStream draws samples from the model, x ~ N(0, K), y = ⟨x, θ*⟩ + ε.
type modelStream struct {
	sampler spectra.Sampler
	target  []float64
	law     noise.Law
	rng     *rand.Rand
}

// newStream opens the samples of the problem.
func newStream(p Problem, rng *rand.Rand) (Stream, error) {
	if p.Samples != nil {
		stream, err := p.Samples.Open(rng)
		if err != nil {
			return nil, fmt.Errorf("signsgd: Problem.Samples: %w", err)
		}
		return stream, nil
	}
	if err := noise.CheckRand(p.Law()); err != nil {
		return nil, fmt.Errorf("signsgd: Problem.Noise: %w", err)
	}
	return newModelStream(p, rng), nil
}

func newModelStream(p Problem, rng *rand.Rand) Stream {
	return &modelStream{p.Covariance.NewSampler(), p.Target, p.Law(), rng}
}

func (s *modelStream) Fill(x, y []float64) (int, error) {
	s.sampler.Sample(x, s.rng)
	d := len(x) / len(y)
	for j := range y {
		y[j] = s.law.Rand(s.rng)
		if math.IsNaN(y[j]) {
			return 0, fmt.Errorf("the law %v of Problem.Noise draws NaN", s.law)
		}
		if s.target != nil {
			y[j] += floats.Dot(x[j*d:(j+1)*d], s.target)
		}
	}
	return len(y), nil
}
