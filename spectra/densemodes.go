package spectra

import (
	"math"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Modes returns the modes of the risk, eigenvalues ascending, from one symmetric
// eigendecomposition and one matrix product for each f.
func (k *Dense) Modes(basis Basis, nu []float64, f ...Odd) (Modes, error) {
	d := k.Dim()
	if err := checkModes(basis, nu, d); err != nil {
		return Modes{}, err
	}
	// With w = D^{1/2} the eigenproblem is that of S = w⁻¹Kw⁻¹ and the noise is
	// M = w f(C) w; in the Plain basis w stands for 1 in the one and for D in
	// the other.
	half, outer := make([]float64, d), make([]float64, d)
	for i, v := range k.variances {
		half[i], outer[i] = 1, math.Sqrt(v)
		if basis == Preconditioned {
			half[i] = math.Sqrt(outer[i])
			outer[i] = half[i]
		}
	}
	s := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			s.SetSym(i, j, k.At(i, j)/half[i]/half[j])
		}
	}
	lambda, q, err := eigen(s)
	if err != nil {
		return Modes{}, err
	}
	m := newModes(d, len(f))
	m.Lambda, m.Vectors = lambda, q

	scaled := make([]float64, d)
	for i, v := range nu {
		scaled[i] = half[i] * v
	}
	var projection mat.VecDense
	projection.MulVec(q.T(), mat.NewVecDense(d, scaled))
	for i, l := range lambda {
		p := projection.AtVec(i)
		m.Risk[i] = l * p * p / 2
	}
	for n, fn := range f {
		if _, err := checkDiagonalOdd(fn); err != nil {
			return Modes{}, err
		}
		if fn == nil { // M is S itself
			floats.MulTo(m.Weights[n], lambda, lambda)
			continue
		}
		noise := entrywise(k, fn)
		for i := range d {
			for j := i; j < d; j++ {
				noise.SetSym(i, j, outer[i]*noise.At(i, j)*outer[j])
			}
		}
		var mq mat.Dense
		mq.Mul(noise, q)
		weights := m.Weights[n]
		for i := range d {
			for j, v := range mq.RawRowView(i) {
				weights[j] += v * q.At(i, j)
			}
		}
		for i, l := range lambda {
			weights[i] = l * max(weights[i], 0)
		}
	}
	return m, nil
}
