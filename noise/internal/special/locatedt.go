package special

import "math"

// LocatedT returns, for w ~ χ²_ν/ν,
//
//	mean   = E N,  N = √(w/(w+q²)) exp(−m² w/(w+q²))
//	second = E N (½ q²/(w+q²) + (m w/(w+q²))²)
//
// with ν ≥ 1e-300, m ≥ 0 and q > 0. They are the means of exp(−t²) and t² exp(−t²), where t
// given w is normal with the mean m and the variance q²/(2w). It takes log q too, and uses it
// alone for q < 1e-280: a tail of small index is felt even where q is no float64.
//
// It uses the trapezoidal rule in y = log w. The integrand is analytic for |Im y| < π/2,
// and every term is positive.
func LocatedT(nu, m, q, logQ float64) (mean, second float64) {
	a := nu / 2
	// Narrow integrands need a smaller step: the curvature of the log-density at
	// its mode is a, that of the other factor at most about a tenth of m², of
	// which no more than 745 can matter.
	h := 1 / math.Sqrt(25+4.4*(a+0.1*min(m*m, 745)))
	add := func(y float64) (density float64) {
		density = math.Exp(-a * expm1Less(y))
		ratio := math.Exp(-y/2) * q // q/√w
		if q < 1e-280 {
			ratio = math.Exp(logQ - y/2)
		}
		root := 1 / math.Hypot(1, ratio) // √(w/(w+q²))
		at := m * root
		if !(at < 30) { // exp(−900) is no float64, and both factors may be at their ends
			return density
		}
		term := density * root * math.Exp(-at*at)
		mean += term
		spread := 1.0 // q/√(w+q²)
		if ratio < 1e9 {
			spread = ratio * root
		}
		second += term * (0.5*spread*spread + at*at*root*root)
		return density
	}
	// To the left of y = 0 the integrand is at most the density times √w/q, which
	// falls like exp((a+½)y) or exp(ay); to the right at most the density. The sum
	// so far is a lower bound for the whole.
	const tiny = 1e-19
	for y := 0.0; ; y -= h {
		// Where w and q²/w are below rounding, the terms from y on are geometric series.
		if skip := math.Floor((y - 2*(logQ+21)) / h); y < -40 && a < 0.9 && m < 30 && skip > 1 {
			sum := math.Exp(a*(1+y)-m*m) * math.Expm1(-a*h*skip) / math.Expm1(-a*h)
			mean += sum
			far := math.Exp(a*(1+y) - m*m + 2*logQ - y + (1-a)*h*skip) // q²/w where they end
			second += m*m*sum + 0.5*far*-math.Expm1(-(1-a)*h*skip)/math.Expm1((1-a)*h)
			y -= skip * h
		}
		bound := add(y) * min(1, math.Exp(y/2-logQ))
		if rest := bound / (h * min(a, 1)); rest <= tiny*mean && rest <= tiny*second || bound == 0 {
			break
		}
	}
	for y := h; ; y += h {
		if density := add(y); density <= tiny*h*min(mean, second) {
			break
		}
	}
	c := h * math.Sqrt(a/(2*math.Pi)) / GammaStar(a)
	return c * mean, c * second
}

// expm1Less returns e^y − 1 − y ≥ 0 without cancellation.
func expm1Less(y float64) float64 {
	if math.Abs(y) > 0.5 {
		return math.Expm1(y) - y
	}
	sum := 0.0
	for n := 14.0; n >= 3; n-- {
		sum = (sum + 1) * y / n
	}
	return (sum + 1) * y * y / 2
}
