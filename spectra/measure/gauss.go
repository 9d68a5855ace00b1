package measure

import "math"

// jacobi is the symmetric tridiagonal matrix of a three-term recurrence, which the Lanczos
// process builds. It has the diagonal α_1 … α_n and the off-diagonal β_1 … β_{n−1}. Its
// eigenvalues are the nodes of a Gauss rule, and the squares of the first components of its
// eigenvectors are the weights (G. Golub and J. Welsch, Math. Comp. 23 (1969) 221).
type jacobi struct {
	alpha, beta, first []float64
}

// resize empties the matrix and makes room for n rows.
func (t *jacobi) resize(n int) {
	if cap(t.alpha) < n {
		t.alpha, t.beta, t.first = make([]float64, 0, n), make([]float64, 0, n), make([]float64, 0, n)
	}
	t.alpha, t.beta, t.first = t.alpha[:0], t.beta[:0], t.first[:0]
}

// rule overwrites alpha with the nodes, in no particular order, and first with the square
// roots of the weights, up to their signs. The weights sum to 1. It uses the QL algorithm
// with implicit Wilkinson shifts, and reports whether it converged.
func (t *jacobi) rule() bool {
	n := len(t.alpha)
	d, e := t.alpha, append(t.beta[:n-1], 0)
	z := append(t.first[:0], make([]float64, n)...)
	z[0] = 1
	t.beta, t.first = e, z
	const sweeps = 60
	for l := range n {
		for sweep := 0; ; sweep++ {
			m := l
			for m < n-1 && math.Abs(e[m]) > 0x1p-53*(math.Abs(d[m])+math.Abs(d[m+1])) {
				m++
			}
			if m == l {
				break
			}
			if sweep == sweeps {
				return false
			}
			g := (d[l+1] - d[l]) / (2 * e[l])
			g = d[m] - d[l] + e[l]/(g+math.Copysign(math.Sqrt(g*g+1), g))
			s, c, p := 1.0, 1.0, 0.0
			i := m - 1
			for ; i >= l; i-- {
				f, b := s*e[i], c*e[i]
				r := math.Sqrt(f*f + g*g)
				e[i+1] = r
				if r == 0 { // the matrix splits here
					d[i+1] -= p
					e[m] = 0
					break
				}
				inverse := 1 / r
				s, c = f*inverse, g*inverse
				g = d[i+1] - p
				r = (d[i]-g)*s + 2*c*b
				p = s * r
				d[i+1] = g + p
				g = c*r - b
				z[i+1], z[i] = s*z[i]+c*z[i+1], c*z[i]-s*z[i+1]
			}
			if i >= l {
				continue
			}
			d[l] -= p
			e[l] = g
			e[m] = 0
		}
	}
	return true
}

// lanczos builds the recurrence of degree n for the measure with the positive masses at the
// points x, by the Lanczos process on diag(x). Rounding makes the Lanczos vectors lose their
// orthogonality. The Gauss rule stays accurate: it is that of points and masses that are
// moved by rounding errors (A. Greenbaum, Linear Algebra Appl. 113 (1989) 7). v and u are
// scratch space.
func (t *jacobi) lanczos(x, mass []float64, total float64, n int, v, u []float64) {
	t.resize(n)
	v, u = v[:len(x)], u[:len(x)]
	scale := 1 / total
	square, moment := 1.0, 0.0 // Σ v² and Σ x v²
	for i, m := range mass {
		v[i] = math.Sqrt(m * scale)
		u[i] = 0
		moment += x[i] * m * scale
	}
	norm, last := 1.0, 1.0 // of v and u, which are never normalized
	tiny := 0x1p-50 * (x[len(x)-1] - x[0])
	for {
		alpha := moment / square
		t.alpha = append(t.alpha, alpha)
		if len(t.alpha) == n {
			return
		}
		a, b := 1/norm, norm/last
		if len(t.alpha) == 1 {
			b = 0
		}
		square, moment = lanczosStep(x, v, u, alpha, a, b)
		v, u = u, v
		last, norm = norm, math.Sqrt(square)
		if norm <= tiny { // fewer than n points carry the measure
			return
		}
		t.beta = append(t.beta, norm)
	}
}

// lanczosStep replaces u by r = a(x − α)v − bu and returns Σ r² and Σ x r². It keeps two
// partial sums of each, because an addition must wait for the one before it.
func lanczosStep(x, v, u []float64, alpha, a, b float64) (square, moment float64) {
	v, u = v[:len(x)], u[:len(x)]
	var square1, moment1 float64
	i := 0
	for ; i+1 < len(x); i += 2 {
		r0 := a*(x[i]-alpha)*v[i] - b*u[i]
		r1 := a*(x[i+1]-alpha)*v[i+1] - b*u[i+1]
		u[i], u[i+1] = r0, r1
		r0, r1 = r0*r0, r1*r1
		square += r0
		square1 += r1
		moment += x[i] * r0
		moment1 += x[i+1] * r1
	}
	if i < len(x) {
		r := a*(x[i]-alpha)*v[i] - b*u[i]
		u[i] = r
		square += r * r
		moment += x[i] * (r * r)
	}
	return square + square1, moment + moment1
}
