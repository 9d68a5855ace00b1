package spectra

// Compress returns modes with few nodes that give the same risk: the compressed
// RiskMeasure with zero weights, followed by each compressed WeightMeasure with
// zero risk. tolerance and accuracy are those of Measure.Compress. If that would
// not be fewer modes than m has, it returns m itself. Eigenvectors do not survive:
// Unformed is set.
func (m Modes) Compress(tolerance float64) (Modes, error) {
	parts := make([]Measure, 0, 1+len(m.Weights))
	nodes := 0
	for n := range 1 + len(m.Weights) {
		measure := m.RiskMeasure()
		if n > 0 {
			measure = m.WeightMeasure(n - 1)
		}
		part, err := measure.Compress(tolerance)
		if err != nil {
			return Modes{}, err
		}
		parts = append(parts, part)
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
