package spectra

import (
	"math/rand/v2"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// sampleRows is the number of samples that one matrix product makes.
const sampleRows = 64

// manyCores is the number of multiplications in a product from which it is worth
// the cores that other samplers may be using.
const manyCores = 1 << 24

// denseSampler draws x = diag(scale)·L·z in blocks of samples.
type denseSampler struct {
	factor    *dense.Lower
	scale     []float64
	normals   blas64.General
	workspace dense.Workspace
}

// NewSampler returns a sampler of N(0, K). From about d = 512 on it uses all cores.
func (k *Dense) NewSampler() Sampler {
	s := &denseSampler{factor: k.factor, scale: k.scale, normals: dense.General(sampleRows, k.Dim())}
	if d := k.Dim(); float64(d)*float64(d)*sampleRows >= manyCores {
		s.workspace.Workers = dense.Cores()
	}
	return s
}

func (s *denseSampler) Sample(dst []float64, rng *rand.Rand) {
	d := s.factor.Dim()
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for len(dst) > 0 {
		rows := min(len(dst)/d, sampleRows)
		z, x := s.normals.Data[:rows*d], dst[:rows*d]
		FillNormal(z, rng)
		s.factor.MulTransTo(blas64.General{Rows: rows, Cols: d, Stride: d, Data: x}, blas.NoTrans,
			blas64.General{Rows: rows, Cols: d, Stride: d, Data: z}, &s.workspace)
		if s.scale != nil {
			for row := x; len(row) > 0; row = row[d:] {
				for i, v := range s.scale {
					row[i] *= v
				}
			}
		}
		dst = dst[rows*d:]
	}
}
