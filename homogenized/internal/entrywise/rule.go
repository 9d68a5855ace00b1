// Package entrywise computes the drift and the noise of a rule u(g) of each coordinate of
// the gradient of one sample, from u and the density of the residuals.
package entrywise

import (
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/integrate/quad"
)

// Powers is how many odd powers of the correlations have coefficients of their own.
const Powers = 5

// Rule computes the coefficients of an entrywise rule and remembers them. It is safe for
// concurrent use.
type Rule struct {
	delta float64
	parts []Part
	u     func(g float64) float64
	jump  float64 // a_1(0+)

	mu      sync.Mutex // of the tables
	panels  map[int]*panel
	moments map[int]*momentPanel
}

// Values are the coefficients at one risk.
type Values struct {
	Drift, Total float64         // h, and κ at ρ = 1
	Powers       [Powers]float64 // κ_1, κ_3, …
}

// moments are those of u(sZ) at one s.
type moments struct {
	slope, square float64 // s a_1'(s) and E u²
	squares       [Powers]float64
}

// New returns the rule u on coordinates of x of the standard deviation delta, under noise
// of the given parts. u must be odd and finite.
func New(u func(g float64) float64, delta float64, parts []Part) *Rule {
	return &Rule{
		delta: delta, parts: parts, u: u, jump: math.Sqrt(2/math.Pi) * u(math.SmallestNonzeroFloat64),
		panels: make(map[int]*panel), moments: make(map[int]*momentPanel),
	}
}

// panel is a piece of the tables of coefficients, a factor √e of risks long: values at
// Chebyshev's nodes in ln R. A momentPanel is one of the tables of moments, in ln s.
type (
	panel       [panelNodes]Values
	momentPanel [panelNodes]moments
)

const (
	panelNodes  = 12
	panelLength = 0.5
)

// panelNode returns the k-th node on [−1, 1].
func panelNode(k int) float64 { return math.Cos(math.Pi * float64(k) / (panelNodes - 1)) }

// chebyshev[j][k] gives the j-th coefficient of Chebyshev's series from the values at the
// nodes.
var chebyshev = func() (c [panelNodes][panelNodes]float64) {
	const n = panelNodes - 1
	for j := range c {
		for k := range c {
			v := 2. / n * math.Cos(math.Pi*float64(j*k%(2*n))/n)
			if k == 0 || k == n {
				v /= 2
			}
			if j == 0 || j == n {
				v /= 2
			}
			c[j][k] = v
		}
	}
	return c
}()

// place returns the panel of ln x and the place in it, from −1 to 1.
func place(x float64) (index int, at float64) {
	y := math.Log(x) / panelLength
	floor := math.Floor(y)
	return int(floor), 2*(y-floor) - 1
}

// inPanel returns the number whose logarithm is at the k-th node of a panel.
func inPanel(index, k int) float64 {
	return math.Exp(panelLength * (float64(index) + (panelNode(k)+1)/2))
}

// Coefficient returns the interpolated coefficient that pick chooses, with its slope.
func (r *Rule) Coefficient(pick func(Values) float64) func(risk float64) (value, slope float64) {
	return func(risk float64) (value, slope float64) {
		index, x := place(risk)
		p := r.panel(index)
		var picked [panelNodes]float64
		for k := range p {
			picked[k] = pick(p[k])
		}
		var t, derivative [panelNodes]float64
		t[0], t[1], derivative[1] = 1, x, 1
		for j := 1; j < panelNodes-1; j++ {
			t[j+1] = 2*x*t[j] - t[j-1]
			derivative[j+1] = 2*t[j] + 2*x*derivative[j] - derivative[j-1]
		}
		for j := range t {
			c := 0.0
			for k, v := range picked {
				c += chebyshev[j][k] * v
			}
			value += c * t[j]
			slope += c * derivative[j]
		}
		return max(value, 0), slope * 2 / panelLength / risk
	}
}

// panel returns the piece of the table with the given index.
func (r *Rule) panel(index int) *panel {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := r.panels[index]; p != nil {
		return p
	}
	p := new(panel)
	for k := range p {
		p[k] = r.at(inPanel(index, k))
	}
	r.panels[index] = p
	return p
}

// At returns the coefficients at a risk, without a table:
//
//	h = 2 a_1(0+) p_r(0) + ∫ δ a_1'(δx) p(x) dx,  κ = ∫ a_n(δx)² p(x) dx,
//
// where p(x) = p_r(x) + p_r(−x) is the density of |r|, x > 0.
func (r *Rule) At(risk float64) Values {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at(risk)
}

// at is At with the lock held.
func (r *Rule) at(risk float64) (v Values) {
	width := math.Sqrt(2 * risk)
	root := math.Sqrt(math.Pi / (16 * risk))
	density := func(x float64) float64 { // of r
		sum := 0.0
		for _, part := range r.parts {
			phi, _ := part.Moved(x).Phi(risk)
			sum += part.Weight * phi
		}
		return sum * root
	}
	if r.jump != 0 {
		v.Drift = 2 * r.jump * density(0)
	}
	breaks := r.breaks(width)
	var points, weights [10]float64
	for i := 1; i < len(breaks); i++ {
		quad.Legendre{}.FixedLocations(points[:], weights[:], breaks[i-1], breaks[i])
		for j, x := range points {
			mass := weights[j] * (density(x) + density(-x))
			if mass == 0 {
				continue
			}
			m := r.tabulated(r.delta * x)
			v.Drift += mass * m.slope / x
			v.Total += mass * m.square
			for n, s := range m.squares {
				v.Powers[n] += mass * s
			}
		}
	}
	v.Drift = max(v.Drift, 0)
	return v
}

// breaks returns the ends of the pieces on which the integrand is smooth: a factor 2
// each, and less where a part of the density has its peak.
func (r *Rule) breaks(width float64) []float64 {
	smallest, largest := math.Inf(1), 0.0
	all := []float64{0}
	for _, part := range r.parts {
		w := math.Hypot(width, part.Width)
		c := math.Abs(part.Centre)
		smallest, largest = min(smallest, w), max(largest, w+c)
		for k := -10.; k <= 10; k++ {
			for _, w := range []float64{width, w} {
				if x := c + k*w; x > 0 {
					all = append(all, x)
				}
			}
		}
	}
	for x := 1e-4 * min(smallest, 1/r.delta); x < 1e10*largest; x *= 2 {
		all = append(all, x)
	}
	slices.Sort(all)
	return slices.CompactFunc(all, func(x, y float64) bool { return math.Abs(y-x) < 1e-12*max(x, y) })
}

// tabulated returns the moments of u(sZ), interpolated.
func (r *Rule) tabulated(s float64) (m moments) {
	index, x := place(s)
	p := r.moments[index]
	if p == nil {
		p = new(momentPanel)
		for k := range p {
			p[k] = r.momentsOf(inPanel(index, k))
		}
		r.moments[index] = p
	}
	var weight [panelNodes]float64
	before, now := 1.0, x
	for k := range weight {
		weight[k] = chebyshev[0][k] + chebyshev[1][k]*x
	}
	for j := 2; j < panelNodes; j++ {
		before, now = now, 2*x*now-before
		for k := range weight {
			weight[k] += chebyshev[j][k] * now
		}
	}
	for k, w := range weight {
		m.slope += w * p[k].slope
		m.square += w * p[k].square
		for n := range m.squares {
			m.squares[n] += w * p[k].squares[n]
		}
	}
	return m
}

// momentsOf returns the moments of u(sZ).
func (r *Rule) momentsOf(s float64) (m moments) {
	var a [Powers]float64
	for _, node := range halfLine {
		z, u := node.z, r.u(s*node.z)
		w := 2 * node.weight
		m.square += w * u * u
		m.slope += w * u * (z*z*z - 2*z)
		// He_n/√n! for odd n, by their recurrence.
		even, odd := 1.0, z // of n = 0, 1
		for n := range a {
			a[n] += w * u * odd
			k := float64(2*n + 2)
			even = (z*odd - math.Sqrt(k-1)*even) / math.Sqrt(k)
			odd = (z*even - math.Sqrt(k)*odd) / math.Sqrt(k+1)
		}
	}
	for n, v := range a {
		m.squares[n] = v * v
	}
	return m
}

// halfLine is a rule for z > 0 with the weight of the normal density: 10 points on each
// of the pieces with ends 0, 2^{−12}, …, ½, 1, 1.5, …, 9.
var halfLine = func() (nodes []struct{ z, weight float64 }) {
	ends := []float64{0}
	for x := 0x1p-12; x < 0.5; x *= 2 {
		ends = append(ends, x)
	}
	for x := 0.5; x <= 9; x += 0.25 {
		ends = append(ends, x)
	}
	var points, weights [10]float64
	for i := 1; i < len(ends); i++ {
		quad.Legendre{}.FixedLocations(points[:], weights[:], ends[i-1], ends[i])
		for j, z := range points {
			nodes = append(nodes, struct{ z, weight float64 }{z, weights[j] * math.Exp(-z*z/2) / math.Sqrt(2*math.Pi)})
		}
	}
	return nodes
}()
