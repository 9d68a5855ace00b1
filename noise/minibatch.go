package noise

// MiniBatch placeholder
type MiniBatch struct {
	Law   Law
	Batch int
}

func (m MiniBatch) Phi(risk float64) (phi, slope float64) { return m.Law.Phi(risk) }
