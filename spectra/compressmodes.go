package spectra

import "sync"

// Compress returns modes with few nodes that give the same risk: the compressed
// RiskMeasure with zero weights, followed by each compressed WeightMeasure with
// zero risk. tolerance and accuracy are those of Measure.Compress. If that would
// not be fewer modes than m has, it returns m itself. Eigenvectors do not survive:
// Unformed is set.
func (m Modes) Compress(tolerance float64) (Modes, error) {
	parts, errs := make([]Measure, 1+len(m.Weights)), make([]error, 1+len(m.Weights))
	var done sync.WaitGroup
	for n := range m.Weights {
		done.Go(func() { parts[n+1], errs[n+1] = m.WeightMeasure(n).Compress(tolerance) })
	}
	parts[0], errs[0] = m.RiskMeasure().Compress(tolerance)
	done.Wait()
	nodes := 0
	for n, part := range parts {
		if errs[n] != nil {
			return Modes{}, errs[n]
		}
		nodes += len(part.Lambda)
	}
	if nodes >= len(m.Lambda) {
		return m, nil
	}
	c := newModes(nodes, len(m.Weights))
	c.Unformed = true
	at := 0
	for n, part := range parts {
		copy(c.Lambda[at:], part.Lambda)
		dst := c.Risk
		if n > 0 {
			dst = c.Weights[n-1]
		}
		copy(dst[at:], part.Mass)
		at += len(part.Lambda)
	}
	return c, nil
}
