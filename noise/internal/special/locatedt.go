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
		ratio := math.Exp(-y/2) * q  // q/√w
		if q < 1e-280 || y < -1400 { // exp(−y/2) is no float64 at y = −1420
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
	// The density times min(1, √w/q) bounds the integrand and is largest near top. The sums
	// begin there, or at the end if that is further to the left: beyond it at > 30. To the left
	// the bound falls like exp((a+½)y) where w < q² and like exp(ay) elsewhere. To the right the
	// density does. The sum so far is a lower bound for the whole.
	top, end := max(0, min(2*logQ, math.Log1p(0.5/a))), math.Inf(1)
	if m > 30 {
		end = 2 * (logQ + math.Log(30/m) - math.Log1p(-900/m/m)/2)
		top = min(top, end)
	}
	if h > 0x1p-12 {
		// At y = −1490 rounding would move the nodes by 1e-12 h. So h and top are multiples of
		// 2^-40, and every node is exact.
		h, top = math.Floor(h*0x1p40)*0x1p-40, math.Floor(top*0x1p40)*0x1p-40
	}
	const tiny = 1e-19
	// Where q² < 6e-19 w and aw < 4e-18 the terms are geometric series: that of w^a, and that of
	// w^a q²/w. skip adds n of them, from lo to hi.
	plain, flat := 2*(logQ+21), math.Log(4e-18/a)
	skip := func(lo, hi, n float64) {
		sum := math.Exp(a*(1+hi)-m*m) * geometric(-a*h, n)
		mean += sum
		second += m*m*sum + 0.5*math.Exp(a*(1+lo)-m*m+2*logQ-lo)*geometric((a-1)*h, n)
	}
	for y := top; ; y -= h {
		if n := math.Floor((y - plain) / h); y < flat && a < 0.9 && m < 30 && n > 1 {
			skip(y-(n-1)*h, y, n)
			y -= n * h
		}
		density := add(y)
		if rest := density * min(1/min(a, 1), math.Exp(y/2-logQ)/min(a+0.5, 1)) / h; rest <= tiny*mean && rest <= tiny*second || rest == 0 {
			break
		}
	}
	for y := top + h; y < end; y += h {
		if n := math.Floor((flat - y) / h); y > plain && m < 30 && n > 1 {
			skip(y, y+(n-1)*h, n)
			y += n * h
		}
		if density := add(y); density <= tiny*h*min(mean, second) {
			break
		}
	}
	c := h * math.Sqrt(a/(2*math.Pi)) / GammaStar(a)
	return c * mean, c * second
}

// geometric returns the sum of exp(kx) over k = 0, …, n−1, for x ≤ 0.
func geometric(x, n float64) float64 {
	if x == 0 {
		return n
	}
	return math.Expm1(n*x) / math.Expm1(x)
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
