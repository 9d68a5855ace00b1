package spectra

import (
	"math"
	"math/cmplx"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/measure"
)

const (
	binNodes   = 8   // of the Gauss rule of a bin
	pathHeight = 0.4 // of the path above a bin, in units of half its width in log z

	// The double exponential rule along the path, θ = π/2·(1 + tanh(π/2·sinh s)).
	pathStep, pathEnd = 1. / 32, 3.3
)

// equivalentBin holds the measures of the risk and of the weights on a piece of the axis.
type equivalentBin struct{ risk, weight measure.Measure }

// bin returns Gauss rules of the measures between two points of the real axis.
//
// With S the Stieltjes transform of a measure, ∫_a^b f dμ = (1/π) Im ∫ f(z)S(z) dz along
// any path from a to b in the upper half-plane. The path is half an ellipse in log z.
// Nodes crowd at its ends, where S may have singularities close by.
func (e *Equivalent) bin(a, b float64) (out equivalentBin, err error) {
	centre, half := math.Log(a*b)/2, math.Log(b/a)/2
	place := func(theta float64) (t, z complex128) {
		sin, cos := math.Sincos(theta)
		t = complex(-cos, pathHeight*sin)
		return t, cmplx.Exp(complex(centre, 0) + complex(half, 0)*t)
	}
	_, apex := place(math.Pi / 2)
	top, err := e.solve(apex)
	if err != nil {
		return out, err
	}
	var moments [2][2 * binNodes]float64
	for _, side := range []float64{1, -1} {
		from, q := apex, top
		for s := 0.0; s < pathEnd; s += pathStep {
			if s == 0 && side < 0 {
				continue
			}
			sinh, cosh := math.Sinh(s), math.Cosh(s)
			// π − θ = 2θ'/…: the distance to the end, free of cancellation.
			rest := math.Pi / (1 + math.Exp(math.Pi*sinh))
			density := math.Pi / 2 * math.Pi / 2 * cosh / math.Pow(math.Cosh(math.Pi/2*sinh), 2)
			t, z := place(rest)
			if side > 0 { // towards θ = π, the upper end
				t = complex(-real(t), imag(t))
				z = cmplx.Exp(complex(centre, 0) + complex(half, 0)*t)
			}
			if q, err = e.follow(from, q, z); err != nil {
				return out, err
			}
			from = z
			count, _, target := e.sums.At(q)
			sin, cos := math.Sincos(rest)
			dt := complex(sin, -side*pathHeight*cos) // dt/dθ = sin θ + i·height·cos θ
			dz := complex(half*density*pathStep, 0) * z * dt
			// −dz²q has the same measure as zq Σ 1/(q − j^{2α}), which is smaller by far.
			values := [2]complex128{target / (2 * z) * dz, z * q * count * dz}
			previous, polynomial := complex(0, 0), complex(1, 0) // monic Legendre
			for l := range 2 * binNodes {
				for i, v := range values {
					moments[i][l] += imag(v*polynomial) / math.Pi
				}
				previous, polynomial = polynomial, t*polynomial-complex(legendreBeta(l), 0)*previous
			}
		}
	}
	for i, m := range []*measure.Measure{&out.risk, &out.weight} {
		nodes, weights := gaussOfMoments(moments[i][:])
		for k, x := range nodes {
			m.Lambda = append(m.Lambda, math.Exp(centre+half*x))
			m.Mass = append(m.Mass, weights[k])
		}
	}
	return out, nil
}

// legendreBeta is the coefficient b_l of the monic Legendre polynomials,
// P_{l+1} = x P_l − b_l P_{l−1}.
func legendreBeta(l int) float64 { return float64(l*l) / float64(4*l*l-1) }

// gaussOfMoments returns the Gauss rule of the measure on [−1, 1] with the given moments of
// the monic Legendre polynomials, an even number of them, by the modified Chebyshev
// algorithm (W. Gautschi, Orthogonal Polynomials, Section 2.1.7). A measure that looks like
// one of few atoms gets few nodes, and one of a mass not above rounding gets none.
func gaussOfMoments(moments []float64) (nodes, weights []float64) {
	n := len(moments) / 2
	if !(moments[0] > 0) {
		return nil, nil
	}
	before, now := make([]float64, 2*n), append([]float64(nil), moments...)
	alpha, beta := []float64{moments[1] / moments[0]}, []float64{0}
	for k := 1; k < n; k++ {
		next := make([]float64, 2*n)
		for l := k; l < 2*n-k; l++ {
			next[l] = now[l+1] - alpha[k-1]*now[l] - beta[k-1]*before[l] + legendreBeta(l)*now[l-1]
		}
		if !(next[k] > 1e-13*moments[0]) {
			break
		}
		a := next[k+1]/next[k] - now[k]/now[k-1]
		b := next[k] / now[k-1]
		if !(math.Abs(a) < 1) {
			break
		}
		alpha, beta = append(alpha, a), append(beta, b)
		before, now = now, next
	}
	jacobi := mat.NewSymDense(len(alpha), nil)
	for k, a := range alpha {
		jacobi.SetSym(k, k, a)
		if k > 0 {
			jacobi.SetSym(k-1, k, math.Sqrt(beta[k]))
		}
	}
	var eigen mat.EigenSym
	if !eigen.Factorize(jacobi, true) {
		return []float64{alpha[0]}, moments[:1] // never seen
	}
	var vectors mat.Dense
	eigen.VectorsTo(&vectors)
	nodes = eigen.Values(nil)
	weights = make([]float64, len(nodes))
	for k := range nodes {
		weights[k] = moments[0] * vectors.At(0, k) * vectors.At(0, k)
	}
	return nodes, weights
}
