package spectra

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// denseSampler draws x = Lz in blocks of samples.
type denseSampler struct {
	factor  blas64.General
	normals blas64.General
}

// The number of samples drawn at once and the number of coordinates finished by
// one matrix product. A product reads only the columns of L left of its diagonal
// block, so the blocks save nearly half of the full product.
const (
	sampleRows  = 64
	sampleBlock = 64
)

// NewSampler returns a sampler of N(0, K).
func (k *Dense) NewSampler() Sampler {
	return &denseSampler{factor: k.factor, normals: general(sampleRows, k.Dim())}
}

func (s *denseSampler) Sample(dst []float64, rng *rand.Rand) {
	d := s.factor.Rows
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for len(dst) > 0 {
		rows := min(len(dst)/d, sampleRows)
		z := s.normals.Data[:rows*d]
		for i := range z {
			z[i] = rng.NormFloat64()
		}
		for lo := 0; lo < d; lo += sampleBlock {
			hi := min(lo+sampleBlock, d)
			blas64.Gemm(blas.NoTrans, blas.Trans, 1,
				blas64.General{Rows: rows, Cols: hi, Stride: d, Data: z},
				blas64.General{Rows: hi - lo, Cols: hi, Stride: d, Data: s.factor.Data[lo*d:]},
				0, blas64.General{Rows: rows, Cols: hi - lo, Stride: d, Data: dst[lo:]})
		}
		dst = dst[rows*d:]
	}
}
