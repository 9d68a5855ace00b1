package spectra

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
)

// scaled is diag(v)·K·diag(v) for a K whose type does not keep its form under that.
type scaled struct {
	k       Structured
	v       []float64
	scratch *scratch
}

var _ Structured = (*scaled)(nil)

// newScaled returns diag(v)·k·diag(v). v is copied.
func newScaled(k Structured, v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	s := &scaled{k, slices.Clone(v), newScratch(k.Dim())}
	if err := positive("diag(v)·K·diag(v)", s.Variances(nil)); err != nil {
		return nil, err
	}
	return s, nil
}

func (s *scaled) Dim() int { return len(s.v) }

func (s *scaled) Variances(dst []float64) []float64 {
	dst = s.k.Variances(dst)
	for i, v := range s.v {
		dst[i] *= v * v
	}
	return dst
}

func (s *scaled) MulVecTo(dst, x []float64) {
	panicLength("MulVecTo", len(x), s.Dim())
	work := s.scratch.get()
	defer s.scratch.put(work)
	for i, v := range s.v {
		(*work)[i] = v * x[i]
	}
	s.k.MulVecTo(dst, *work)
	for i, v := range s.v {
		dst[i] *= v
	}
}

func (s *scaled) NewSampler() Sampler { return &scaledSampler{s.k.NewSampler(), s.v} }

type scaledSampler struct {
	inner Sampler
	v     []float64
}

func (s *scaledSampler) Sample(dst []float64, rng *rand.Rand) {
	s.inner.Sample(dst, rng)
	for row := dst; len(row) > 0; row = row[len(s.v):] {
		for i, v := range s.v {
			row[i] *= v
		}
	}
}

func (s *scaled) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, s.Dim()); err != nil {
		return nil, err
	}
	product := slices.Clone(s.v)
	for i, a := range v {
		product[i] *= a
	}
	return newScaled(s.k, product)
}

// Entrywise uses that v changes only the signs of the correlations, and that f is odd.
func (s *scaled) Entrywise(f Odd) (Covariance, error) {
	inner, err := s.k.Entrywise(f)
	if err != nil {
		return nil, err
	}
	structured, ok := inner.(Structured)
	if !ok {
		return nil, unstructured("f(C)", inner)
	}
	signs := make([]float64, s.Dim())
	same := true
	for i, v := range s.v {
		signs[i] = math.Copysign(1, v)
		same = same && signs[i] == signs[0]
	}
	if same {
		return structured, nil
	}
	return newScaled(structured, signs)
}

// Modes makes a dense matrix.
func (s *scaled) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	return denseModes(s, basis, nu, noise)
}

// scratch lends out vectors of one length to concurrent callers.
type scratch struct{ pool sync.Pool }

func newScratch(n int) *scratch {
	return &scratch{sync.Pool{New: func() any { v := make([]float64, n); return &v }}}
}

func (s *scratch) get() *[]float64  { return s.pool.Get().(*[]float64) }
func (s *scratch) put(v *[]float64) { s.pool.Put(v) }
