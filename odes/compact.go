package odes

import (
	"math"
	"sync"

	"github.com/riskcurves/riskcurves/odes/internal/clock"
	"github.com/riskcurves/riskcurves/spectra"
)

// compressAbove is the number of modes above which a solution replaces them by a few
// that have the same curve to a tenth of its tolerance.
const compressAbove = 100

// compression remembers the compressed modes of a system and of those that differ from
// it in the learning rate or the limit alone.
type compression struct {
	mu    sync.Mutex
	of    compressionKey
	modes spectra.Modes

	tables   *clock.Tables // of compressed modes
	tablesOf compressionKey
}

// compressionKey tells the modes that were compressed, number by number, since the
// fields of a System can be written to.
type compressionKey struct {
	tolerance float64
	nodes     int
	hash      uint64
}

func newCompressionKey(m spectra.Modes, tolerance float64) compressionKey {
	hash := uint64(14695981039346656037) // FNV's
	add := func(x []float64) {
		for _, v := range x {
			hash = (hash ^ math.Float64bits(v)) * 1099511628211
			hash ^= hash >> 32
		}
	}
	add(m.Lambda)
	add(m.Risk)
	for _, w := range m.Weights {
		add(w)
	}
	return compressionKey{tolerance, len(m.Lambda), hash}
}

// compress returns the modes compressed to the tolerance.
func (c *compression) compress(m spectra.Modes, tolerance float64) (spectra.Modes, error) {
	if c == nil {
		return m.Compress(tolerance)
	}
	key := newCompressionKey(m, tolerance)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.of != key {
		modes, err := m.Compress(tolerance)
		if err != nil {
			return spectra.Modes{}, err
		}
		c.modes, c.of = modes, key
	}
	return c.modes, nil
}

// clockTables returns the tables of the modes of a system, which are compressed already.
func (s *System) clockTables() *clock.Tables {
	c := s.compressed
	if c == nil {
		return clock.NewTables(s.Modes)
	}
	key := newCompressionKey(s.Modes, 0)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tables == nil || c.tablesOf != key {
		c.tables, c.tablesOf = clock.NewTables(s.Modes), key
	}
	return c.tables
}

// tolerance returns Tolerance, or what 0 stands for.
func (s *System) tolerance() float64 {
	if s.Tolerance == 0 {
		return DefaultTolerance
	}
	return s.Tolerance
}

// resolution returns the tolerance to which modes are compressed.
func (s *System) resolution() float64 { return max(s.tolerance()/10, 1e-13) }

// compact returns the system with its modes compressed, if they are many. Modes of a
// Centred limit are never compressed, because each decays at its own rate λ + O(λ²/d).
// Those of a coupled limit may oscillate, and are condensed by the walk.
func (s *System) compact() (*System, error) {
	if len(s.Modes.Lambda) <= compressAbove || s.Limit.Centred || s.Limit.Coupling != nil {
		return s, nil
	}
	modes, err := s.compressed.compress(s.Modes, s.resolution())
	if err != nil {
		return nil, err
	}
	compressed := *s
	compressed.Modes = modes
	return &compressed, nil
}

// Compressed returns the system with its modes replaced by the few that Solve replaces
// them by, which have the same curve to a tenth of the tolerance. Solve does this itself,
// but must look at every mode to know that it has done so before. For thousands of curves
// of one set of modes, compress once and take the others from the result by WithRate and
// WithLimit. LimitRisk is that of the compressed modes.
//
// A system of no more than 100 modes, or of a Centred limit, keeps its modes. Quadratic is
// an error of the system that is returned, since the coordinates of θ are lost.
func (s *System) Compressed() (*System, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	c, err := s.compact()
	if err != nil {
		return nil, err
	}
	other := *c
	other.covariance, other.nu = nil, nil
	other.compressed = new(compression)
	return &other, nil
}
