package eigen

import "math"

// secular is the equation f(λ) = 1/ρ + Σ_j z_j²/(d_j − λ) = 0, ρ > 0, d strictly
// increasing, no z_j zero. Its roots are the eigenvalues of diag(d) + ρ z zᵀ, one
// in each interval (d_i, d_{i+1}), the last above d_{k−1}.
type secular struct {
	rho  float64
	d, z []float64
}

// value is what one evaluation of f tells: f = 1/ρ + ψ + φ with ψ the sum over
// the poles below the root, φ over those above, the derivatives of both, and a
// bound of the rounding error of f.
type value struct {
	f, psiSlope, phiSlope, error float64
}

const eps = 0x1p-53

// at evaluates f at λ = d_origin + tau, ψ being the sum over j < split.
func (s *secular) at(origin int, tau float64, split int) value {
	o := s.d[origin]
	psi, psiSlope, partial := sums(s.d[:split], s.z[:split], o, tau)
	phi, phiSlope, more := sums(s.d[split:], s.z[split:], o, tau)
	v := value{f: 1/s.rho + psi + phi, psiSlope: psiSlope, phiSlope: phiSlope}
	v.error = eps * (8*(math.Abs(psi)+math.Abs(phi)) + partial + more + 1/s.rho + math.Abs(tau)*(psiSlope+phiSlope))
	return v
}

// sums returns Σ z_j²/δ_j and Σ z_j²/δ_j², δ_j = (d_j − o) − τ, all of one sign,
// and the sum of the moduli of the first's partial sums, which times eps bounds
// its rounding error.
func sums(d, z []float64, o, tau float64) (sum, slope, partial float64) {
	z = z[:len(d)]
	for j, dj := range d {
		q := z[j] / ((dj - o) - tau)
		sum += z[j] * q
		slope += q * q
		partial += sum
	}
	return sum, slope, math.Abs(partial)
}

// bracket is an interval in which f has its root.
type bracket struct{ lo, hi float64 }

// inside returns x if it lies strictly inside, and else a point that does: the
// geometric mean where the ends are of different magnitude, or the middle.
func (b bracket) inside(x float64) float64 {
	switch {
	case b.lo < x && x < b.hi:
		return x
	case b.lo > 0 && b.hi > 8*b.lo || b.hi < 0 && b.lo < 8*b.hi:
		return math.Copysign(math.Sqrt(math.Abs(b.lo))*math.Sqrt(math.Abs(b.hi)), b.lo+b.hi)
	}
	return b.lo + (b.hi-b.lo)/2
}

// root finds the i-th root λ, counted from 0, and fills delta with d_j − λ, each
// to high relative accuracy. ok is false if the iteration did not converge.
func (s *secular) root(i int, delta []float64) (lambda float64, ok bool) {
	origin, tau, ok := s.find(i)
	o := s.d[origin]
	for j, dj := range s.d {
		delta[j] = (dj - o) - tau
	}
	return o + tau, ok
}

// find returns the i-th root as the pole next to it and the distance τ from there.
//
// τ is sought by interpolating f with the two poles next to the root (R.-C. Li, Solving
// secular equations stably and efficiently, LAPACK Working Note 89 (1994)), inside a
// bracket.
func (s *secular) find(i int) (origin int, tau float64, ok bool) {
	if len(s.d) == 1 {
		return 0, s.rho * s.z[0] * s.z[0], true
	}
	last := i == len(s.d)-1
	left := i // the poles of the interpolation are left and left+1
	if last {
		left--
	}
	origin, tau, b := s.start(i, left)
	tau, ok = s.iterate(left, origin, tau, b, last)
	return origin, tau, ok
}

// start chooses the pole next to the root as the origin, brackets the root's
// distance from it, and guesses it by freezing all terms but the two of the poles
// at the value they have in the middle of the interval.
func (s *secular) start(i, left int) (origin int, tau float64, b bracket) {
	gap := s.d[left+1] - s.d[left]
	zl, zr := s.z[left]*s.z[left], s.z[left+1]*s.z[left+1]
	if i > left { // the last root
		norm := 0.0
		for _, z := range s.z {
			norm += z * z
		}
		b = bracket{0, s.rho * norm * (1 + 8*eps)}
		middle := b.hi / 2
		v := s.at(i, middle, i)
		if v.f > 0 {
			b.hi = middle
		} else {
			b.lo = middle
		}
		c := v.f + zl/(gap+middle) + zr/middle
		return i, b.inside(positiveRoot(c, c*gap-zl-zr, zr*gap)), b
	}
	v := s.at(i, gap/2, i+1)
	c := v.f + (zl-zr)/(gap/2)
	if v.f >= 0 {
		b = bracket{0, gap / 2}
		// cτ² − (c·gap + zl + zr)τ + zl·gap = 0, the smaller root.
		a := c*gap + zl + zr
		q := math.Sqrt(math.Abs(a*a - 4*zl*gap*c))
		if a > 0 {
			tau = 2 * zl * gap / (a + q)
		} else {
			tau = (a - q) / (2 * c)
		}
		return i, b.inside(tau), b
	}
	b = bracket{-gap / 2, 0}
	// cτ² + (c·gap − zl − zr)τ − zr·gap = 0, the negative root.
	a := c*gap - zl - zr
	q := math.Sqrt(math.Abs(a*a + 4*zr*gap*c))
	if a < 0 {
		tau = 2 * zr * gap / (a - q)
	} else {
		tau = -(a + q) / (2 * c)
	}
	return i + 1, b.inside(tau), b
}

// positiveRoot returns the positive solution of cτ² + aτ − b = 0, or NaN.
func positiveRoot(c, a, b float64) float64 {
	q := math.Sqrt(a*a + 4*b*c)
	if a < 0 {
		return (q - a) / (2 * c)
	}
	return 2 * b / (a + q)
}

// iterate improves tau until f is zero to rounding or no number is left in the
// bracket.
func (s *secular) iterate(left, origin int, tau float64, b bracket, last bool) (float64, bool) {
	const (
		most    = 500 // bisection alone needs fewer
		patient = 15  // steps after which every second one bisects
	)
	fixed := true // whether the far terms' weight stays with the near pole
	before := math.Inf(1)
	for step := range most {
		v := s.at(origin, tau, left+1)
		if math.Abs(v.f) <= v.error {
			return tau, true
		}
		if v.f < 0 {
			b.lo = tau
		} else {
			b.hi = tau
		}
		if math.Abs(v.f) > before/10 {
			fixed = !fixed
		}
		before = math.Abs(v.f)
		next := math.NaN()
		if step < patient || step%2 == 0 {
			next = tau + s.interpolate(v, left, origin, tau, fixed, last)
		}
		next = b.inside(next)
		if next <= b.lo || next >= b.hi { // the ends are neighbours
			return tau, true
		}
		tau = next
	}
	return tau, false
}

// interpolate returns the step η to the zero of c + s/(δ_l − η) + r/(δ_r − η), a
// function with f's value and slope at tau and poles where the neighbours of the
// root are; the Newton step if that goes the wrong way.
func (s *secular) interpolate(v value, left, origin int, tau float64, fixed, last bool) float64 {
	o := s.d[origin]
	dl, dr := (s.d[left]-o)-tau, (s.d[left+1]-o)-tau
	slope := v.psiSlope + v.phiSlope
	var c float64
	switch {
	case last || !fixed:
		c = v.f - dl*v.psiSlope - dr*v.phiSlope
	case origin == left:
		q := s.z[left] / dl
		c = v.f - dr*slope + (s.d[left+1]-s.d[left])*q*q
	default:
		q := s.z[left+1] / dr
		c = v.f - dl*slope - (s.d[left+1]-s.d[left])*q*q
	}
	// cη² − aη + b = 0.
	a := (dl+dr)*v.f - dl*dr*slope
	b := dl * dr * v.f
	q := math.Sqrt(math.Abs(a*a - 4*b*c))
	var eta float64
	switch {
	case last && a >= 0:
		eta = (a + q) / (2 * math.Abs(c))
	case last:
		eta = 2 * b / (a - q)
	case a <= 0:
		eta = (a - q) / (2 * c)
	default:
		eta = 2 * b / (a + q)
	}
	if !(v.f*eta < 0) {
		eta = -v.f / slope
	}
	return eta
}
