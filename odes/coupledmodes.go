package odes

import (
	"math"
	"slices"
)

// modeSet holds modes of a coupled limit over one step.
type modeSet struct {
	entries, noises int
	lambda          []float64
	input           []float64 // c_i^{(n)}/(2d), mode by mode
	modes           []float64 // the entries of every mode at the start of the step
	next            []float64 // at its end
}

// start returns the entries of the mode i at the start of the step.
func (m *modeSet) start(i int) []float64 { return m.modes[i*m.entries:][:m.entries] }

// source returns c_i^{(n)}/(2d) for every noise n.
func (m *modeSet) source(i int) []float64 { return m.input[i*m.noises:][:m.noises] }

// advance moves on to the end of the step.
func (m *modeSet) advance() { m.modes, m.next = m.next, m.modes }

// octave is the largest ratio of the eigenvalues in a bin of condense. About a ratio of 5
// the number of all nodes is least for the decays e^{−2λτ} of any τ.
const octave = 5

// bins returns the number of bins that condense divides the eigenvalues into, and their
// ratio.
func (m *modeSet) bins() (count int, ratio float64) {
	span := slices.Max(m.lambda) / slices.Min(m.lambda)
	count = max(1, int(math.Ceil(math.Log(span)/math.Log(octave))))
	return count, math.Pow(span, 1/float64(count))
}

// pointsFor returns the number of nodes of a bin at which interpolation meets the relative
// tolerance for the decays e^{−2λτ}. These grow no faster than on the ellipse through λ = 0
// whose foci are the ends of the bin, so the error falls like ρ^{−points} with
// ρ = (√ratio + 1)/(√ratio − 1).
func (m *modeSet) pointsFor(tolerance float64) int {
	_, ratio := m.bins()
	root := math.Sqrt(ratio)
	return 2 + int(math.Ceil(math.Log(10/tolerance)/math.Log((root+1)/max(root-1, 1e-3))))
}

// condense returns fewer modes that have the same overlaps, or nil if there are no fewer.
//
// Given the coefficients, the entries of a mode are linear in its entries at the start and
// its sources, and smooth functions of λ. So they are interpolated in λ: the modes of each
// of some bins are replaced by the given number of Chebyshev nodes, and each number of a
// mode is given to the nodes in parts, by their Lagrange polynomials at λ. The parts may
// be negative. A bin with no more modes than that keeps them.
func (m *modeSet) condense(points int) *modeSet {
	count, ratio := m.bins()
	lowest := slices.Min(m.lambda)
	bins := make([][]int, count)
	for i, l := range m.lambda {
		bin := 0
		if count > 1 {
			bin = min(count-1, int(math.Log(l/lowest)/math.Log(ratio)))
		}
		bins[bin] = append(bins[bin], i)
	}
	out := &modeSet{entries: m.entries, noises: m.noises}
	for _, bin := range bins {
		if len(bin) <= points {
			for _, i := range bin {
				out.lambda = append(out.lambda, m.lambda[i])
				out.modes = append(out.modes, m.start(i)...)
				out.input = append(out.input, m.source(i)...)
			}
			continue
		}
		m.interpolate(out, bin, points)
	}
	if len(out.lambda) >= len(m.lambda) {
		return nil
	}
	out.next = make([]float64, len(out.modes))
	return out
}

// interpolate appends the nodes of a bin to out.
func (m *modeSet) interpolate(out *modeSet, bin []int, points int) {
	lo, hi := math.Inf(1), 0.0
	for _, i := range bin {
		lo, hi = min(lo, m.lambda[i]), max(hi, m.lambda[i])
	}
	// Chebyshev's nodes of the first kind, and their weights in the barycentric formula.
	node, weight := make([]float64, points), make([]float64, points)
	for p := range node {
		sin, cos := math.Sincos(math.Pi * (float64(p) + 0.5) / float64(points))
		node[p], weight[p] = lo+(hi-lo)*(1-cos)/2, sin
		if p%2 == 1 {
			weight[p] = -sin
		}
	}
	modes, input := make([]float64, points*m.entries), make([]float64, points*m.noises)
	part := make([]float64, points)
	for _, i := range bin {
		sum, exact := 0.0, -1
		for p, x := range node {
			distance := m.lambda[i] - x
			if distance == 0 {
				exact = p
				break
			}
			part[p] = weight[p] / distance
			sum += part[p]
		}
		if exact >= 0 {
			clear(part)
			part[exact], sum = 1, 1
		}
		for p, v := range part {
			v /= sum
			for e, x := range m.start(i) {
				modes[p*m.entries+e] += v * x
			}
			for n, x := range m.source(i) {
				input[p*m.noises+n] += v * x
			}
		}
	}
	out.lambda = append(out.lambda, node...)
	out.modes = append(out.modes, modes...)
	out.input = append(out.input, input...)
}
