package measure

import (
	"fmt"
	"math"
	"sort"

	"gonum.org/v1/gonum/stat"
)

// DefaultCompression is the relative tolerance that Compress uses if it is given 0.
const DefaultCompression = 1e-10

// negligible is the part of the mass of a measure below which its Laplace transform is not
// kept.
const negligible = 1e-30

// Compress returns a measure with few atoms, in ascending order. Its Laplace transform
// ∫ e^{−2λτ} dμ agrees with that of m to the relative tolerance for every τ ≥ 0 at which it
// exceeds 1e-30 of the mass of m. The mass is kept to rounding. An atom at 0 is kept
// exactly, and so is the smallest positive atom, on which the long run depends. tolerance
// must lie in [1e-13, 1); 0 means DefaultCompression. m is not changed.
//
// The eigenvalues are cut into bins, and in each bin the measure is replaced by its Gauss
// rule for polynomials in log λ. The error of e^{−2λτ} on a bin is bounded by its distance
// to polynomials, and must be small against the transform of all atoms at the same τ. Bins
// are as wide as this allows. A decade costs about ten nodes where the masses do not vary
// over many orders of magnitude. The cost is about 5 nanoseconds per atom and node of its
// bin.
func (m Measure) Compress(tolerance float64) (Measure, error) {
	if err := m.Validate(); err != nil {
		return Measure{}, err
	}
	if tolerance == 0 {
		tolerance = DefaultCompression
	}
	if !(tolerance >= 1e-13 && tolerance < 1) {
		return Measure{}, fmt.Errorf("measure: tolerance is %v: must lie in [1e-13, 1), or be 0 for the default", tolerance)
	}
	m = m.atoms()
	if len(m.Lambda) == 0 {
		return Measure{}, nil
	}
	c := newCompressor(m, tolerance)
	for c.next < len(m.Lambda) {
		c.bin()
	}
	return c.out, nil
}

// compressor cuts a measure into bins from below.
type compressor struct {
	in, out Measure
	x       []float64 // log λ
	below   []float64 // below[i]: mass of the atoms before the i-th
	floor   envelope  // a lower bound of the Laplace transform
	room    float64   // log of the part of it that an error may have
	next    int       // first atom not yet done

	allowed [len(decays)]float64
	refused int // where the last refused bin was
	width   int // of the last bin of the smallest rule
	recur   jacobi
	v, u    []float64
}

func newCompressor(m Measure, tolerance float64) *compressor {
	n := len(m.Lambda)
	scratch := make([]float64, 4*n+1)
	c := &compressor{
		in: m, x: scratch[:n], v: scratch[n : 2*n], u: scratch[2*n : 3*n], below: scratch[3*n:],
		room: math.Log(tolerance) - math.Log(4), // 4: see errorBound
	}
	for i, w := range m.Mass {
		c.x[i] = math.Log(m.Lambda[i])
		c.below[i+1] = c.below[i] + w
	}
	c.floor = newEnvelope(m.Lambda, c.below)
	const roomy = 64
	c.out.Lambda, c.out.Mass = make([]float64, 0, min(n, roomy)), make([]float64, 0, min(n, roomy))
	for c.next < n && m.Lambda[c.next] == 0 {
		c.keep()
	}
	if c.next < n {
		c.keep()
	}
	return c
}

// keep keeps the next atom as it is.
func (c *compressor) keep() {
	c.out.Lambda = append(c.out.Lambda, c.in.Lambda[c.next])
	c.out.Mass = append(c.out.Mass, c.in.Mass[c.next])
	c.next++
}

// bin replaces the next atoms by a Gauss rule, or keeps the next one. It chooses what covers
// most of the axis for each node.
func (c *compressor) bin() {
	i, last := c.next, len(c.x)-1
	if i == last {
		c.keep()
		return
	}
	best, nodes, end := c.x[i+1]-c.x[i], 1, i+1
	c.prepare()
	width := c.width // of the last bin: bins widen slowly
	for rule, n := range rules {
		if i+n > last {
			break
		}
		served := c.fits(rule, width)
		for !served && rule == 0 && width < len(widths)-1 {
			width++
			served = c.fits(rule, width)
		}
		for served && width > 0 && c.fits(rule, width-1) {
			width--
		}
		if rule == 0 {
			c.width = width
		}
		stop := c.reach(width)
		if stop-i <= n || !served {
			continue
		}
		if gain := min(widths[width], c.x[last]-c.x[i]) / float64(n); gain > best {
			best, nodes, end = gain, n, stop
		}
	}
	if end == i+1 {
		c.keep()
		return
	}
	c.gauss(end, nodes)
}

// reach returns the index after the last atom of a bin of the given width.
func (c *compressor) reach(width int) int {
	edge := c.x[c.next] + widths[width]
	return c.next + sort.Search(len(c.x)-c.next, func(k int) bool { return c.x[c.next+k] > edge })
}

// prepare sets allowed[k] to the logarithm of the allowed error of e^{−2λτ} relative to
// e^{−2aτ} for a unit of mass, where a is the next eigenvalue and 2aτ runs from
// decays[k−1] to decays[k].
func (c *compressor) prepare() {
	a := 2 * c.in.Lambda[c.next]
	c.floor.rewind()
	left, slope := c.floor.at(0)
	tau := 0.0
	for k, u := range decays {
		next := u / a
		right, slopeRight := c.floor.at(next)
		c.allowed[k] = c.room + lowest(tau, left+a*tau, slope+a, next, right+u, slopeRight+a)
		tau, left, slope = next, right, slopeRight
	}
}

// lowest bounds a convex function on [x0, x1] from below by its tangents at the
// ends.
func lowest(x0, y0, slope0, x1, y1, slope1 float64) float64 {
	switch {
	case slope0 >= 0:
		return y0
	case slope1 <= 0:
		return y1
	}
	meet := (y1 - y0 + slope0*x0 - slope1*x1) / (slope0 - slope1)
	return y0 + slope0*(min(max(meet, x0), x1)-x0)
}

// fits reports whether a Gauss rule serves the bin of the given width.
func (c *compressor) fits(rule, width int) bool {
	end := c.reach(width)
	mass := math.Log(c.below[end] - c.below[c.next])
	bound := &errorBounds()[rule][width]
	if k := c.refused; mass+bound[k] > c.allowed[k] { // mostly the same again
		return false
	}
	for k, allowed := range c.allowed {
		if mass+bound[k] > allowed {
			c.refused = k
			return false
		}
	}
	return true
}

// gauss replaces the atoms before end by a rule of n nodes.
func (c *compressor) gauss(end, n int) {
	lo := c.next
	x, mass := c.x[lo:end], c.in.Mass[lo:end]
	total := c.below[end] - c.below[lo]
	start := c.in.Lambda[lo]
	for i := range x { // free of the rounding errors of large logarithms
		x[i] = math.Log(c.in.Lambda[lo+i] / start)
	}
	c.recur.lanczos(x, mass, total, n, c.v, c.u)
	if !c.recur.rule() { // never seen; the atoms themselves are always right
		for c.next < end {
			c.keep()
		}
		return
	}
	nodes, weights := c.recur.alpha, c.recur.first
	stat.SortWeighted(nodes, weights)
	for k, node := range nodes {
		if w := total * weights[k] * weights[k]; w > 0 {
			c.out.Lambda = append(c.out.Lambda, start*math.Exp(min(max(node, x[0]), x[len(x)-1])))
			c.out.Mass = append(c.out.Mass, w)
		}
	}
	c.next = end
}
