package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// Hadamard is the covariance
//
//	K = diag(s) H diag(λ_π) H diag(s) / d,
//
// where H is the d×d Hadamard matrix of Sylvester, d is a power of two, s are random signs
// and π is a random order. It is a full matrix with given eigenvalues, and yet needs only
// O(d) memory, and O(d log d) operations for products, samples and modes.
// K_ij = s_i s_j f(i xor j) with f = Hλ_π/d, so that the diagonal is constant, and every odd
// entrywise function keeps the form and the eigenvectors.
type Hadamard struct {
	signs  []float64
	lambda []float64 // λ_π
	row    []float64 // f
}

var _ Structured = (*Hadamard)(nil)

// NewHadamard returns the covariance with the given eigenvalues, and with random signs and
// order. The eigenvalues must be positive and finite. Their number must be a power of two.
func NewHadamard(eigenvalues []float64, rng *rand.Rand) (*Hadamard, error) {
	if err := positive("eigenvalues", eigenvalues); err != nil {
		return nil, err
	}
	if rng == nil {
		return nil, errNilRand
	}
	d := len(eigenvalues)
	if d&(d-1) != 0 {
		return nil, fmt.Errorf("spectra: eigenvalues has length %d: must be a power of two", d)
	}
	lambda, signs := make([]float64, d), make([]float64, d)
	for i, j := range rng.Perm(d) {
		lambda[i] = eigenvalues[j]
		signs[i] = float64(2*rng.IntN(2) - 1)
	}
	return newHadamard(lambda, signs), nil
}

// newHadamard retains its arguments.
func newHadamard(lambda, signs []float64) *Hadamard {
	row := make([]float64, len(lambda))
	for i, l := range lambda {
		row[i] = l / float64(len(lambda))
	}
	walshHadamard(row)
	return &Hadamard{signs: signs, lambda: lambda, row: row}
}

// Dim returns the dimension d.
func (k *Hadamard) Dim() int { return len(k.signs) }

// Variances stores the diagonal of K in dst and returns it; nil allocates.
func (k *Hadamard) Variances(dst []float64) []float64 {
	return constantTo(dst, k.row[0], k.Dim(), "Hadamard.Variances")
}

// MulVecTo stores K·x in dst.
func (k *Hadamard) MulVecTo(dst, x []float64) {
	panicLength("Hadamard.MulVecTo", len(x), k.Dim())
	panicLength("Hadamard.MulVecTo", len(dst), k.Dim())
	for i, s := range k.signs {
		dst[i] = s * x[i]
	}
	walshHadamard(dst)
	scale := 1 / float64(k.Dim())
	for i, l := range k.lambda {
		dst[i] *= l * scale
	}
	walshHadamard(dst)
	for i, s := range k.signs {
		dst[i] *= s
	}
}

// NewSampler returns a sampler of N(0, K).
func (k *Hadamard) NewSampler() Sampler {
	s := &hadamardSampler{signs: k.signs, root: roots(k.lambda)}
	scale := 1 / math.Sqrt(float64(k.Dim()))
	for i := range s.root {
		s.root[i] *= scale
	}
	return s
}

// hadamardSampler draws x = diag(s) H diag(λ_π)^{1/2} z / √d.
type hadamardSampler struct{ signs, root []float64 }

func (s *hadamardSampler) Sample(dst []float64, rng *rand.Rand) {
	d := len(s.signs)
	panicLength("Sample: remainder of the rows", len(dst)%d, 0)
	for ; len(dst) > 0; dst = dst[d:] {
		row := dst[:d]
		FillNormal(row, rng)
		for i, r := range s.root {
			row[i] *= r
		}
		walshHadamard(row)
		for i, v := range s.signs {
			row[i] *= v
		}
	}
}

// Congruent returns diag(v)·K·diag(v). It is a Hadamard if all |v_i| are equal. Otherwise
// it is not, and has modes only up to the dimension DenseLimit.
func (k *Hadamard) Congruent(v []float64) (Covariance, error) {
	if err := checkScale("v", v, k.Dim()); err != nil {
		return nil, err
	}
	lambda, signs := make([]float64, k.Dim()), make([]float64, k.Dim())
	for i, a := range v {
		if math.Abs(a) != math.Abs(v[0]) {
			return newScaled(k, v)
		}
		lambda[i] = a * a * k.lambda[i]
		signs[i] = math.Copysign(1, k.signs[i]*a)
	}
	c := newHadamard(lambda, signs)
	if err := positive("diag(v)·K·diag(v)", c.row[:1]); err != nil {
		return nil, err
	}
	return c, nil
}

// Entrywise returns f(C), which has the form and the eigenvectors of K.
func (k *Hadamard) Entrywise(f Odd) (Covariance, error) {
	lambda, err := k.spectrum(f)
	if err != nil {
		return nil, err
	}
	return newHadamard(lambda, k.signs), nil
}

// spectrum returns the eigenvalues of f(C) in the order of K's.
func (k *Hadamard) spectrum(f Odd) ([]float64, error) {
	lambda, err := stationaryEntrywise(k.row, f)
	if err != nil {
		return nil, err
	}
	walshHadamard(lambda)
	return lambda, clip(lambda, len(lambda))
}

// Modes returns the modes of the risk in the order π of the eigenvalues. The eigenvectors
// are the columns of diag(s)·H/√d, which are not formed: the Kind is Unformed.
func (k *Hadamard) Modes(basis Basis, nu []float64, noise ...Shape) (Modes, error) {
	if err := checkModes(basis, nu, k.Dim(), noise); err != nil {
		return Modes{}, err
	}
	squares := make([]float64, k.Dim())
	for i, s := range k.signs {
		squares[i] = s * nu[i]
	}
	walshHadamard(squares)
	for i, v := range squares {
		squares[i] = v * v / float64(k.Dim())
	}
	return stationaryModes(basis, k.row[0], k.lambda, squares, noise, k.spectrum)
}

// walshHadamard replaces x by H·x, where H is the symmetric matrix of the entries
// (−1)^{popcount(i & j)}, with H² = d·I. The length of x must be a power of two. It takes
// d log₂ d additions. The first three levels of the recursion are done at once, and the
// others in pairs, to save passes over the memory.
func walshHadamard(x []float64) {
	h := 1
	if len(x) >= 8 {
		for b := x; len(b) >= 8; b = b[8:] {
			eight := (*[8]float64)(b)
			p, q, r, s := eight[0], eight[1], eight[2], eight[3]
			p, q, r, s = p+q, p-q, r+s, r-s
			p, q, r, s = p+r, q+s, p-r, q-s
			t, u, v, w := eight[4], eight[5], eight[6], eight[7]
			t, u, v, w = t+u, t-u, v+w, v-w
			t, u, v, w = t+v, u+w, t-v, u-w
			eight[0], eight[1], eight[2], eight[3] = p+t, q+u, r+v, s+w
			eight[4], eight[5], eight[6], eight[7] = p-t, q-u, r-v, s-w
		}
		h = 8
	}
	for ; 4*h <= len(x); h *= 4 {
		for rest := x; len(rest) > 0; rest = rest[4*h:] {
			a, b, c, e := rest[:h], rest[h:][:h], rest[2*h:][:h], rest[3*h:][:h]
			for i, p := range a {
				q, r, s := b[i], c[i], e[i]
				p, q, r, s = p+q, p-q, r+s, r-s
				a[i], b[i], c[i], e[i] = p+r, q+s, p-r, q-s
			}
		}
	}
	if h < len(x) {
		a, b := x[:h], x[h:]
		for i, p := range a {
			q := b[i]
			a[i], b[i] = p+q, p-q
		}
	}
}
