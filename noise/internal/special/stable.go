package special

import "math"

// Stable returns, for ε of the symmetric α-stable law with location μ and scale γ,
// E exp(iuε) = exp(iμu − |γu|^α), and for r = √R,
//
//	mean   = E exp(−ε²/(4R))            = 2 (r/√π) Re ∫_0^∞ exp(E(u)) du
//	second = E (ε²/(4R)) exp(−ε²/(4R)) = (r/√π) Re ∫_0^∞ (α(γu)^α − iμu) exp(E(u)) du
//
// with E(u) = iμu − Ru² − (γu)^α, for 0 < α < 2, α ≠ 1, μ ≥ 0 and γ, r > 0. Normal and
// Cauchy, α = 2 and α = 1, have closed forms. The second integral comes from integration by
// parts, and so keeps its relative accuracy where mean tends to 1.
//
// The three lengths may be any float64. Only their ratios to the length on which the
// integrand decays enter, and none of these is above about one.
func Stable(alpha, mu, gamma, r float64) (mean, second float64) {
	var i0, i1 float64
	s := stableIntegrand{alpha: alpha}
	switch {
	case mu <= 1.5*r: // the Gaussian decays before the first oscillation
		s.scale(mu, gamma, r, r)
		i0, i1 = s.line()
	case mu <= 2*gamma && alpha > 0.2: // exp(−(γu)^α) does, after few oscillations
		s.scale(mu, gamma, r, mu)
		i0, i1 = s.ray()
	default:
		s.scale(mu, gamma, r, mu)
		i0, i1 = s.contour()
	}
	c := s.root / math.SqrtPi
	return 2 * c * i0, c * i1
}

// StableDensity returns the density of that law at 0, for μ > 0.
func StableDensity(alpha, mu, gamma float64) float64 {
	s := stableIntegrand{alpha: alpha}
	s.scale(mu, gamma, 0, mu)
	i0 := 0.0
	if mu <= 2*gamma && alpha > 0.2 {
		i0, _ = s.ray()
	} else {
		i0, _ = s.contour()
	}
	return i0 / math.Pi / s.length
}

// stableIntegrand is the integrand in x = length·u, which decays on the scale x = 1:
//
//	E = i place x − root² x² − power x^α.
type stableIntegrand struct {
	alpha              float64
	length             float64
	place, root, power float64
}

// scale sets the length to other, or to γ α^{1/α} if that is longer. The factor exp(−(γu)^α)
// weighs most at u^−1 = γ α^{1/α}.
func (s *stableIntegrand) scale(mu, gamma, r, other float64) {
	inverse := math.Pow(1/s.alpha, 1/s.alpha) // +Inf for α < 0.0058
	if other*inverse <= gamma {
		s.length = gamma / inverse
		s.place, s.root, s.power = mu*inverse/gamma, r*inverse/gamma, 1/s.alpha
		return
	}
	s.length = other
	s.place, s.root, s.power = mu/other, r/other, ratioPow(gamma, other, s.alpha)
}

// ratioPow returns (x/y)^a for x, y > 0, also where x/y leaves the range of float64.
func ratioPow(x, y, a float64) float64 {
	if r := x / y; r > 0x1p-1000 && r < 0x1p1000 {
		return math.Pow(r, a)
	}
	return math.Exp(a * (Log(x) - Log(y)))
}

// nodes returns the nodes of the rule that the integrand needs.
func (s *stableIntegrand) nodes(l *halfLine) []halfLineNode {
	if s.alpha < 0.1 {
		return l.wide
	}
	return l.usual
}

// lost is the size of a term, relative to the sum so far, from which a sum whose terms fall
// ends.
const lost = 1e-21

// line integrates along the real axis. If μ = 0, every term is positive.
func (s *stableIntegrand) line() (i0, i1 float64) {
	nodes := s.nodes(&fineHalfLine)
	if s.place == 0 {
		nodes = s.nodes(&coarseHalfLine)
	}
	sum := 0.0
	for _, n := range nodes {
		power := s.power * math.Pow(n.v, s.alpha)
		square := s.root * n.v
		w := n.weight * math.Exp(-square*square-power)
		sum += w
		if w < lost*sum {
			break
		}
		sin, cos := math.Sincos(s.place * n.v)
		i0 += w * cos
		i1 += w * (s.alpha*power*cos + s.place*n.v*sin)
	}
	return i0, i1
}

// ray integrates along arg u = π/8, where all three terms of E decay.
func (s *stableIntegrand) ray() (i0, i1 float64) {
	const angle = math.Pi / 8
	sin1, cos1 := math.Sincos(angle)
	sinA, cosA := math.Sincos(s.alpha * angle)
	sum := 0.0
	for _, n := range s.nodes(&fineHalfLine) {
		power := s.power * math.Pow(n.v, s.alpha)
		square := s.root * n.v
		square *= square * math.Sqrt2 / 2
		turn := s.place * n.v
		w := n.weight * math.Exp(-turn*sin1-square-power*cosA)
		sum += w
		if w < lost*sum {
			break
		}
		sin, cos := math.Sincos(angle + turn*cos1 - square - power*sinA)
		i0 += w * cos
		re, im := s.alpha*power*cosA+turn*sin1, s.alpha*power*sinA-turn*cos1
		i1 += w * (re*cos - im*sin)
	}
	return i0, i1
}

// contour integrates up the imaginary axis to the saddle point ir of E, and from there
// parallel to the real axis. For α < 1 it takes the saddle point of the first two terms of
// E. The first part is the contribution of the heavy tails. It is small, and free of the
// leading term of the expansion in 1/μ, which is purely imaginary. The second part is the
// contribution of the Gaussian centre.
func (s *stableIntegrand) contour() (i0, i1 float64) {
	sinA, cosA := stableAngle(s.alpha)
	g := s.root * s.root
	r := s.saddle(cosA)
	// E(iρ) = −descent(ρ) − i power sinA ρ^α
	end := math.Inf(1)
	if !math.IsInf(r, 1) {
		end = r * (s.place - g*r + cosA*s.power*math.Pow(r, s.alpha-1))
	}

	nodes, scale := unitNodes, r
	if end > 80+s.power { // the peak of the tails is not below exp(−1 − power)
		nodes, scale = s.nodes(&fineHalfLine), 1
	}
	sum := 0.0
	for _, n := range nodes {
		rho := scale * n.v
		if rho > r {
			break
		}
		power := s.power * math.Pow(rho, s.alpha)
		w := n.weight * math.Exp(-rho*(s.place-g*rho)-cosA*power)
		sum += w
		if n.v > 1 && w < lost*sum {
			break
		}
		sin, cos := math.Sincos(sinA * power)
		i0 += w * sin
		i1 += w * ((s.alpha*power*cosA+s.place*rho)*sin - s.alpha*power*sinA*cos)
	}
	i0 *= scale
	i1 *= scale

	width := 1 / math.Sqrt(2*g+s.alpha*max(s.alpha-1, 0)*math.Abs(cosA)*s.power*math.Pow(r, s.alpha-2))
	if !(math.Exp(-end)*width*(1+s.place*r) > 1e-18*math.Abs(i0)) {
		return i0, i1
	}
	h0, h1 := s.across(r, width, end)
	return i0 + h0, i1 + h1
}

// across integrates from ir to ir + ∞. At ir the real part of E is −end.
func (s *stableIntegrand) across(r, width, end float64) (i0, i1 float64) {
	g := s.root * s.root
	for _, n := range s.nodes(&fineHalfLine) {
		t := width * n.v
		sinP, cosP := math.Sincos(s.alpha * math.Atan2(r, t))
		power := s.power * math.Pow(math.Hypot(t, r), s.alpha)
		re, im := power*cosP, power*sinP // power (t+ir)^α
		decay := s.place*r + g*(t-r)*(t+r) + re
		if decay-end > negligible+4 {
			break
		}
		sin, cos := math.Sincos((s.place-2*g*r)*t - im)
		w := n.weight * math.Exp(-decay)
		i0 += w * cos
		re, im = s.alpha*re+s.place*r, s.alpha*im-s.place*t
		i1 += w * (re*cos - im*sin)
	}
	return width * i0, width * i1
}

// stableAngle returns the sine and cosine of πα/2. They are accurate near their zeros, at
// α = 2 and α = 1.
func stableAngle(alpha float64) (sin, cos float64) {
	if alpha < 0.5 {
		return math.Sincos(math.Pi / 2 * alpha)
	}
	return math.Sin(math.Pi / 2 * (2 - alpha)), math.Sin(math.Pi / 2 * (1 - alpha))
}

// saddle returns ρ > 0 with 2 root² ρ + α|cos πα/2| power ρ^(α−1) = place. For α < 1 it
// leaves out the second term. It returns +Inf if there is no such ρ.
func (s *stableIntegrand) saddle(cosA float64) float64 {
	g, hi := s.root*s.root, math.Inf(1)
	if g > 0 {
		hi = s.place / (2 * g)
	}
	if s.alpha < 1 {
		return hi
	}
	a := -s.alpha * cosA * s.power
	hi = min(hi, math.Pow(s.place/a, 1/(s.alpha-1)))
	if math.IsInf(hi, 1) {
		return hi
	}
	// The left side increases in ρ. An approximate ρ will do, since the integral does not
	// depend on the path.
	lo := hi
	for 2*g*lo+a*math.Pow(lo, s.alpha-1) > s.place {
		lo /= 2
		if lo < 1e-3*hi {
			break
		}
	}
	for range 8 {
		mid := (lo + hi) / 2
		if 2*g*mid+a*math.Pow(mid, s.alpha-1) > s.place {
			hi = mid
		} else {
			lo = mid
		}
	}
	return lo
}
