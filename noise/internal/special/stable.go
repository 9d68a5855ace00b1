package special

import "math"

// Stable returns, for the real ε of the symmetric α-stable law with location ω
// and unit scale, E exp(iuε) = exp(iωu − |u|^α), and q > 0,
//
//	mean   = E exp(−ε²/(4q))          = 2 √(q/π) Re ∫_0^∞ exp(E(u)) du
//	second = E (ε²/(4q)) exp(−ε²/(4q)) = √(q/π) Re ∫_0^∞ (αu^α − iωu) exp(E(u)) du
//
// with E(u) = iωu − qu² − u^α, for 0 < α < 2, α ≠ 1 and ω ≥ 0. Normal and Cauchy, α = 2 and
// α = 1, have closed forms. The second integral comes from integration by parts, and so
// keeps its relative accuracy where mean tends to 1.
func Stable(alpha, omega, q float64) (mean, second float64) {
	i0, i1 := stableIntegrals(alpha, omega, q)
	root := math.Sqrt(q / math.Pi)
	return 2 * root * i0, root * i1
}

// StableDensity returns the density of that law at 0.
func StableDensity(alpha, omega float64) float64 {
	i0, _ := stableIntegrals(alpha, omega, 0)
	return i0 / math.Pi
}

// stableIntegrals returns the two real parts for q ≥ 0. The integrand oscillates with ω, so
// the path of integration depends on which term of E makes it decay.
func stableIntegrals(alpha, omega, q float64) (i0, i1 float64) {
	switch {
	case omega <= 1.5*math.Sqrt(q): // the Gaussian does, before the first oscillation
		return stableLine(alpha, omega, q)
	case omega <= 2: // exp(−u^α) does, after few oscillations
		return stableRay(alpha, omega, q)
	default:
		return stableContour(alpha, omega, q)
	}
}

// stableScale returns the u at which exp(−qu²−u^α) begins to decay.
func stableScale(alpha, q float64) float64 {
	return min(1/math.Sqrt(q), math.Pow(1/alpha, 1/alpha))
}

// stableLine integrates along the real axis. If ω = 0, every term is positive.
func stableLine(alpha, omega, q float64) (i0, i1 float64) {
	nodes := fineHalfLine
	if omega == 0 {
		nodes = coarseHalfLine
	}
	scale := stableScale(alpha, q)
	for _, n := range nodes {
		u := scale * n.v
		power := math.Pow(u, alpha)
		decay := q*u*u + power
		if decay > negligible+4 {
			break
		}
		w := n.weight * math.Exp(-decay)
		sin, cos := math.Sincos(omega * u)
		i0 += w * cos
		i1 += w * (alpha*power*cos + omega*u*sin)
	}
	return scale * i0, scale * i1
}

// stableRay integrates along arg u = π/8, where all three terms of E decay.
func stableRay(alpha, omega, q float64) (i0, i1 float64) {
	const angle = math.Pi / 8
	sin1, cos1 := math.Sincos(angle)
	sinA, cosA := math.Sincos(alpha * angle)
	scale := min(stableScale(alpha, q), 1/omega)
	for _, n := range fineHalfLine {
		u := scale * n.v
		power := math.Pow(u, alpha)
		square := q * u * u * math.Sqrt2 / 2
		decay := omega*u*sin1 + square + power*cosA
		if decay > negligible+4 {
			break
		}
		sin, cos := math.Sincos(angle + omega*u*cos1 - square - power*sinA)
		w := n.weight * math.Exp(-decay)
		i0 += w * cos
		re, im := alpha*power*cosA+omega*u*sin1, alpha*power*sinA-omega*u*cos1
		i1 += w * (re*cos - im*sin)
	}
	return scale * i0, scale * i1
}

// stableContour integrates up the imaginary axis to the saddle point ir of E, and from
// there parallel to the real axis. For α < 1 it takes the saddle point of the first two
// terms of E. The first part is the contribution of the heavy tails. It is small, and free
// of the leading term of the expansion in 1/ω, which is purely imaginary. The second part
// is the contribution of the Gaussian centre.
func stableContour(alpha, omega, q float64) (i0, i1 float64) {
	sinA, cosA := stableAngle(alpha)
	r := stableSaddle(alpha, omega, q, cosA)
	// E(iρ) = −descent(ρ) − i sinA ρ^α
	end := math.Inf(1)
	if !math.IsInf(r, 1) {
		end = omega*r - q*r*r + cosA*math.Pow(r, alpha)
	}

	nodes, scale := unitNodes, r
	if end > 80 {
		nodes, scale = fineHalfLine, min(1/omega, math.Pow(1/alpha, 1/alpha))
	}
	for _, n := range nodes {
		rho := scale * n.v
		power := math.Pow(rho, alpha)
		descent := omega*rho - q*rho*rho + cosA*power
		if rho > r || descent > 80 {
			break
		}
		w := n.weight * math.Exp(-descent)
		sin, cos := math.Sincos(sinA * power)
		i0 += w * sin
		i1 += w * ((alpha*power*cosA+omega*rho)*sin - alpha*power*sinA*cos)
	}
	i0 *= scale
	i1 *= scale

	width := 1 / math.Sqrt(2*q+alpha*max(alpha-1, 0)*math.Abs(cosA)*math.Pow(r, alpha-2))
	if !(math.Exp(-end)*width*(1+omega*r) > 1e-18*math.Abs(i0)) {
		return i0, i1
	}
	h0, h1 := stableAcross(alpha, omega, q, r, width, end)
	return i0 + h0, i1 + h1
}

// stableAcross integrates from ir to ir + ∞. At ir the real part of E is −end.
func stableAcross(alpha, omega, q, r, width, end float64) (i0, i1 float64) {
	for _, n := range fineHalfLine {
		t := width * n.v
		sinP, cosP := math.Sincos(alpha * math.Atan2(r, t))
		power := math.Pow(math.Hypot(t, r), alpha)
		re, im := power*cosP, power*sinP // (t+ir)^α
		decay := omega*r + q*(t-r)*(t+r) + re
		if decay-end > negligible+4 {
			break
		}
		sin, cos := math.Sincos((omega-2*q*r)*t - im)
		w := n.weight * math.Exp(-decay)
		i0 += w * cos
		re, im = alpha*re+omega*r, alpha*im-omega*t
		i1 += w * (re*cos - im*sin)
	}
	return width * i0, width * i1
}

// stableAngle returns the sine and cosine of πα/2. They are accurate near their zeros, at
// α = 2 and α = 1.
func stableAngle(alpha float64) (sin, cos float64) {
	return math.Sin(math.Pi / 2 * (2 - alpha)), math.Sin(math.Pi / 2 * (1 - alpha))
}

// stableSaddle returns r > 0 with 2qr + α|cos πα/2| r^(α−1) = ω. For α < 1 it leaves out
// the second term. It returns +Inf if there is no such r.
func stableSaddle(alpha, omega, q, cosA float64) float64 {
	hi := omega / (2 * q)
	if alpha < 1 {
		return hi
	}
	a := -alpha * cosA
	hi = min(hi, math.Pow(omega/a, 1/(alpha-1)))
	if math.IsInf(hi, 1) {
		return hi
	}
	// The left side increases in r. An approximate r will do, since the integral does not
	// depend on the path.
	lo := hi
	for 2*q*lo+a*math.Pow(lo, alpha-1) > omega {
		lo /= 2
		if lo < 1e-3*hi {
			break
		}
	}
	for range 8 {
		mid := (lo + hi) / 2
		if 2*q*mid+a*math.Pow(mid, alpha-1) > omega {
			hi = mid
		} else {
			lo = mid
		}
	}
	return lo
}
