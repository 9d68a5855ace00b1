// Package batch keeps tables of the noise compression φ_B of mini-batches.
package batch

import (
	"sync"

	"github.com/riskcurves/riskcurves/noise"
)

// shared are the tables of φ_B that were used last. The φ_B of laws that differ in their
// scale alone is one function (noise.Standardize), so that one table serves for all of them,
// and for every limit that is taken of a problem with such a law.
var shared = tables{most: 64}

// tolerance is the relative error of the tables.
const tolerance = 1e-13

// Phi returns φ_B(R) and its slope of the law, read from a table to 1e-13. It is safe for
// concurrent use.
func Phi(law noise.Law, batch int) (func(risk float64) (value, slope float64), error) {
	return shared.of(law, batch)
}

// tables keeps the tables that were used last.
type tables struct {
	mu   sync.Mutex
	most int
	used []table // the last one used comes last
}

type table struct {
	of  noise.MiniBatch
	phi *noise.LazyTable
}

// of returns φ_B of the law, read from a table to tolerance. Laws of the types that
// noise.Standardize knows share tables. Others have their own each time.
func (t *tables) of(law noise.Law, batch int) (func(risk float64) (value, slope float64), error) {
	unit, scale := noise.Standardize(law)
	m := noise.MiniBatch{Law: unit, Batch: batch}
	var phi *noise.LazyTable
	var err error
	if scale == 1 && !standard(unit) {
		phi, err = noise.TabulateLazily(m, tolerance)
	} else {
		phi, err = t.shared(m)
	}
	if err != nil {
		return nil, err
	}
	square := scale * scale
	return func(risk float64) (value, slope float64) {
		value, slope = phi.Phi(risk / square)
		return value, slope / square
	}, nil
}

// standard reports whether a law is one of the plain values that noise.Standardize
// returns, which can be compared.
func standard(law noise.Law) bool {
	switch law.(type) {
	case noise.None, noise.Normal, noise.Rademacher, noise.Uniform, noise.Laplace, noise.Logistic, noise.StudentsT, noise.Cauchy, noise.AlphaStable:
		return true
	}
	return false
}

// shared returns the table of m, which it makes if it is not there.
func (t *tables) shared(m noise.MiniBatch) (*noise.LazyTable, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, old := range t.used {
		if old.of == m {
			t.used = append(append(t.used[:i:i], t.used[i+1:]...), old)
			return old.phi, nil
		}
	}
	phi, err := noise.TabulateLazily(m, tolerance)
	if err != nil {
		return nil, err
	}
	if len(t.used) == t.most {
		t.used = append(t.used[:0:0], t.used[1:]...)
	}
	t.used = append(t.used, table{m, phi})
	return phi, nil
}
