package spectra

import (
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
)

// Modes returns the modes of the risk in the order of ascending eigenvalues, with a
// symmetric eigendecomposition that uses all cores. Their Kind is Factored where every
// noise has the covariance of the drift matrix, C in the Preconditioned basis and K in the
// Plain one, so that c_i = λ_i² and no eigenvector is needed. Otherwise it is Formed, which
// costs three times as much, and half a matrix product for each other shape of the noise. At
// its peak it holds two matrices of the size of K if the modes are Factored, and five if they
// are Formed. Eigenvalues are accurate relative to the largest. The 32 smallest are accurate relative to themselves, wherever K
// determines them.
func (k *Dense) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	d := k.Dim()
	if err := checkModes(basis, nu, d, noise); err != nil {
		return Modes{}, err
	}
	// With w = D^{1/2} the eigenproblem is that of S = w⁻¹Kw⁻¹, and w stands for 1 in
	// the Plain basis.
	sd, weight, half := make([]float64, d), make([]float64, d), make([]float64, d)
	for i, v := range k.variances {
		sd[i] = math.Sqrt(v)
		weight[i], half[i] = 1, 1
		if basis == Preconditioned {
			weight[i], half[i] = sd[i], math.Sqrt(sd[i])
		}
	}
	work := mat.NewSymDense(d, nil)
	upper(k.k, work, func(i, j int, v float64) float64 { return v / half[i] / half[j] })
	scaled := floats.MulTo(half, half, nu) // D^{1/2}ν
	m := newModes(basis, d, d, noise)
	if !slices.ContainsFunc(noise, func(s Shape) bool { return !s.own(basis) }) {
		return k.factored(m, work, weight, scaled)
	}
	lambda, q, err := eigenRows(work)
	if err != nil {
		return Modes{}, err
	}
	refine(lambda, k.k, weight, func(small []int) blas64.General {
		return dense.Part(q, small[0], small[len(small)-1]+1, 0, d)
	})
	m.Lambda = lambda
	w := dense.Workspace{Workers: dense.Cores()}
	w.MulVec(blas.NoTrans, 1, q, scaled, 0, m.Risk)
	m.square()
	outer := scaled // no longer needed for itself
	for n, shape := range noise {
		if shape.own(basis) {
			continue
		}
		for i, v := range k.variances {
			outer[i] = variancePower(v, shape.power(basis))
		}
		f := shape.Odd
		one := f.at(1)
		upper(k.k, work, func(i, j int, v float64) float64 {
			if i == j {
				return outer[i] * one * outer[i]
			}
			return outer[i] * f.at(correlation(v, sd[i], sd[j])) * outer[j]
		})
		weights := m.Weights[n]
		eigen.Forms(weights, q, work.RawSymmetric(), w.Workers)
		floor := -float64(d) * 0x1p-52 * floats.Max(weights)
		for i, l := range lambda {
			if weights[i] < floor {
				return Modes{}, fmt.Errorf("spectra: noise %d has the variance %v in the direction of mode %d: f(C) is %w", n, weights[i], i, ErrIndefinite)
			}
			weights[i] = l * max(weights[i], 0)
		}
	}
	transpose(q)
	m.Kind, m.Vectors = Formed, mat.NewDense(d, d, q.Data)
	return m.checked()
}

// factored returns the modes m of S, whose eigenvectors no noise needs, given D^{1/2}ν.
func (k *Dense) factored(m Modes, s *mat.SymDense, weight, scaled []float64) (Modes, error) {
	factors, err := eigen.Factor(s.RawSymmetric(), dense.Cores())
	if err != nil {
		return Modes{}, fmt.Errorf("spectra: the eigenvalues of K: %w", err)
	}
	factors.Values(m.Lambda)
	if err := clip(m.Lambda, len(m.Lambda)); err != nil {
		return Modes{}, err
	}
	refine(m.Lambda, k.k, weight, factors.Vectors)
	factors.MulTransVec(m.Risk, scaled)
	m.square()
	m.Kind, m.factors = Factored, factors
	return m.checked()
}

// square makes risks of the components of D^{1/2}ν, and the weights of the noises that have
// the covariance of the drift matrix.
func (m *Modes) square() {
	for i, l := range m.Lambda {
		m.Risk[i] *= l * m.Risk[i] / 2
	}
	for n, shape := range m.Noise {
		if shape.own(m.Basis) {
			floats.MulTo(m.Weights[n], m.Lambda, m.Lambda)
		}
	}
}

// transpose transposes a square matrix in place.
func transpose(a blas64.General) {
	const block = 32 // two blocks fit the first-level cache
	n := a.Rows
	for i0 := 0; i0 < n; i0 += block {
		for j0 := i0; j0 < n; j0 += block {
			for i := i0; i < min(i0+block, n); i++ {
				for j := max(j0, i+1); j < min(j0+block, n); j++ {
					p, q := i*a.Stride+j, j*a.Stride+i
					a.Data[p], a.Data[q] = a.Data[q], a.Data[p]
				}
			}
		}
	}
}

// refined is the largest number of eigenvalues that are refined: the smallest ones, which
// decide the long run.
const refined = 32

// refine improves the smallest eigenvalues of S = w⁻¹Kw⁻¹, w² = weight. An eigensolver
// leaves them an error of ε·λ_max. The Rayleigh quotient of an eigenvector has only the
// square of the eigenvector's error, if its sum is taken in twice the working precision
// (T. Ogita, S. Rump and S. Oishi, SIAM J. Sci. Comput. 26 (2005) 1955). vectors returns
// the eigenvectors of some places, one after another, in the rows of a matrix. Eigenvalues
// above 1e-3 λ_max are accurate enough as they are.
func refine(lambda []float64, k *mat.SymDense, weight []float64, vectors func(places []int) blas64.General) {
	var small []int
	for i, l := range lambda {
		if len(small) == refined || l > 1e-3*lambda[len(lambda)-1] {
			break
		}
		if l > 0 {
			small = append(small, i)
		}
	}
	if len(small) == 0 {
		return
	}
	a, q := k.RawSymmetric(), vectors(small)
	dense.Each(dense.Cores(), len(small), func(_, task int) {
		i := small[task]
		u := make([]float64, a.N)
		norm := 0.0
		for j, v := range dense.Row(q, task) {
			u[j] = v / math.Sqrt(weight[j])
			norm += weight[j] * u[j] * u[j]
		}
		var form twofold
		for r, v := range u {
			row := a.Data[r*a.Stride:][:a.N]
			var y twofold
			for j := r + 1; j < a.N; j++ {
				y.addProduct(row[j], u[j])
			}
			y.high, y.low = 2*y.high, 2*y.low
			y.addProduct(row[r], v)
			form.addProduct(y.high, v)
			form.low += y.low * v
		}
		if value := (form.high + form.low) / norm; value > 0 {
			lambda[i] = value
		}
	})
}

// twofold is a sum of products in about twice the working precision.
type twofold struct{ high, low float64 }

// addProduct adds a·b.
func (s *twofold) addProduct(a, b float64) {
	p := float64(a * b)
	rest := math.FMA(a, b, -p)
	sum := float64(s.high + p)
	part := float64(sum - s.high)
	s.low += (float64(s.high-float64(sum-part)) + float64(p-part)) + rest
	s.high = sum
}
