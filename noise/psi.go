package noise

import "math"

// Psi returns
//
//	ψ(R) = (π/2) φ(R) √(𝓟(R)/R),  𝓟(R) = R + ½v²,
//
// of equations (18) and (20). It is the drift of signSGD divided by that of SGD, at the
// learning rate that matches their steps. ψ = 1 for every centred normal law. ψ < 1 slows
// signSGD down and ψ > 1 speeds it up. Where ψ > π/2, signSGD is faster than SGD on
// isotropic data at the best learning rates of both, equation (28).
//
// Psi is +Inf where v² is +Inf, which includes a v² above the largest float64. At R = 0
// it is PsiAtZero(law). It is NaN where R is negative or the second moment is not known.
// Psi panics if the law is nil.
func Psi(law Law, risk float64) float64 {
	panicNil("Psi", law)
	if risk == 0 {
		return PsiAtZero(law)
	}
	v2 := law.SecondMoment()
	phi, _ := law.Phi(risk)
	if math.IsNaN(phi) || math.IsInf(v2, 1) {
		return phi + v2
	}
	return phi / limitPhi * excess(v2, risk)
}

// excess returns √(𝓟(R)/R) = √(1 + v²/(2R)), also where v²/R overflows. It is NaN for
// R < 0, and its limit at R = 0.
func excess(secondMoment, risk float64) float64 {
	switch ratio := secondMoment / risk; {
	case !(risk >= 0):
		return math.NaN()
	case secondMoment == 0:
		return 1
	case ratio > math.MaxFloat64:
		return math.Sqrt(secondMoment) / math.Sqrt(risk) / math.Sqrt2
	default:
		return math.Sqrt(1 + ratio/2)
	}
}

// PsiAtZero returns the limit √(2π) v f(0) of ψ(R) as R → 0, equation (21), where f is
// the density of the noise. It is +Inf where v² is +Inf, and where ε = 0 has positive
// probability and ε is not always 0. It is 1 without noise. It is NaN if the law lacks
// OriginDensity. It panics if the law is nil.
func PsiAtZero(law Law) float64 {
	panicNil("PsiAtZero", law)
	v2 := law.SecondMoment()
	if v2 == 0 || math.IsInf(v2, 1) {
		return 1 + v2
	}
	return math.Sqrt(2*math.Pi*v2) * densityAtZeroOf(law)
}

// PsiFloor returns Jensen's lower bound
//
//	exp(−v²/(4R)) √(1+v²/(2R)) ≤ ψ(R)
//
// of equation (22), which holds for every law with the second moment v² < ∞. It is at
// most 1 and tends to 1 as R → ∞. At R = 0 it is its limit, which is 0, or 1 for v² = 0.
func PsiFloor(secondMoment, risk float64) float64 {
	return gaussExcess(math.Sqrt(secondMoment), secondMoment, risk)
}

// PsiCeiling returns the upper bound
//
//	ψ(R) ≤ exp(−δ²/(4R)) √(1+v²/(2R))
//
// of equation (24), which holds for a law with |ε| ≥ gap = δ ≥ 0 almost surely and with
// the second moment v² < ∞. At R = 0 it is its limit.
func PsiCeiling(gap, secondMoment, risk float64) float64 {
	return gaussExcess(gap, secondMoment, risk)
}

// gaussExcess returns exp(−x²/(4R)) √(1+v²/(2R)), and its limits at R = 0 and R = ∞.
func gaussExcess(x, secondMoment, risk float64) float64 {
	growth := excess(secondMoment, risk)
	if risk > math.MaxFloat64 || math.IsNaN(growth) {
		return growth
	}
	decay := gauss(x/2, risk)
	if decay == 0 { // faster than any growth
		return 0
	}
	return decay * growth
}

// The bounds of ψ for log-concave laws, equation (23).
const (
	// PsiLogConcaveMin = √(π/6) is a lower bound of ψ(0) for a log-concave density with
	// median 0. If the density is symmetric too, it is a lower bound of ψ(R) for every R.
	PsiLogConcaveMin = 0.723601254558267659432775440041
	// PsiLogConcaveMax = √π is an upper bound of ψ(R) for every symmetric log-concave
	// density and every R.
	PsiLogConcaveMax = 1.77245385090551602729816748334
)
