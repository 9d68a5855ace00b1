package coupled

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Modes holds the modes of a coupled limit over one step: λ, the entries p_ab, a ≤ b, of
// ½λ_i y_i y_iᵀ, and c_i^{(n)}/(2d) for every noise n.
type Modes struct {
	entries, noises int
	lambda          []float64
	input           []float64 // c_i^{(n)}/(2d), mode by mode
	state           []float64 // the entries of every mode at the start of the step
	next            []float64 // at its end
}

// Entries returns the pairs ab of the entries of a mode of k vectors, in their order.
func Entries(k int) (pairs [][2]int) {
	for a := range k {
		for b := a; b < k; b++ {
			pairs = append(pairs, [2]int{a, b})
		}
	}
	return pairs
}

// NewModes returns no modes, of entries for k vectors and of the given number of noises.
func NewModes(k, noises int) *Modes { return &Modes{entries: k * (k + 1) / 2, noises: noises} }

// Append adds a mode. One of the same λ as the last one moves as one with it.
func (m *Modes) Append(lambda float64, entries, input []float64) {
	if last := m.Len() - 1; last >= 0 && m.lambda[last] == lambda {
		floats.Add(m.at(last), entries)
		floats.Add(m.source(last), input)
		return
	}
	m.lambda = append(m.lambda, lambda)
	m.state = append(m.state, entries...)
	m.input = append(m.input, input...)
	m.next = append(m.next, entries...)
}

// Len returns the number of modes.
func (m *Modes) Len() int { return len(m.lambda) }

// clone returns a copy whose state may be changed.
func (m *Modes) clone() *Modes {
	other := *m
	other.state, other.next = slices.Clone(m.state), slices.Clone(m.next)
	return &other
}

// at returns the entries of the mode i at the start of the step.
func (m *Modes) at(i int) []float64 { return m.state[i*m.entries:][:m.entries] }

// source returns c_i^{(n)}/(2d) for every noise n.
func (m *Modes) source(i int) []float64 { return m.input[i*m.noises:][:m.noises] }

// advance moves on to the end of the step.
func (m *Modes) advance() { m.state, m.next = m.next, m.state }

// sum sets the overlaps and the descent of the point from the modes.
func (m *Modes) sum(p *point) {
	clear(p.overlap)
	p.descent = 0
	for i, l := range m.lambda {
		mode := m.at(i)
		for e, v := range mode {
			p.overlap[e] += v
		}
		p.descent += l * mode[0]
	}
}

// octave is the largest ratio of the eigenvalues in a bin of condense. About a ratio of 5
// the number of all nodes is least for the decays e^{−2λτ} of any τ.
const octave = 5

// bins returns the number of bins that condense divides the eigenvalues into, and their
// ratio.
func (m *Modes) bins() (count int, ratio float64) {
	span := slices.Max(m.lambda) / slices.Min(m.lambda)
	count = max(1, int(math.Ceil(math.Log(span)/math.Log(octave))))
	return count, math.Pow(span, 1/float64(count))
}

// pointsFor returns the number of nodes of a bin at which interpolation meets the relative
// tolerance for the decays e^{−2λτ}. These grow no faster than on the ellipse through λ = 0
// whose foci are the ends of the bin, so the error falls like ρ^{−points} with
// ρ = (√ratio + 1)/(√ratio − 1).
func (m *Modes) pointsFor(tolerance float64) int {
	_, ratio := m.bins()
	root := math.Sqrt(ratio)
	return 1 + int(math.Ceil(math.Log(1/tolerance)/math.Log((root+1)/max(root-1, 1e-3))))
}

// condense returns fewer modes that have the same overlaps, or nil if there are no fewer.
//
// Given the coefficients, the entries of a mode are linear in its entries at the start and
// its sources, and smooth functions of λ. So they are interpolated in λ: the modes of each
// of some bins are replaced by the given number of Chebyshev nodes, and each number of a
// mode is given to the nodes in parts, by their Lagrange polynomials at λ. The parts may
// be negative. A bin with no more modes than that keeps them.
func (m *Modes) condense(points int) *Modes {
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
	out := &Modes{entries: m.entries, noises: m.noises}
	for _, bin := range bins {
		if len(bin) <= points {
			for _, i := range bin {
				out.Append(m.lambda[i], m.at(i), m.source(i))
			}
			continue
		}
		m.interpolate(out, bin, points)
	}
	if len(out.lambda) >= len(m.lambda) {
		return nil
	}
	return out
}

// interpolate appends the nodes of a bin to out.
func (m *Modes) interpolate(out *Modes, bin []int, points int) {
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
	state, input := make([]float64, points*m.entries), make([]float64, points*m.noises)
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
			for e, x := range m.at(i) {
				state[p*m.entries+e] += v * x
			}
			for n, x := range m.source(i) {
				input[p*m.noises+n] += v * x
			}
		}
	}
	for p, x := range node {
		out.Append(x, state[p*m.entries:][:m.entries], input[p*m.noises:][:m.noises])
	}
}
