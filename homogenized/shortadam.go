package homogenized

import (
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// ShortAdam returns the limit of Adam for a memory of the squares that is short against d,
// (1−β2)d ≫ 1, and a few steps long. Adam's own ε must be small against D_i √(2𝓟), and the
// bias corrections are over in a few steps. With a_k = (1−β1)β1^k, b_k = (1−β2)β2^k,
//
//	h(R) = (1/√π) ∫ s^{−½} Π_j M(s b_j) Σ_k a_k N(s b_k)/M(s b_k) ds,
//	M(s) = E (1+2sr²)^{−½},  N(s) = E[(1−4sr²)(1+2sr²)^{−5/2}],
//
// to about 1e-9, and κ(ρ; R), a double integral, to 1e-8 at ρ = 1 and to about 1e-5 κ(1) at
// other ρ (5e-4 for β2 < 0.8). The noise has seven terms. A panel of the table costs about
// 0.3 s. β1 = β2 = 0 is SignSGD. As β2 → 1 and v² is finite, h → 1/√(2𝓟) and κ → ρ: the
// AdamHeuristic.
//
// It exists if β1² < β2, or β1 = 0. Under noise of infinite variance with tail index α, for
// which P(|ε| > x) ~ x^{−α}, it needs β1² < β2^{1−α/2}. Otherwise κ(1) is infinite, which
// is an error.
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
	if !rule.Exists(tailIndex(p.Law())) {
		return Limit{}, fmt.Errorf("homogenized: ShortAdam: Beta1² is %v: must be less than Beta2 = %v, else the noise of the limit is infinite", beta1*beta1, beta2)
	}
	var shapes []spectra.Shape
	for j := range memory.Powers {
		shapes = append(shapes, spectra.Shape{Odd: func(rho float64) float64 { return memory.Power(j, rho) }})
	}
	shapes[0].Odd = nil
	name := fmt.Sprintf("Adam %v, %v of short memory", beta1, beta2)
	if beta1 == 0 {
		name = fmt.Sprintf("RMSProp %v", beta2)
	}
	return ofRule(p, name, rule, shapes, func(r memory.Residual) []float64 {
		return memory.PowerGains(rule.Kappa(r))
	}), nil
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

// ofShortAdam returns the limit of Adam's value where its memory is short.
func ofShortAdam(p signsgd.Problem, o signsgd.Adam) (Limit, error) {
	least := math.Sqrt(slices.Min(p.Covariance.Variances(nil)))
	if most := 1e-6 * least; o.Epsilon > most {
		return Limit{}, &NoLimitError{o, fmt.Sprintf("Epsilon is %v: the limit needs it small against D√(2𝓟), at most %v = 1e-6 of the smallest standard deviation", o.Epsilon, most)}
	}
	l, err := ShortAdam(p, o.Beta1, o.Beta2)
	l.Regime = "short memory"
	return l, err
}

// tailIndex returns the α of the noise where its variance is infinite, and 2 elsewhere. It
// reads α off 1 − (π/2)φ(R) ~ R^{−α/2} at large R.
func tailIndex(law noise.Law) float64 {
	if !math.IsInf(law.SecondMoment(), 1) {
		return 2
	}
	loss := func(risk float64) float64 {
		phi, _ := law.Phi(risk)
		return 1 - math.Pi/2*phi
	}
	risk := 1.0
	for loss(risk) > 1e-6 && risk < 1e200 {
		risk *= 4
	}
	return min(2, 2*math.Log2(loss(risk)/loss(4*risk))/2)
}
