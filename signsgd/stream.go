package signsgd

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// Source is where the samples of a Problem come from.
//
// A Source that is Sized tells how many samples it has. A Source may have the method
// Validate() error, which Problem.Validate calls. Ensembles of a Source that is not a
// plain value can be resumed and merged only if it has the method Describe() string, see
// ensemble.Describe, or Description() ensemble.Description.
type Source interface {
	// Open starts the samples of one run. Its random choices, for example the order of
	// the data, come from rng, which belongs to the run.
	Open(rng *rand.Rand) (Stream, error)
}

// Sized is a Source that knows the dimension of its samples and their number for each
// run, which is negative where it is unlimited or unknown. Data is Sized.
type Sized interface {
	Source

	Size() (samples, dim int)
}

// Stream delivers samples in order. A Stream that is an io.Closer is closed when its run
// ends; see Run.Close.
type Stream interface {
	// Fill stores up to len(y) samples and returns their number n. The samples are the
	// rows of x, each of length len(x)/len(y), and their labels are in y. It returns
	// io.EOF with or after the last one, and any other error with n = 0 only.
	Fill(x, y []float64) (n int, err error)
}

// checkSource returns an error unless a source, or nil, fits a problem of dimension d.
func checkSource(s Source, d int) error {
	if v, ok := s.(interface{ Validate() error }); ok {
		if err := v.Validate(); err != nil {
			return nested("Problem.Samples", err)
		}
	}
	if sized, ok := s.(Sized); ok {
		if _, dim := sized.Size(); dim != d {
			return fmt.Errorf("signsgd: Problem.Samples has dimension %d: must be the dimension %d of Problem.Covariance", dim, d)
		}
	}
	return nil
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
	if p.Samples == nil {
		return newModelStream(p, rng), nil
	}
	stream, err := p.Samples.Open(rng)
	if err != nil {
		return nil, nested("Problem.Samples", err)
	}
	if stream == nil {
		return nil, errors.New("signsgd: Problem.Samples: Open returned no stream")
	}
	return stream, nil
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
			return 0, fmt.Errorf("signsgd: Problem.Noise: the law %v draws NaN", s.law)
		}
		if s.target != nil {
			y[j] += floats.Dot(x[j*d:(j+1)*d], s.target)
		}
	}
	return len(y), nil
}
