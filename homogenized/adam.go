package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Bias says how an Adam deals with its start from v = 0 and m = 0.
type Bias int

// The treatments.
const (
	Corrected   Bias = iota // v̂ = v/(1 − e^{−γ2 t}) and m̂ = m/(1 − e^{−γ1 t}), from zero
	Warm                    // no correction; v starts at its mean 2𝓟(R(0))/B, m at zero
	Uncorrected             // no correction, from zero
)

// String returns the name of the treatment.
func (b Bias) String() string {
	switch b {
	case Corrected:
		return "Corrected"
	case Warm:
		return "Warm"
	case Uncorrected:
		return "Uncorrected"
	}
	return fmt.Sprintf("Bias(%d)", int(b))
}

// SlowAdam returns the limit of Adam with any fixed β1 and 1 − β2 = γ/d: preconditioned
// SGD divided by the root of one slow second moment v, which is the same for all
// coordinates in units of D²,
//
//	dv = γ (2𝓟(R)/B − v) dt,  v̂ = v/(1 − e^{−γt}),
//	dΘ = −(η/√v̂) K̄ (Θ − θ*) dt + η √(2𝓟(R)/(B v̂) C/d) dB.
//
// The scalar has the name "v". γ → ∞ is AdamHeuristic. An Uncorrected start has no limit:
// the first steps are of order √(d/k), and what they add to the risk grows like log d.
// Adam's ε must be small against the D_i √v; otherwise the preconditioner changes its
// basis in time and no limit closes.
func SlowAdam(p signsgd.Problem, gamma float64, bias Bias) (Limit, error) {
	if err := checkMemory("SlowAdam", "gamma", gamma, bias); err != nil {
		return Limit{}, err
	}
	if bias == Uncorrected {
		return Limit{}, fmt.Errorf("homogenized: SlowAdam: Bias is Uncorrected: without the correction the first steps are of order √(d/k) and the limit does not exist")
	}
	l, err := PreconditionedSGD(p)
	if err != nil {
		return Limit{}, err
	}
	l.Name = fmt.Sprintf("Adam, 1 − β2 = %.12g/d, %v", gamma, bias)
	l.Coupling = &Coupling{
		Vectors: []Vector{{"ν", Displacement}},
		Scalars: []Scalar{slowSquare(l.Noise[0].Gain, bias)},
		Flow: func(f *Flow, at *State) {
			step := at.Rate / math.Sqrt(corrected(at.Scalar[0], gamma*at.Time, bias))
			f.H[0][0], f.S[0] = step, step
			f.Slope[0] = gamma * (at.Gain[0] - at.Scalar[0])
		},
	}
	return l, nil
}

// LongAdam returns the limit of Adam with two long memories, 1 − β1 = γ1/d and
// 1 − β2 = γ2/d. Beside the "v" of SlowAdam it has the vector "m", which is D⁻¹m,
//
//	dm = γ1 (K̄ν − m) dt + γ1 √(2𝓟(R)/B C/d) dB,  dΘ = −η m̂/√v̂ dt,
//
// with m̂ = m/(1 − e^{−γ1 t}) if the bias is Corrected. ε must be small, as in SlowAdam.
func LongAdam(p signsgd.Problem, gamma1, gamma2 float64, bias Bias) (Limit, error) {
	if err := checkMemory("LongAdam", "gamma2", gamma2, bias); err != nil {
		return Limit{}, err
	}
	if err := checkMemory("LongAdam", "gamma1", gamma1, bias); err != nil {
		return Limit{}, err
	}
	l, err := PreconditionedSGD(p)
	if err != nil {
		return Limit{}, err
	}
	l.Name = fmt.Sprintf("Adam, 1 − β1 = %.12g/d, 1 − β2 = %.12g/d, %v", gamma1, gamma2, bias)
	l.Coupling = &Coupling{
		Vectors: []Vector{{"ν", Displacement}, {"m", Zero}},
		Scalars: []Scalar{slowSquare(l.Noise[0].Gain, bias)},
		Flow: func(f *Flow, at *State) {
			f.F[0][1] = at.Rate / math.Sqrt(corrected(at.Scalar[0], gamma2*at.Time, bias))
			if bias == Corrected {
				f.F[0][1] /= -math.Expm1(-gamma1 * at.Time)
			}
			f.F[1][1] = gamma1
			f.H[1][0], f.S[1] = -gamma1, gamma1
			f.Slope[0] = gamma2 * (at.Gain[0] - at.Scalar[0])
		},
	}
	return l, nil
}

// slowSquare returns the scalar v.
func slowSquare(square Coefficient, bias Bias) Scalar {
	v := Scalar{Name: "v"}
	if bias == Warm {
		v.Start = func(risk float64) float64 {
			value, _ := square(risk)
			return value
		}
	}
	return v
}

// corrected returns v̂ at memory times t.
func corrected(v, memories float64, bias Bias) float64 {
	if bias == Corrected {
		return v / -math.Expm1(-memories)
	}
	return v
}

func checkMemory(function, name string, gamma float64, bias Bias) error {
	if !(gamma > 0) || math.IsInf(gamma, 1) {
		return fmt.Errorf("homogenized: %s: %s is %v: must be positive and finite", function, name, gamma)
	}
	if bias < Corrected || bias > Uncorrected {
		return fmt.Errorf("homogenized: %s: bias is %v: must be Corrected, Warm or Uncorrected", function, bias)
	}
	return nil
}
