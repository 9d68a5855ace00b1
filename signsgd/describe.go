package signsgd

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// Description says what the problem is, for ensembles that are resumed and merged. The parts
// are the covariance (its type, its dimension, and a digest of its diagonal and of its
// product with a fixed vector), the noise, the target, the start, the batch and the
// samples. The problem must be valid. It costs one product with K, and where the samples
// are Data, the reading of some rows.
func (p Problem) Description() ensemble.Description {
	d := p.Dim()
	numbers := make([]float64, 2*d)
	p.Covariance.Variances(numbers[:d])
	p.Covariance.MulVecTo(numbers[d:], probe(d))
	vector := func(name string, x []float64) ensemble.Part {
		if x == nil {
			x = make([]float64, d)
		}
		return ensemble.Digest(name, "vector", x)
	}
	parts := ensemble.Description{
		ensemble.Digest("covariance", fmt.Sprintf("%T of dimension %d", p.Covariance, d), numbers),
		ensemble.Describe("noise", p.Law()),
		vector("target", p.Target),
		vector("init", p.Init),
		ensemble.Describe("batch", p.BatchSize()),
	}
	switch s := p.Samples.(type) {
	case nil:
		return append(parts, ensemble.Part{Name: "samples", Text: "of the model"})
	case interface{ Description() ensemble.Description }:
		return append(parts, s.Description()...)
	default:
		return append(parts, ensemble.Describe("samples", s))
	}
}

// DescribeObservers returns the part that tells observers of one name apart: their values
// at two fixed points θ of the dimension d, at which they are called. Differences of the
// size of the rounding error of a sum of d terms count as none. An observer that panics at
// one of the points has no description.
func DescribeObservers(d int, observers []ensemble.Observer) ensemble.Part {
	part := ensemble.Part{Name: "observed values", Text: fmt.Sprintf("at two points of dimension %d", d), Floor: 1e-15 * math.Sqrt(float64(d))}
	first, second := probe(d), probe(d)
	for i := range second {
		second[i] = math.Cos(2 * float64(i+1))
	}
	for _, o := range observers {
		for _, theta := range [][]float64{first, second} {
			value, failed := observed(o, theta)
			if failed != nil {
				return ensemble.Part{Name: part.Name, Reason: fmt.Sprintf("the observer %q panics: %v", o.Name, failed)}
			}
			part.Numbers = append(part.Numbers, value)
		}
	}
	return part
}

// observed returns the value of an observer, or what it panicked with.
func observed(o ensemble.Observer, theta []float64) (value float64, failed any) {
	defer func() { failed = recover() }()
	return o.Of(theta), nil
}

// probe returns a fixed vector without symmetries.
func probe(d int) []float64 {
	x := make([]float64, d)
	for i := range x {
		x[i] = 1 + math.Sin(float64(i+1))/2
	}
	return x
}
