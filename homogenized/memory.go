package homogenized

import (
	"fmt"
	"math"
	"sync"

	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// The limits of this file are those of rules that remember a window of
// past gradients which is short against d: (1−β)d ≫ 1. Over a window the risk does not
// move, and the coordinates of the samples given the residuals are Gaussian. Then A = K̄,
// the drift h(R) is an integral, and the noise is κ(C; R) with the long-run covariance
//
//	κ(ρ; R) = Σ_{n∈Z} E[F_t(z¹) F_{t+n}(z²)]
//
// of the steps of two coordinates of correlation ρ. They depend on the noise through φ
// alone, so they exist for noise of infinite variance, too.
//
// At finite d the runs are behind the limit by a relative amount of order 1/((1−β)d), for
// two reasons. The window is empty at the start, which costs a memory of steps once. And
// the sign of a sum saturates: where the gradients of a window tell the sign of coordinate i
// with s_i standard deviations, s_i = (Kν)_i/(D_i √(2𝓟)) Σ a_k/√(Σ a_k²), its mean is less
// than the limit has by the share s_i²/6. The sum of the s_i² is about (1+β)/(1−β), so a
// start in few coordinates makes this large. For Signum 0.9, a diagonal K of variances over
// two decades and a normal start, the risk of runs is above the curve by 1.8/((1−β)d) at
// t = 4 and by 3/((1−β)d) at the worst time, alike from d = 200 to 1600; without memory it
// is less than 3/d off.
//
// Both are tabulated in log R where they are asked for, panel by panel of a factor four in
// R. Centred normal noise needs no table: h is proportional to 1/√(2𝓟) and κ does not
// depend on R.

// Signum returns the limit of signSGD with momentum, m ← βm + (1−β)g, θ ← θ − η' sign(m),
// for a memory 1/(1−β) that is short against d. β = 0 is SignSGD. With the residuals r_k
// of the window, a batch B of them for each weight, and w_k = β^k,
//
//	h(R) = (2√2/π) ∫_0^∞ Π_k m(s w_k) Σ_k w_k [1 + s w_k m'(s w_k)/m(s w_k)] ds,  m(a) = E e^{−a²r²},
//
// to about 1e-10. With the correlation γ_n of two sums n steps apart,
//
//	κ(ρ; R) = (2/π) Σ_n E arcsin(ρ γ_n)
//
// to 1e-6 κ(1) at every ρ and R, and to 1e-8 κ(1) at ρ = 1. Under noise of few values, such as
// Rademacher, the error reaches 2e-6 κ(1) where a rule remembers few gradients. On a grid of ρ
// and R beside those of the fit the largest error was 4e-7 κ(1). The noise has fifteen terms,
// or one under centred normal noise. A panel of the table costs about 20 ms, and some times
// that where κ changes fast with R.
//
// If v² is finite, h and κ tend to those of signSGD with batch (1+β)/(1−β) as β → 1.
func Signum(p signsgd.Problem, beta float64) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.Signum{Beta: beta}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: Signum: %w", err)
	}
	if beta == 0 {
		return SignSGD(p)
	}
	return signOfSum(p, fmt.Sprintf("Signum %v", beta), memory.Signum{Beta: beta}), nil
}

// Lion returns the limit of Lion, θ ← θ − η' sign(β1 m + (1−β1)g), m ← β2 m + (1−β2)g, for a
// memory 1/(1−β2) that is short against d: that of Signum with the weights a_0 = 1−β1 and
// a_k = β1(1−β2)β2^{k−1}. β1 = 0 is SignSGD, and β1 = β2 is Signum. A panel of the table
// costs about 0.2 s, and up to ten times that where a_1 is more than 1000 β2 a_0, such as for
// β2 = 0.
func Lion(p signsgd.Problem, beta1, beta2 float64) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.Lion{Beta1: beta1, Beta2: beta2}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: Lion: %w", err)
	}
	switch {
	case beta1 == 0:
		return SignSGD(p)
	case beta1 == beta2:
		return Signum(p, beta1)
	}
	return signOfSum(p, fmt.Sprintf("Lion %v, %v", beta1, beta2), memory.Lion{Beta1: beta1, Beta2: beta2}), nil
}

// ShortAdam returns the limit of Adam for a memory of the squares that is short against d,
// (1−β2)d ≫ 1, and a few steps long. Adam's own ε must be small against D_i √(2𝓟), and the
// bias corrections are over in a few steps. With a_k = (1−β1)β1^k, b_k = (1−β2)β2^k,
//
//	h(R) = (1/√π) ∫ s^{−½} Π_j M(s b_j) Σ_k a_k N(s b_k)/M(s b_k) ds,
//	M(s) = E (1+2sr²)^{−½},  N(s) = E[(1−4sr²)(1+2sr²)^{−5/2}],
//
// to about 1e-9. κ(ρ; R) is a double integral. Its error is 1e-8 κ(1) at ρ = 1 and below
// 1e-6 κ(1) elsewhere; on a grid of ρ and R beside those of the fit it was at most 4e-7 κ(1).
// The noise has fourteen terms, or one under centred normal noise. A panel of the table costs some tenths of a second. β1 = β2 = 0 is
// SignSGD. If v² is finite, h → 1/√(2𝓟) and κ → ρ as β2 → 1: the AdamHeuristic.
//
// It is an error unless β1² < β2 or β1 = 0. Then the limit exists for every noise. Beyond, it
// exists as long as β1² < β2^{1−α/2}, where P(|ε| > x) ~ x^{−α}, and α = 2 for a finite
// variance; but the sums in its integrals grow, and their errors are not known.
func ShortAdam(p signsgd.Problem, beta1, beta2 float64) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.Adam{Beta1: beta1, Beta2: beta2}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: ShortAdam: %w", err)
	}
	if beta1 == 0 && beta2 == 0 {
		return SignSGD(p)
	}
	rule := memory.Adam{Beta1: beta1, Beta2: beta2}
	if !rule.Bounded() {
		return Limit{}, fmt.Errorf("homogenized: ShortAdam: Beta1² is %v: must be less than Beta2 = %v, for which the limit is computed", beta1*beta1, beta2)
	}
	name := fmt.Sprintf("Adam %v, %v of short memory", beta1, beta2)
	if beta1 == 0 {
		name = fmt.Sprintf("RMSProp %v", beta2)
	}
	return ofRule(p, name, rule, memory.Quotients, rule.Kappa, 0), nil
}

// RMSProp returns the limit of RMSProp, θ ← θ − η' g/√v, v ← βv + (1−β)g², for a memory
// 1/(1−β) that is short against d: ShortAdam with β1 = 0. It exists for every noise.
func RMSProp(p signsgd.Problem, beta float64) (Limit, error) {
	if err := p.Validate(); err != nil {
		return Limit{}, err
	}
	if err := (signsgd.RMSProp{Beta: beta}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: RMSProp: %w", err)
	}
	return ShortAdam(p, 0, beta)
}

// memoryRule is a rule that the package memory knows.
type memoryRule interface {
	// Drift returns h.
	Drift(r memory.Residual) float64
}

// signOfSum returns the limit of the sign of a sum of gradients.
func signOfSum(p signsgd.Problem, name string, r interface {
	memoryRule
	// Rest returns κ(ρ) − (2/π) arcsin ρ.
	Rest(r memory.Residual, rho []float64) []float64
}) Limit {
	return ofRule(p, name, r, memory.Signs, r.Rest, 1)
}

// ofRule returns the limit with the drift of the rule. Its κ is that of a mixture of the
// family with the values of rest, beside a multiple of (2/π) arcsin ρ, which is the family's
// first function.
func ofRule(p signsgd.Problem, name string, r memoryRule, family *memory.Mixture, rest func(r memory.Residual, rho []float64) []float64, arcsine float64) Limit {
	l := Limit{Name: name, Basis: spectra.Preconditioned, of: newOrigin(p)}
	law, batch := p.Law(), p.BatchSize()
	normal := memory.Residual{Noise: noise.None{}, Risk: 0.5, Batch: batch} // 2𝓟 = 1
	if v2, ok := centredNormal(law); ok {
		h := r.Drift(normal)
		l.Drift = func(risk float64) (value, slope float64) {
			square := 2*risk + v2
			value = h / math.Sqrt(square)
			return value, -value / square
		}
		mixture := family.Fit(rest(normal, family.Points))
		l.Noise = []Term{{Gain: constant(1), Shape: spectra.Shape{Odd: func(rho float64) float64 {
			return arcsine*family.Part(0, rho) + mixture.At(rho)
		}}}}
		return l
	}
	at := func(risk float64) memory.Residual {
		return memory.Residual{Noise: law, Risk: risk, Batch: batch}
	}
	drift := memory.NewTable(18, func(risk float64) []float64 {
		return []float64{math.Log(max(r.Drift(at(risk)), 1e-300))}
	})
	l.Drift = func(risk float64) (value, slope float64) {
		log, rise := drift.At(0, risk)
		value = math.Exp(log)
		return value, value * rise
	}
	// Every law has normal residuals at large risks, and residuals of one size are the κ of
	// fewest γ. These two do not depend on the law, so limits under different noise have the
	// same shapes.
	mixture := sync.OnceValue(func() *memory.Mixture {
		equal := memory.Residual{Noise: noise.Rademacher{Scale: 1}, Risk: 1e-12, Batch: batch}
		return family.With(rest(normal, family.Points), rest(equal, family.Points))
	})
	table := memory.NewConvertedTable(12, func(risk float64) []float64 { return rest(at(risk), family.Points) }, func(rows [][]float64) ([][]float64, bool) {
		gains, misfit := mixture().Gains(rows)
		for _, g := range gains {
			g[0] += arcsine
		}
		return gains, misfit < 3e-7
	})
	for n := range family.Parts() + 2 {
		term := Term{Gain: func(risk float64) (value, slope float64) {
			value, slope = table.At(n, risk)
			return max(value, 0), slope
		}}
		if n != family.Parts()-1 { // which is ρ
			term.Shape.Odd = func(rho float64) float64 { return mixture().Part(n, rho) }
		}
		l.Noise = append(l.Noise, term)
	}
	l.of.tables = l.codes()
	return l
}

// centredNormal returns v² of a centred normal law, and reports whether the law is one.
func centredNormal(law noise.Law) (v2 float64, ok bool) {
	switch l := law.(type) {
	case noise.None:
		return 0, true
	case noise.Normal:
		return l.Sigma * l.Sigma, l.Mu == 0
	}
	return 0, false
}
