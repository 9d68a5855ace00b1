package memory

import (
	"math"
	"runtime"
	"sync"
)

// Table replaces expensive functions of R > 0 by polynomials in log R. It makes the panel
// for a factor of four in R when a value in it is first asked for. It is safe for concurrent
// use.
type Table struct {
	compute func(risk float64) []float64
	convert func(values [][]float64) (converted [][]float64, ok bool) // of a piece; nil is none
	nodes   int
	panels  [2*tablePanels + 1]struct {
		once   sync.Once
		pieces [][][]float64 // polynomials of each function in −1 ≤ x ≤ 1, of equal pieces in log R
	}
}

const (
	tablePanels = 500
	tableWidth  = 2 * math.Ln2 // of a panel in log R
)

// NewTable returns a table of the functions that compute returns together, with polynomials
// through so many points of a panel. Functions that are analytic for Re R > 0 and vary
// little there have errors of about 4.7^−nodes.
func NewTable(nodes int, compute func(risk float64) []float64) *Table {
	return &Table{compute: compute, nodes: nodes}
}

// NewConvertedTable returns a table of what convert makes of the values that compute returns
// at all nodes of a panel. A panel for which that is not ok is cut into two pieces, and those
// once more if need be.
func NewConvertedTable(nodes int, compute func(risk float64) []float64, convert func(values [][]float64) (converted [][]float64, ok bool)) *Table {
	return &Table{compute: compute, nodes: nodes, convert: convert}
}

// At returns the n-th function and its derivative at the risk.
func (t *Table) At(n int, risk float64) (value, slope float64) {
	if !(risk > 0) || math.IsInf(risk, 1) {
		return math.NaN(), math.NaN()
	}
	y := math.Log(risk) / tableWidth
	k := math.Floor(y)
	index := max(0, min(int(k)+tablePanels, 2*tablePanels))
	p := &t.panels[index]
	p.once.Do(func() { p.pieces = t.panel((float64(index) - tablePanels) * tableWidth) })
	pieces := float64(len(p.pieces))
	at := (y - float64(index-tablePanels)) * pieces
	piece := max(0, min(math.Floor(at), pieces-1))
	x := 2*(at-piece) - 1
	// Clenshaw's recurrence, with its derivative.
	c := p.pieces[int(piece)][n]
	var b1, b2, d1, d2 float64
	for j := len(c) - 1; j > 0; j-- {
		b1, b2 = c[j]+2*x*b1-b2, b1
		d1, d2 = 2*b2+2*x*d1-d2, d1
	}
	return c[0] + x*b1 - b2, (b1 + x*d1 - d2) * 2 * pieces / tableWidth / risk
}

// panel returns the pieces of the panel whose log R begin at start.
func (t *Table) panel(start float64) [][][]float64 {
	const most = 4
	for n := 1; ; n *= 2 {
		pieces, good := make([][][]float64, n), true
		for i := range pieces {
			width := tableWidth / float64(n)
			var ok bool
			pieces[i], ok = t.piece(start+float64(i)*width, width)
			if good = good && ok; !good && n < most {
				break
			}
		}
		if good || n == most {
			return pieces
		}
	}
}

// piece interpolates the functions for log R from start on in the Chebyshev points.
func (t *Table) piece(start, width float64) (cheb [][]float64, ok bool) {
	values := make([][]float64, t.nodes)
	var done sync.WaitGroup
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for k := range t.nodes {
		done.Add(1)
		go func() {
			defer done.Done()
			slots <- struct{}{}
			x := math.Cos(math.Pi * (float64(k) + 0.5) / float64(t.nodes))
			values[k] = t.compute(math.Exp(start + width*(x+1)/2))
			<-slots
		}()
	}
	done.Wait()
	ok = true
	if t.convert != nil {
		values, ok = t.convert(values)
	}
	cheb = make([][]float64, len(values[0]))
	for n := range cheb {
		cheb[n] = make([]float64, t.nodes)
		for j := range cheb[n] {
			scale := 2 / float64(t.nodes)
			if j == 0 {
				scale /= 2
			}
			for k := range t.nodes {
				cheb[n][j] += scale * values[k][n] * math.Cos(math.Pi*float64(j)*(float64(k)+0.5)/float64(t.nodes))
			}
		}
	}
	return cheb, ok
}
