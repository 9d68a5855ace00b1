package spectra

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/mat"
)

// BlockDiagonal is a covariance of independent groups of coordinates. Congruent, Entrywise
// and Modes work block by block, since f(0) = 0. They return ErrUnstructured if a block is
// not Structured.
type BlockDiagonal struct {
	blocks []Covariance
	dim    int
}

var _ Structured = (*BlockDiagonal)(nil)

// NewBlockDiagonal returns the covariance with the given blocks on its diagonal. They can
// be of different types, and are retained.
func NewBlockDiagonal(blocks ...Covariance) (*BlockDiagonal, error) {
	if len(blocks) == 0 {
		return nil, fmt.Errorf("spectra: blocks is empty: dimension must be at least 1")
	}
	k := &BlockDiagonal{blocks: slices.Clone(blocks)}
	for i, b := range blocks {
		if b == nil {
			return nil, fmt.Errorf("spectra: blocks[%d] is nil", i)
		}
		if err := checkCovariance(b); err != nil {
			return nil, fmt.Errorf("blocks[%d]: %w", i, err)
		}
		k.dim += b.Dim()
	}
	return k, nil
}

// Dim returns the dimension d.
func (k *BlockDiagonal) Dim() int { return k.dim }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *BlockDiagonal) Variances(dst []float64) []float64 {
	if dst == nil {
		dst = make([]float64, k.dim)
	}
	panicLength("BlockDiagonal.Variances", len(dst), k.dim)
	at := 0
	for _, b := range k.blocks {
		b.Variances(dst[at : at+b.Dim()])
		at += b.Dim()
	}
	return dst
}

// MulVecTo stores K·x in dst.
func (k *BlockDiagonal) MulVecTo(dst, x []float64) {
	panicLength("BlockDiagonal.MulVecTo", len(x), k.dim)
	panicLength("BlockDiagonal.MulVecTo", len(dst), k.dim)
	at := 0
	for _, b := range k.blocks {
		end := at + b.Dim()
		b.MulVecTo(dst[at:end], x[at:end])
		at = end
	}
}

// NewSampler returns a sampler of N(0, K).
func (k *BlockDiagonal) NewSampler() Sampler {
	s := &blockSampler{dim: k.dim}
	largest := 0
	for _, b := range k.blocks {
		s.blocks = append(s.blocks, b.NewSampler())
		s.dims = append(s.dims, b.Dim())
		largest = max(largest, b.Dim())
	}
	s.work = make([]float64, sampleRows*largest)
	return s
}

// blockSampler draws up to 64 rows of one block, then those of the next.
type blockSampler struct {
	blocks []Sampler
	dims   []int
	dim    int
	work   []float64
}

func (s *blockSampler) Sample(dst []float64, rng *rand.Rand) {
	panicLength("Sample: remainder of the rows", len(dst)%s.dim, 0)
	for len(dst) > 0 {
		rows := min(len(dst)/s.dim, sampleRows)
		at := 0
		for b, d := range s.dims {
			part := s.work[:rows*d]
			s.blocks[b].Sample(part, rng)
			for i := range rows {
				copy(dst[i*s.dim+at:][:d], part[i*d:])
			}
			at += d
		}
		dst = dst[rows*s.dim:]
	}
}

// structured returns block i, or an error if it is not Structured.
func (k *BlockDiagonal) structured(i int) (Structured, error) {
	if s, ok := k.blocks[i].(Structured); ok {
		return s, nil
	}
	return nil, unstructured(fmt.Sprintf("block %d", i), k.blocks[i])
}

func unstructured(what string, k Covariance) error {
	return fmt.Errorf("spectra: %s is a %T: %w", what, k, ErrUnstructured)
}

// Congruent returns diag(v)·K·diag(v).
func (k *BlockDiagonal) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.dim); err != nil {
		return nil, err
	}
	at := 0
	return k.each(func(b Structured) (Covariance, error) {
		part := v[at : at+b.Dim()]
		at += b.Dim()
		return b.Congruent(part)
	})
}

// Entrywise returns f(C).
func (k *BlockDiagonal) Entrywise(f Odd) (Covariance, error) {
	return k.each(func(b Structured) (Covariance, error) { return b.Entrywise(f) })
}

// each applies f to every block.
func (k *BlockDiagonal) each(f func(Structured) (Covariance, error)) (Covariance, error) {
	blocks := make([]Covariance, len(k.blocks))
	for i := range blocks {
		b, err := k.structured(i)
		if err != nil {
			return nil, err
		}
		if blocks[i], err = f(b); err != nil {
			return nil, fmt.Errorf("block %d: %w", i, err)
		}
	}
	return NewBlockDiagonal(blocks...)
}

// Modes returns the modes of the blocks, one block after the other. Their Kind is
// Coordinates if that of all blocks is. It is Unformed if that of some block is, or if
// eigenvectors would have to be formed beyond the dimension DenseLimit. Else it is Formed.
func (k *BlockDiagonal) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	if err := checkModes(basis, nu, k.dim, noise); err != nil {
		return Modes{}, err
	}
	all := newModes(basis, k.dim, k.dim, noise)
	parts := make([]Modes, len(k.blocks))
	at := 0
	for i := range k.blocks {
		b, err := k.structured(i)
		if err != nil {
			return Modes{}, err
		}
		end := at + b.Dim()
		if parts[i], err = b.Modes(basis, nu[at:end], noise...); err != nil {
			return Modes{}, fmt.Errorf("block %d: %w", i, err)
		}
		copy(all.Lambda[at:], parts[i].Lambda)
		copy(all.Risk[at:], parts[i].Risk)
		for n, c := range parts[i].Weights {
			copy(all.Weights[n][at:], c)
		}
		if k.dim <= DenseLimit {
			parts[i] = parts[i].Form()
		}
		all.Kind = max(all.Kind, parts[i].Kind) // Unformed above Formed above Coordinates
		at = end
	}
	if k.dim > DenseLimit && (all.Kind == Formed || all.Kind == Factored) {
		all.Kind = Unformed
	}
	if all.Kind == Formed {
		all.Vectors = blockVectors(parts, k.dim)
	}
	return all, nil
}

// blockVectors returns the block-diagonal matrix of the eigenvectors of the parts.
func blockVectors(parts []Modes, d int) *mat.Dense {
	q := mat.NewDense(d, d, nil)
	at := 0
	for _, m := range parts {
		n := len(m.Lambda)
		if m.Vectors != nil {
			q.Slice(at, at+n, at, at+n).(*mat.Dense).Copy(m.Vectors)
		} else {
			for i := at; i < at+n; i++ {
				q.Set(i, i, 1)
			}
		}
		at += n
	}
	return q
}
