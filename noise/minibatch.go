package noise

import (
	"errors"
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

// BatchFactor returns c_B = √π Γ((B+1)/2)/Γ(B/2), to a relative error of about 1e-15. It
// is the factor of the drift coefficient h_B(R) = c_B φ_B(R)/√(2R) of signSGD with batch
// B, equation (9). c_1 = 1 and c_B ~ √(πB/2). It is NaN for B < 1.
func BatchFactor(batch int) float64 {
	if batch < 1 {
		return math.NaN()
	}
	return math.SqrtPi * special.HalfGammaRatio(float64(batch)/2)
}

var _ interface {
	Compression
	Validator
	fmt.Stringer
} = MiniBatch{}

// MiniBatch is the noise compression of signSGD with batch B, equation (10),
//
//	φ_B(R) = (2/π) E exp(−⟨ε,w⟩²/(4R)),
//
// where ε holds B independent noises of the law and w is uniform on the unit sphere of
// R^B. φ_1 is the law's own φ. If the law is a centred Normal, every φ_B is its φ.
//
// If v² = E ε² is finite, φ_B tends to the φ of Normal{Sigma: v} as B → ∞, and the drift
// coefficient h_B(R) grows as √(2B/π)/√(2R+v²).
type MiniBatch struct {
	Law   Law
	Batch int // B ≥ 1
}

// Phi returns φ_B(R) and φ_B'(R). It takes no average over the sphere. With F = (π/2) φ
// of the law it is, for B ≥ 2,
//
//	(π/2) φ_B(R) = (B−1)/c_B ∫_0^∞ [(1+u²)^(−½) F(R + R/u²)]^B du,
//
// by the trapezoidal rule in log u, whose error is exponentially small because φ is
// analytic for Re R > 0.
//
// The cost is that of 230 values of the law's φ for B = 2, of 70 for B = 100 and of 130
// for B ≥ 128. It is higher where R is far below the scale of the noise or the tails are
// very heavy, but at most that of 5,000 values. If the law's own φ is slow, use a Tabulated
// law.
//
// The relative error is about 1e-14 for the laws with closed forms and any B. For other
// laws it is that of the law's φ and φ', times B/100 or less for B < 128. Four cases
// are worse. Noise beyond 1e150, for which φ(1e300) is below 2/π, leaves few digits or none,
// since φ beyond the range of float64 is extrapolated. Below R = 1e-290 the law
// φ_B(R) − φ_B(0) ~ √R of a density at 0 is used, which is wrong for a law whose density
// still varies there. With tails of an index below 0.1 the
// error grows as 1e-16 B from B = 128 on. If ε = 0 has positive probability, φ_B' is lost
// where R φ_B' is below 1e-16 φ_B. Phi panics if the law is nil.
func (m MiniBatch) Phi(risk float64) (phi, slope float64) {
	panicNil("MiniBatch.Phi", m.Law)
	switch {
	case m.Batch < 1:
		return math.NaN(), math.NaN()
	case m.Batch == 1:
		return m.Law.Phi(risk)
	case risk == 0:
		return m.atZero()
	case !(risk > 0 && risk <= math.MaxFloat64):
		return m.Law.Phi(risk)
	case risk < leastBatchRisk:
		return m.nearZero(risk)
	}
	b := float64(m.Batch)
	i := batchIntegral{law: m.Law, risk: risk, batch: b}
	i.locate()
	var sum, weighted float64
	if m.Batch < largeBatch {
		sum, weighted = i.sumDirectly()
	} else {
		sum, weighted = i.sumByGrowth()
	}
	c := limitPhi * (b - 1) / BatchFactor(m.Batch)
	return c * sum, c * weighted / risk
}

// Zeta returns ζ_B(R) = (2/π) (E[(Σ_j r_jℓ_j)²/Σ_j r_j²]/(2R) − 1) of the residuals
// r_j = ℓ_j − ε_j of a batch, ℓ_j ~ N(0, 2R). It is what the second moments of the signs of
// a batch hold beside those of K_σ: to leading order E[σσᵀ] = (2/π) K_σ + ζ_B/(2R) mmᵀ with
// m = K̄ν. By Stein's lemma it is
//
//	ζ_1 = 0,  ζ_2 = (π/2) φ(R)²,  ζ_B = (4/π) (B−1)(B−2) R E[1/Σ_j r_j²],
//
// for B ≥ 3 an integral like that of Phi, with twice its cost. For the centred Normal of variance
// v² it is (2/π) (B−1) 2R/(2R+v²). It is NaN for B < 1, and for R that is not positive and
// finite.
func (m MiniBatch) Zeta(risk float64) float64 {
	switch {
	case m.Batch < 1 || !(risk > 0 && risk <= math.MaxFloat64):
		return math.NaN()
	case m.Batch == 1:
		return 0
	case m.Batch == 2:
		phi, _ := m.Law.Phi(risk)
		return math.Pi / 2 * phi * phi
	}
	b := float64(m.Batch)
	i := batchIntegral{law: m.Law, risk: risk, batch: b}
	i.locate()
	return 2 / math.Pi * (b - 1) * (b - 2) * i.sumSecond()
}

// leastBatchRisk is the least risk at which the integral of Phi keeps its digits: it asks
// the law for its φ at far smaller risks.
const leastBatchRisk = 1e-290

// nearZero returns φ_B and φ_B' at a risk below leastBatchRisk. For B ≥ 2, ⟨ε,w⟩ has a
// density at 0 beside its atom there, so φ_B leaves φ_B(0) like √R.
func (m MiniBatch) nearZero(risk float64) (phi, slope float64) {
	atom, _ := m.atZero()
	least, _ := m.Phi(leastBatchRisk)
	rise := max(least-atom, 0) * math.Sqrt(risk) / math.Sqrt(leastBatchRisk)
	return atom + rise, rise / 2 / risk
}

// atZero returns (2/π) P(ε = 0)^B and the slope at R = 0. The slope is +Inf unless ε is
// always 0, because ⟨ε,w⟩ has a positive density at 0 on the event ε ≠ 0.
func (m MiniBatch) atZero() (phi, slope float64) {
	phi, _ = m.Law.Phi(0)
	if phi == limitPhi {
		return phi, 0
	}
	return limitPhi * math.Pow(phi/limitPhi, float64(m.Batch)), math.Inf(1)
}

// String returns the law and the batch.
func (m MiniBatch) String() string { return fmt.Sprintf("MiniBatch(%v, B=%d)", m.Law, m.Batch) }

// Validate returns an error unless the law is valid and Batch ≥ 1.
func (m MiniBatch) Validate() error {
	err := Validate(m.Law)
	if m.Batch < 1 {
		err = errors.Join(err, fmt.Errorf("noise: MiniBatch.Batch is %d: must be at least 1", m.Batch))
	}
	return err
}
