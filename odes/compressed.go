package odes

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
