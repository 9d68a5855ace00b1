package homogenized

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// Clipped returns the limit of SGD with the gradient clipped in norm at c, in batches of
// one. The gradient of a sample is g = r x with the residual r, and ‖x‖ concentrates at
// √(tr K), so clipping in norm is clipping of the residual at τ = c/√(tr K):
// min(1, c/‖g‖) g → min(1, τ/|r|) r x. Hence A = K and, by Stein's identity,
//
//	h(R) = P(|r| ≤ τ),  noise E min(r², τ²) K,  r ~ N(0, 2R) − ε.
//
// It exists for noise of infinite variance, too. The finite size error is that of ‖x‖: of
// order ‖K‖_F²/(tr K)².
//
// φ alone does not give P(|r| ≤ τ) in a stable way: the law must be one of this module's, or
// a Mixture of them. Student's, Cauchy's and Laplace's law are scale mixtures of normal laws,
// whose mixing integral is summed to about 1e-12. For Uniform, Logistic and AlphaStable the
// two are integrals of the characteristic function, to 1e-12 and 1e-12 τ². Their cost grows
// as (τ + s)/√R at small R, where s is the location and half the width of a Uniform: some
// milliseconds at R = 1e-6 (τ + s)², and seconds at 1e-12. Density, Characteristic and laws of
// your own are an error, since how wide and how rough they are is not known; fit a
// NormalMixture.
func Clipped(p signsgd.Problem, norm float64) (Limit, error) {
	threshold, err := clippingThreshold("Clipped", p, norm)
	if err != nil {
		return Limit{}, err
	}
	law, err := memory.NewClippable(p.Law())
	if err != nil {
		return Limit{}, fmt.Errorf("homogenized: Clipped: %w", err)
	}
	drift := func(risk float64) (h, slope float64) { h, slope, _, _ = law.Clip(risk, threshold); return h, slope }
	gain := func(risk float64) (g, slope float64) { _, _, g, slope = law.Clip(risk, threshold); return g, slope }
	if !law.Closed() { // a table is faster, and has the slopes
		drift, gain = tabulated(func(risk float64) (h, g float64) { h, _, g, _ = law.Clip(risk, threshold); return h, g })
	}
	return clipped(p, fmt.Sprintf("SGD clipped at the norm %v", norm), drift, gain), nil
}

// clipped returns a limit whose noise has the shape K.
func clipped(p signsgd.Problem, name string, drift, gain Coefficient) Limit {
	return Limit{
		Name: name, Basis: spectra.Plain, Drift: drift,
		Noise: []Term{{Gain: gain, Shape: spectra.Shape{Scaled: true}}},
		of:    newCovariantOrigin(p),
	}
}

// tabulated replaces two positive functions of R by tables of their logarithms.
func tabulated(f func(risk float64) (a, b float64)) (first, second Coefficient) {
	table := memory.NewTable(18, func(risk float64) []float64 {
		a, b := f(risk)
		return []float64{math.Log(max(a, 1e-300)), math.Log(max(b, 1e-300))}
	})
	at := func(n int) Coefficient {
		return func(risk float64) (value, slope float64) {
			log, rise := table.At(n, risk)
			value = math.Exp(log)
			return value, value * rise
		}
	}
	return at(0), at(1)
}

// SoftClipped returns the limit of SGD with the step g/√(1+‖g‖²/c²), in batches of one. With
// τ = c/√(tr K) it is the residual that is clipped softly, r/√(1+r²/τ²). Hence A = K and
//
//	h(R) = E (1+r²/τ²)^{−3/2},  noise E[r²/(1+r²/τ²)] K,
//
// which are integrals of m(a) = E e^{−a²r²} over the gamma law and so exist for every law
// of the noise. They are computed to about 1e-12 and tabulated in log R.
func SoftClipped(p signsgd.Problem, norm float64) (Limit, error) {
	threshold, err := clippingThreshold("SoftClipped", p, norm)
	if err != nil {
		return Limit{}, err
	}
	law := p.Law()
	drift, gain := tabulated(func(risk float64) (h, g float64) {
		return memory.SoftClip(memory.Residual{Noise: law, Risk: risk, Batch: 1}, threshold)
	})
	return clipped(p, fmt.Sprintf("SGD clipped softly at the norm %v", norm), drift, gain), nil
}

// clippingThreshold returns τ = c/√(tr K).
func clippingThreshold(name string, p signsgd.Problem, norm float64) (float64, error) {
	if err := p.Validate(); err != nil {
		return 0, err
	}
	if !(norm > 0) || math.IsInf(norm, 1) {
		return 0, fmt.Errorf("homogenized: %s: norm is %v: must be positive and finite", name, norm)
	}
	if p.BatchSize() > 1 {
		return 0, fmt.Errorf("homogenized: %s: Problem.Batch is %d: must be 1, since the norm of a mean of gradients is not that of one residual", name, p.Batch)
	}
	trace := 0.0
	for _, v := range p.Covariance.Variances(nil) {
		trace += v
	}
	return norm / math.Sqrt(trace), nil
}
