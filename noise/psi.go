package noise

import "math"

// Psi returns
//
//	ψ(R) = (π/2) φ(R) √(𝓟(R)/R),  𝓟(R) = R + ½v²,
//
// of equations (18) and (20): the drift of signSGD over that of SGD at the
// learning rate which matches their steps. ψ = 1 for centred normal noise; ψ < 1
// slows signSGD, ψ > 1 speeds it, ψ > π/2 makes it win on isotropic data at the best
// rates of both (28). It is +Inf where v² is, PsiAtZero(law) at R = 0, and NaN
// for R < 0 or a second moment that is not known.
func Psi(law Law, risk float64) float64 {
	v2 := law.SecondMoment()
	phi, _ := law.Phi(risk)
	switch {
	case risk == 0:
		return PsiAtZero(law)
	case math.IsNaN(phi) || math.IsInf(v2, 1):
		return phi + v2
	}
	return phi / limitPhi * excess(v2, risk)
}

// excess returns √(𝓟(R)/R) = √(1 + v²/(2R)), also where v²/R overflows.
func excess(secondMoment, risk float64) float64 {
	ratio := secondMoment / risk
	if ratio > math.MaxFloat64 && risk > 0 {
		return math.Sqrt(secondMoment) / math.Sqrt(risk) / math.Sqrt2
	}
	return math.Sqrt(1 + ratio/2)
}

// PsiAtZero returns the limit √(2π) v f(0) of ψ as R → 0, equation (21), f the
// density of the noise: +Inf where v² is or where ε = 0 has positive probability
// beside other values, 1 without any noise, NaN if the law has no
// OriginDensity.
func PsiAtZero(law Law) float64 {
	v2 := law.SecondMoment()
	if v2 == 0 || math.IsInf(v2, 1) {
		return 1 + v2
	}
	if l, ok := law.(OriginDensity); ok {
		return math.Sqrt(2*math.Pi*v2) * l.DensityAtZero()
	}
	return math.NaN()
}

// PsiFloor returns Jensen's lower bound exp(−v²/(4R)) √(1+v²/(2R)) of ψ(R), equation
// (22). It holds for every law with the second moment v² < ∞. At R = 0 it is the limit:
// 0, or 1 where v² = 0. It never exceeds 1, and tends to 1 as R → ∞.
func PsiFloor(secondMoment, risk float64) float64 {
	return math.Exp(-secondMoment/risk/4) * excess(secondMoment, risk)
}

// The bounds of ψ for log-concave laws.
const (
	// PsiLogConcaveMin = √(π/6) bounds ψ(0) from below for a log-concave density
	// with median 0, equation (23), and ψ(R) for every R if it is symmetric too.
	PsiLogConcaveMin = 0.723601254558267659432775440041
	// PsiLogConcaveMax = √π bounds ψ(R) from above for every symmetric
	// log-concave density and every R.
	PsiLogConcaveMax = 1.77245385090551602729816748334
)

// PsiCeiling returns the upper bound exp(−δ²/(4R)) √(1+v²/(2R)) of ψ(R), equation
// (24), for a law with |ε| ≥ gap = δ ≥ 0 almost surely and second moment v² < ∞.
func PsiCeiling(gap, secondMoment, risk float64) float64 {
	return gauss(gap, 4*risk) * excess(secondMoment, risk)
}
