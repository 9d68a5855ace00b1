package odes

import (
	"math"
	"sync"

	"github.com/riskcurves/riskcurves/spectra"
)

// clockTable says what a step of a given length in the clock A, dA = ηh dt, does to the
// modes. It knows the λ_i and c_i alone, so it serves every learning rate, noise and
// start. With ℓ_k the Lagrange polynomials of the nodes on [0, size],
//
//	left[j][i] = e^{−2λ_i A_j},
//	moved[n][k][i] = c_i^{(n)} ∫_0^size e^{−2λ_i (size−s)} ℓ_k(s) ds,
//	kernel[n][j][k] = Σ_i c_i^{(n)} ∫_0^{A_j} e^{−2λ_i (A_j−s)} ℓ_k(s) ds.
//
// To make one costs a pass over the modes.
type clockTable struct {
	size   float64
	left   [nodes][]float64
	moved  [][nodes][]float64
	kernel [][nodes][nodes]float64
}

// untilNode[j][p][k] is the Legendre coefficient p, on [0, lobatto[j]], of the Lagrange
// polynomial of node k, times lobatto[j].
var untilNode = func() (c [nodes][nodes][nodes]float64) {
	l := newLagrange(&lobatto)
	for j, x := range lobatto {
		c[j] = l.Legendre(x)
		for p := range c[j] {
			for k := range c[j][p] {
				c[j][p][k] *= x
			}
		}
	}
	return c
}()

func newClockTable(m spectra.Modes, size float64) *clockTable {
	const last = nodes - 1
	n := len(m.Lambda)
	t := &clockTable{size: size, moved: make([][nodes][]float64, len(m.Weights)), kernel: make([][nodes][nodes]float64, len(m.Weights))}
	numbers := make([]float64, nodes*n*(1+len(m.Weights)))
	take := func() []float64 {
		row := numbers[:n:n]
		numbers = numbers[n:]
		return row
	}
	for j := range t.left {
		t.left[j] = take()
		for w := range t.moved {
			t.moved[w][j] = take()
		}
	}
	sums := make([][nodes][nodes]float64, len(m.Weights)) // of the moments, by term, node and polynomial
	var moments [nodes]float64
	for i, lambda := range m.Lambda {
		t.left[0][i] = 1
		for j := 1; j < nodes; j++ {
			z := 2 * lambda * lobatto[j] * size
			decay := expNegative(z)
			t.left[j][i] = decay
			decayMoments(&moments, z, decay)
			for w, c := range m.Weights {
				if c[i] == 0 {
					continue
				}
				for p, v := range moments {
					sums[w][j][p] += c[i] * v
				}
			}
		}
		for w, c := range m.Weights {
			if c[i] == 0 {
				continue
			}
			for k := range nodes {
				sum := 0.0
				for p, v := range moments {
					sum += v * untilNode[last][p][k]
				}
				t.moved[w][k][i] = c[i] * size * sum
			}
		}
	}
	for w := range sums {
		for j := 1; j < nodes; j++ {
			for k := range nodes {
				sum := 0.0
				for p, v := range sums[w][j] {
					sum += v * untilNode[j][p][k]
				}
				t.kernel[w][j][k] = size * sum
			}
		}
	}
	return t
}

// Lengths of steps in the clock are the powers of √2, so that solutions can share tables.
const (
	sizesPerOctave = 2
	mostTables     = 200 // that are kept: 100 octaves
)

// clockTables are the tables of some modes, which solutions share. What is in it does not
// depend on who asked first.
type clockTables struct {
	modes spectra.Modes
	key   compressionKey

	mu   sync.Mutex
	made map[int]*clockTable
}

// get returns the table of steps of the length 2^{n/sizesPerOctave}.
func (c *clockTables) get(n int) *clockTable {
	c.mu.Lock()
	t := c.made[n]
	c.mu.Unlock()
	if t != nil {
		return t
	}
	t = newClockTable(c.modes, math.Exp2(float64(n)/sizesPerOctave))
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.made) < mostTables {
		c.made[n] = t
	}
	return t
}

// clockTables returns the tables of the modes of a system, which are compressed already.
func (s *System) clockTables() *clockTables {
	key := newCompressionKey(s.Modes, 0)
	fresh := &clockTables{modes: s.Modes, key: key, made: map[int]*clockTable{}}
	c := s.compressed
	if c == nil {
		return fresh
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tables == nil || c.tables.key != key {
		c.tables = fresh
	}
	return c.tables
}
