package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
)

// Modes returns the modes of the risk in the order of ascending eigenvalues. Their Kind is
// Formed. It costs one symmetric eigendecomposition and half a matrix product for each
// shape of the noise, uses all cores, and takes about five matrices of the size of K at
// its peak. Eigenvalues are accurate relative to the largest. The 32 smallest are accurate
// relative to themselves, wherever K determines them.
func (k *Dense) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	d := k.Dim()
	if err := checkModes(basis, nu, d, noise); err != nil {
		return Modes{}, err
	}
	// With w = D^{1/2} the eigenproblem is that of S = w⁻¹Kw⁻¹, and w stands for 1 in
	// the Plain basis.
	sd, weight, half, outer := make([]float64, d), make([]float64, d), make([]float64, d), make([]float64, d)
	for i, v := range k.variances {
		sd[i] = math.Sqrt(v)
		weight[i], half[i] = 1, 1
		if basis == Preconditioned {
			weight[i], half[i] = sd[i], math.Sqrt(sd[i])
		}
	}
	work := mat.NewSymDense(d, nil)
	upper(k.k, work, func(i, j int, v float64) float64 { return v / half[i] / half[j] })
	lambda, q, err := eigenRows(work)
	if err != nil {
		return Modes{}, err
	}
	refine(lambda, q, k.k, weight)
	m := newModes(basis, d, d, noise)
	m.Lambda = lambda

	scaled := half // no longer needed for itself
	floats.Mul(scaled, nu)
	w := dense.Workspace{Workers: dense.Cores()}
	w.MulVec(blas.NoTrans, 1, q, scaled, 0, m.Risk)
	for i, l := range lambda {
		m.Risk[i] *= l * m.Risk[i] / 2
	}
	for n, shape := range noise {
		if shape.own(basis) {
			floats.MulTo(m.Weights[n], lambda, lambda)
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
// (T. Ogita, S. Rump and S. Oishi, SIAM J. Sci. Comput. 26 (2005) 1955). q holds the
// eigenvectors in its rows. Eigenvalues above 1e-3 λ_max are accurate enough as they are.
func refine(lambda []float64, q blas64.General, k *mat.SymDense, weight []float64) {
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
	a := k.RawSymmetric()
	dense.Each(dense.Cores(), len(small), func(_, task int) {
		i := small[task]
		u := make([]float64, a.N)
		norm := 0.0
		for j, v := range q.Data[i*q.Stride:][:a.N] {
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
