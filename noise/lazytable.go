package noise

import (
	"context"
	"math"
	"sync"
)

var _ Compression = (*LazyTable)(nil)

// LazyTable is a Table of a Compression for every R. It makes the part for a factor of two
// in R when a value in that part is first asked for. This suits a solver, which meets few
// of these parts and does not know which. A LazyTable is safe for concurrent use if its
// Compression is.
type LazyTable struct {
	exact   Compression
	tol     float64
	octaves [2 * lazyOctaves]struct {
		once  sync.Once
		table *Table // nil where the Compression itself is asked
	}
}

// lazyOctaves is the number of factors of two on either side of R = 1.
const lazyOctaves = 400

// TabulateLazily returns a LazyTable of c. Its relative error tol means what it does in
// Tabulate, 1e-13 ≤ tol < 1. The first value in each factor of two costs about 100 values
// of c, and up to 12,000 where c changes fast; one that takes seconds there is for Tabulate,
// which has a context. The error is that of a tol out of range or of a bad c.
func TabulateLazily(c Compression, tol float64) (*LazyTable, error) {
	if _, err := Tabulate(context.Background(), None{}, 1, 2, tol); err != nil {
		return nil, err
	}
	if err := validateCompression(c); err != nil {
		return nil, err
	}
	return &LazyTable{exact: c, tol: tol}, nil
}

// Phi returns φ(R) and φ'(R), with a relative error of interpolation of at most tol.
func (t *LazyTable) Phi(risk float64) (phi, slope float64) {
	e := int(math.Float64bits(risk)>>52) - 1023 + lazyOctaves
	if !(risk > 0) || e < 0 || e >= len(t.octaves) {
		return t.exact.Phi(risk)
	}
	o := &t.octaves[e]
	o.once.Do(func() {
		start := math.Ldexp(1, e-lazyOctaves)
		o.table, _ = Tabulate(context.Background(), t.exact, start, math.Nextafter(2*start, 0), t.tol)
	})
	if o.table == nil {
		return t.exact.Phi(risk)
	}
	return o.table.Phi(risk)
}
