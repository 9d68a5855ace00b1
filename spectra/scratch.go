package spectra

import "sync"

// scratch lends out vectors of one length to concurrent callers.
type scratch struct{ pool sync.Pool }

func newScratch(n int) *scratch {
	return &scratch{sync.Pool{New: func() any { v := make([]float64, n); return &v }}}
}

func (s *scratch) get() *[]float64  { return s.pool.Get().(*[]float64) }
func (s *scratch) put(v *[]float64) { s.pool.Put(v) }
