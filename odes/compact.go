package odes

import (
	"sync"

	"github.com/riskcurves/riskcurves/spectra"
)

// compressAbove is the number of modes above which a solution replaces them by a few
// that have the same curve to a tenth of its tolerance.
const compressAbove = 100

// compression remembers the compressed modes of a system and of those that differ from
// it in the learning rate alone.
type compression struct {
	mu        sync.Mutex
	tolerance float64 // of the modes; 0 before the first
	modes     spectra.Modes
}

// of returns the modes compressed to the tolerance.
func (c *compression) of(m spectra.Modes, tolerance float64) (spectra.Modes, error) {
	if c == nil {
		return m.Compress(tolerance)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tolerance != tolerance {
		modes, err := m.Compress(tolerance)
		if err != nil {
			return spectra.Modes{}, err
		}
		c.modes, c.tolerance = modes, tolerance
	}
	return c.modes, nil
}

// tolerance returns Tolerance, or what 0 stands for.
func (s *System) tolerance() float64 {
	if s.Tolerance == 0 {
		return DefaultTolerance
	}
	return s.Tolerance
}

// compact returns the system with its modes compressed, if they are many. The modes of
// a Centred limit decay each at its own rate, which no measure of λ knows.
func (s *System) compact() (*System, error) {
	if len(s.Modes.Lambda) <= compressAbove || s.Limit.Centred {
		return s, nil
	}
	modes, err := s.compressed.of(s.Modes, max(s.tolerance()/10, 1e-13))
	if err != nil {
		return nil, err
	}
	compressed := *s
	compressed.Modes = modes
	return &compressed, nil
}
