package schedule

import (
	"errors"
	"fmt"
)

// Greedy is the schedule under which the risk of an optimizer falls fastest at every
// moment. The risk of its deterministic equivalent, with the drift h, the gain g and the
// weights c_i, follows
//
//	dR/dt = −2η h(R) Σ λ_i r_i + η² g(R) Σ c_i/(2d),
//
// and the right-hand side is least at
//
//	η* = 2 h(R) Σ λ_i r_i/(g(R) Σ c_i/d).
//
// On isotropic data, K = I, this is equation (26) for signSGD, η* = φ(R) √(2R), and
// equation (27) for SGD, η* = B R/𝓟(R). The rate is 0 where Σ λ_i r_i is.
type Greedy struct {
	// Name says what the functions belong to. Runs under a Greedy can be resumed and
	// merged only if it has a Name, since functions cannot be compared: two schedules
	// with the same Name and Preconditioned and with the same values of both functions
	// at the risks 10⁻⁶, 10⁻³, 1 and 10³ count as the same.
	Name string

	Preconditioned bool                       // λ_i and r_i are those of K̄, as for signSGD, and not of K, as for SGD
	Drift          func(risk float64) float64 // h(R), positive
	Noise          func(risk float64) float64 // g(R) Σ c_i/d, positive; the sum over the terms if there are several
}

var _ Schedule = Greedy{}

// Validate returns an error unless both functions are set.
func (g Greedy) Validate() error {
	if g.Drift == nil {
		return errors.New("schedule: Greedy.Drift is nil")
	}
	if g.Noise == nil {
		return errors.New("schedule: Greedy.Noise is nil")
	}
	return nil
}

// Describe returns a text made of the Name, Preconditioned and some values of the
// functions, and "" if there is no Name.
func (g Greedy) Describe() string {
	if g.Name == "" || g.Drift == nil || g.Noise == nil {
		return ""
	}
	var drift, noise []float64
	for _, risk := range []float64{1e-6, 1e-3, 1, 1e3} {
		drift, noise = append(drift, g.Drift(risk)), append(noise, g.Noise(risk))
	}
	return fmt.Sprintf("schedule.Greedy{Name:%q Preconditioned:%t Drift:%v Noise:%v}", g.Name, g.Preconditioned, drift, noise)
}

// Rate returns η*. It panics if a function is nil.
func (g Greedy) Rate(_ float64, at Position) float64 {
	if g.Drift == nil || g.Noise == nil {
		panic(g.Validate().Error())
	}
	descent := at.Descent(g.Preconditioned)
	if descent == 0 {
		return 0
	}
	risk := at.Risk()
	return 2 * g.Drift(risk) * descent / g.Noise(risk)
}
