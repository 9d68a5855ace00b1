package noise

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

// Compression is what signSGD sees of the noise: φ, or φ_B for a mini-batch. Law,
// MiniBatch and Table are Compressions.
type Compression interface {
	// Phi returns φ(R) and φ'(R) as Law does.
	Phi(risk float64) (phi, slope float64)
}

// BatchFactor returns c_B = √π Γ((B+1)/2)/Γ(B/2), the factor of the drift
// coefficient h_B(R) = c_B φ_B(R)/√(2R) of signSGD with batch B, equation (9):
// c_1 = 1 and c_B ~ √(πB/2). It holds to about 1e-15 for every B, and is NaN for
// B < 1.
func BatchFactor(batch int) float64 {
	if batch < 1 {
		return math.NaN()
	}
	return math.SqrtPi * special.HalfGammaRatio(float64(batch)/2)
}

// MiniBatch is the noise compression of signSGD with batch B,
//
//	φ_B(R) = (2/π) E exp(−⟨ε,w⟩²/(4R)),
//
// ε holding B independent noises of the law and w uniform on the unit sphere of
// R^B, equation (10). φ_1 is the law's own φ; where the law is a centred Normal,
// so is every φ_B.
type MiniBatch struct {
	Law   Law
	Batch int // B ≥ 1
}

// Phi returns φ_B(R) and φ_B'(R). No average over the sphere is taken: with
// F = (π/2) φ of the law, for B ≥ 2
//
//	(π/2) φ_B(R) = (B−1)/c_B ∫_0^∞ [(1+u²)^(−½) F(R + R/u²)]^B du,
//
// by the trapezoidal rule in log u, whose error is exponentially small since φ is
// analytic for Re R > 0. The cost is that of 60 values of the law's φ for large B,
// rising to 450 for B = 2 and more where R is far below the scale of the noise:
// give it a Tabulated law if the law's own φ is slow. The relative error is about
// 1e-14 and B times that of the law's φ.
func (m MiniBatch) Phi(risk float64) (phi, slope float64) {
	switch {
	case m.Batch < 1:
		return math.NaN(), math.NaN()
	case m.Batch == 1:
		return m.Law.Phi(risk)
	case risk == 0:
		return m.atZero()
	case !(risk > 0 && risk <= math.MaxFloat64):
		return m.Law.Phi(risk)
	}
	b := float64(m.Batch)
	sum, weighted := m.integrals(risk, b)
	c := limitPhi * (b - 1) / BatchFactor(m.Batch)
	return c * sum, c * weighted / risk
}

// atZero returns (2/π) P(ε = 0)^B. All else gives ⟨ε,w⟩ a positive density at 0.
func (m MiniBatch) atZero() (phi, slope float64) {
	phi, _ = m.Law.Phi(0)
	if phi == limitPhi {
		return phi, 0
	}
	return limitPhi * math.Pow(phi/limitPhi, float64(m.Batch)), math.Inf(1)
}

// integrals returns the integral of [p(u)]^B, p = (1+u²)^(−½) F(T) at T = R + R/u²,
// and that of B p^B TF'(T)/F(T).
func (m MiniBatch) integrals(risk, b float64) (sum, weighted float64) {
	// at returns −log F(T) and TF'(T)/F(T).
	at := func(u2 float64) (loss, growth float64) {
		t := risk + risk/u2
		phi, slope := m.Law.Phi(t)
		if phi == 0 {
			return math.Inf(1), 0
		}
		if t > math.MaxFloat64 {
			return 0, 0
		}
		return -math.Log1p((phi - limitPhi) / limitPhi), t * slope / phi
	}

	// The integrand is nearly 1 up to y0 = log u, where p^B is e^−1. p decreases,
	// and p ≤ (1+u²)^(−½).
	lossAt := func(y float64) float64 {
		u2 := math.Exp(2 * y)
		loss, _ := at(u2)
		return b * (loss + math.Log1p(u2)/2)
	}
	hi := 0.5 * math.Log(math.Expm1(2/b))
	lo := hi
	for step := 1.0; lossAt(lo) > 1 && lo > -350; step *= 2 {
		hi = lo
		lo -= step
	}
	for hi-lo > 0.5 {
		if mid := (lo + hi) / 2; lossAt(mid) > 1 {
			hi = mid
		} else {
			lo = mid
		}
	}

	// To the left u = e^y e^(t − e^−t) makes short work of du.
	const h = 0.1
	for t := -37 * h; ; t += h {
		lag := math.Exp(-t)
		u := math.Exp(lo + t - lag)
		u2 := u * u
		loss, growth := at(u2)
		term := h * (1 + lag) * u * math.Exp(-b*(loss+math.Log1p(u2)/2))
		sum += term
		weighted += term * b * growth
		if t < 0 {
			continue
		}
		// What remains: F only falls, and TF'/F ≤ −log F by the concavity of
		// −x log x.
		rest := math.Exp(-b*loss-(b/2-1)*math.Log1p(u2)) * min(math.Pi/2, 1/u)
		if rest == 0 || (rest <= 1e-17*sum && rest*b*loss <= 1e-17*weighted) {
			return sum, weighted
		}
	}
}

// Validate returns an error unless the law is valid and Batch ≥ 1.
func (m MiniBatch) Validate() error {
	err := Validate(m.Law)
	if m.Batch < 1 {
		err = errors.Join(err, fmt.Errorf("noise: MiniBatch.Batch is %d: must be at least 1", m.Batch))
	}
	return err
}

// LargeBatch returns the limit of φ_B as B → ∞, the φ of the centred Normal law of
// the same second moment: h_B(R) → √(2B/π)/√(2R+v²). It fails with
// ErrInfiniteVariance or a *MissingError where the law has no second moment to
// give.
func LargeBatch(law Law) (Compression, error) {
	v2, err := FiniteSecondMoment(law)
	if err != nil {
		return nil, err
	}
	return Normal{Sigma: math.Sqrt(v2)}, nil
}
