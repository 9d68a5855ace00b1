package entrywise

import (
	"fmt"

	"github.com/riskcurves/riskcurves/noise"
)

// Part is one part of the law of ε.
type Part struct {
	Weight        float64
	Centre, Width float64                           // of its density
	Moved         func(x float64) noise.Compression // the compression of ε moved by x
}

// Parts returns the parts of a law. The error says that its density is not known.
func Parts(law noise.Law) ([]Part, error) {
	normal := func(weight, mu, sigma float64) Part {
		return Part{weight, mu, sigma, func(x float64) noise.Compression { return noise.Normal{Mu: mu + x, Sigma: sigma} }}
	}
	switch l := law.(type) {
	case noise.None:
		return []Part{normal(1, 0, 0)}, nil
	case noise.Normal:
		return []Part{normal(1, l.Mu, l.Sigma)}, nil
	case noise.Rademacher:
		return []Part{normal(0.5, l.Scale, 0), normal(0.5, -l.Scale, 0)}, nil
	case noise.NormalMixture:
		var parts []Part
		for i, w := range l.Weights {
			parts = append(parts, normal(w, l.Mu[i], l.Sigma[i]))
		}
		return parts, nil
	case noise.Discrete:
		var parts []Part
		for i, w := range l.Weights {
			parts = append(parts, normal(w, l.Atoms[i], 0))
		}
		return parts, nil
	case noise.Laplace:
		return []Part{{1, l.Mu, l.Scale, func(x float64) noise.Compression { return noise.Laplace{Mu: l.Mu + x, Scale: l.Scale} }}}, nil
	case noise.Cauchy:
		return []Part{{1, l.Mu, l.Scale, func(x float64) noise.Compression { return noise.Cauchy{Mu: l.Mu + x, Scale: l.Scale} }}}, nil
	case noise.Uniform:
		return []Part{
			{0.5, l.Min, 0, func(x float64) noise.Compression { return noise.Uniform{Min: l.Min + x, Max: l.Max + x} }},
			{0.5, l.Max, 0, func(x float64) noise.Compression { return noise.Uniform{Min: l.Min + x, Max: l.Max + x} }},
		}, nil
	}
	return nil, fmt.Errorf("the density of residuals under the noise %v is not known: fit a noise.NormalMixture to a sample of it", law)
}
