package clock

import (
	"math"
	"sync"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/spectra"
)

// table says what a step of a given length in the clock A, dA = ηh dt, does to the
// modes. It knows the λ_i and c_i alone, so it serves every learning rate, noise and
// start. With ℓ_k the Lagrange polynomials of the nodes on [0, size],
//
//	left[j][i] = e^{−2λ_i A_j},
//	moved[n][k][i] = c_i^{(n)} ∫_0^size e^{−2λ_i (size−s)} ℓ_k(s) ds,
//	kernel[n][j][k] = Σ_i c_i^{(n)} ∫_0^{A_j} e^{−2λ_i (A_j−s)} ℓ_k(s) ds.
//
// To make one costs a pass over the modes.
type table struct {
	size   float64
	left   [nodes][]float64
	moved  [][nodes][]float64
	kernel [][nodes][nodes]float64
}

// untilNode[j][p][k] is the Legendre coefficient p, on [0, collocation.Lobatto[j]], of the Lagrange
// polynomial of node k, times collocation.Lobatto[j].
var untilNode = func() (c [nodes][nodes][nodes]float64) {
	l := collocation.NewLagrange(&collocation.Lobatto)
	for j, x := range collocation.Lobatto {
		c[j] = l.Legendre(x)
		for p := range c[j] {
			for k := range c[j][p] {
				c[j][p][k] *= x
			}
		}
	}
	return c
}()

func newTable(m spectra.Modes, size float64) *table {
	const last = nodes - 1
	n := len(m.Lambda)
	t := &table{size: size, moved: make([][nodes][]float64, len(m.Weights)), kernel: make([][nodes][nodes]float64, len(m.Weights))}
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
			z := 2 * lambda * collocation.Lobatto[j] * size
			decay := collocation.ExpNegative(z)
			t.left[j][i] = decay
			collocation.DecayMoments(&moments, z, decay)
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

// Tables are the tables of some modes, which solutions share. What is in it does not
// depend on who asked first. It is safe for concurrent use.
type Tables struct {
	modes spectra.Modes

	mu   sync.Mutex
	made map[int]*table
}

// NewTables returns the tables of the modes.
func NewTables(m spectra.Modes) *Tables { return &Tables{modes: m, made: map[int]*table{}} }

// get returns the table of steps of the length 2^{n/sizesPerOctave}.
func (c *Tables) get(n int) *table {
	c.mu.Lock()
	t := c.made[n]
	c.mu.Unlock()
	if t != nil {
		return t
	}
	t = newTable(c.modes, math.Exp2(float64(n)/sizesPerOctave))
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.made) < mostTables {
		c.made[n] = t
	}
	return t
}
