package spectra

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/measure"
)

// Lanczos finds the measures of the modes without an eigendecomposition, from products with
// K alone. The zero value is ready to use. It is worth its errors where K is too large for
// Modes, which are exact.
type Lanczos struct {
	Steps  int // products with K for each start vector, and nodes of its rule; 0 means 64
	Probes int // random start vectors for the weights; 0 means 16
}

// Risk brackets the measure Σ r_i(0) δ_{λ_i} of the modes of k started at ν = nu. Its
// transform is the risk ½ νᵀKν as it decays without noise. K is seen through its products
// alone.
//
// The Lanczos process runs on A = K̄ (or K, in the Plain basis), which is symmetric in the
// inner product uᵀKv. There the spectral measure of ν is 2 Σ r_i(0) δ_{λ_i}. Like the other
// methods, Risk fails when ctx ends, which it sees before every product with K.
func (l Lanczos) Risk(ctx context.Context, k Covariance, basis Basis, nu []float64) (measure.Bracket, error) {
	if err := checkLanczos(k, basis); err != nil {
		return measure.Bracket{}, err
	}
	if err := checkVector("nu", nu, k.Dim()); err != nil {
		return measure.Bracket{}, err
	}
	l, err := l.settled()
	if err != nil {
		return measure.Bracket{}, err
	}
	p, err := process(k, basis, StandardDeviations(k))
	if err != nil {
		return measure.Bracket{}, fmt.Errorf("spectra: %w", err)
	}
	b, err := p.Bracket(ctx, nu, l.Steps)
	if err != nil {
		return measure.Bracket{}, fmt.Errorf("spectra: %w", err)
	}
	return b.Scale(0.5), nil
}

// settled returns l with its defaults filled in.
func (l Lanczos) settled() (Lanczos, error) {
	if l.Steps < 0 {
		return l, fmt.Errorf("spectra: Lanczos.Steps is %d: must be at least 1, or 0 for the default", l.Steps)
	}
	if l.Probes < 0 {
		return l, fmt.Errorf("spectra: Lanczos.Probes is %d: must be at least 1, or 0 for the default", l.Probes)
	}
	if l.Steps == 0 {
		l.Steps = 64
	}
	if l.Probes == 0 {
		l.Probes = 16
	}
	return l, nil
}

// Weights estimates the measure Σ c_i δ_{λ_i} of the weights of the noise, with one
// measure.Bracket for each of the independent probes. The measure is the expectation over
// them. The shape must be that of the arcsine or the identity, scaled or not. f(C) is
// never formed: for x ~ N(0, K) the vector b = √(π/2) sign(x) has the covariance K_σ, and
// b = D⁻¹x has C, so that the expectation of λ_i (Tb)_i² is c_i; a Scaled shape
// multiplies b by D. The probes are shared among all cores. The result does not depend on
// how many there are.
func (l Lanczos) Weights(ctx context.Context, k Covariance, basis Basis, noise Shape, rng *rand.Rand) (measure.Estimate, error) {
	if err := checkLanczos(k, basis); err != nil {
		return nil, err
	}
	if rng == nil {
		return nil, errNilRand
	}
	if err := noise.validate(); err != nil {
		return nil, err
	}
	sign := noise.Same(Shape{Odd: math.Asin, Scaled: noise.Scaled})
	if !sign && !noise.Same(Shape{Scaled: noise.Scaled}) {
		return nil, fmt.Errorf("spectra: Lanczos: noise.Odd must be the arcsine or the identity: no probes are known for another function")
	}
	l, err := l.settled()
	if err != nil {
		return nil, err
	}
	d := k.Dim()
	sd := StandardDeviations(k)
	starts := make([]float64, l.Probes*d)
	k.NewSampler().Sample(starts, rng)
	for row := starts; len(row) > 0; row = row[d:] {
		for i, s := range sd {
			if sign {
				row[i] = math.Copysign(math.Sqrt(math.Pi/2)*s, row[i])
			}
			if !noise.Scaled {
				row[i] /= s
			}
		}
	}
	probes, errs := make(measure.Estimate, l.Probes), make([]error, l.Probes)
	processes := make([]*measure.Process, dense.Cores())
	dense.Each(len(processes), l.Probes, func(worker, i int) {
		if processes[worker] == nil {
			if processes[worker], errs[i] = process(k, basis, sd); errs[i] != nil {
				return
			}
		}
		probes[i], errs[i] = processes[worker].Bracket(ctx, starts[i*d:][:d], l.Steps)
	})
	for _, err := range errs {
		if err != nil {
			return nil, fmt.Errorf("spectra: %w", err)
		}
	}
	return probes, nil
}

// process returns the Lanczos process for K, or for K̄ = D⁻¹K in the Preconditioned
// basis.
func process(k Covariance, basis Basis, deviations []float64) (*measure.Process, error) {
	if basis == Plain {
		return measure.NewProcess(k, nil)
	}
	inverse := make([]float64, len(deviations))
	for i, s := range deviations {
		inverse[i] = 1 / s
	}
	return measure.NewProcess(k, inverse)
}

// Modes returns nodes and weights that stand for the modes of k, without its
// eigendecomposition: the Gauss rule of Risk with zero weights, and the compressed mean
// of Weights with zero risk. Their errors are those of Risk and Weights. The Kind of the
// result is Unformed.
func (l Lanczos) Modes(ctx context.Context, k Covariance, basis Basis, nu []float64, noise Shape, rng *rand.Rand) (Modes, error) {
	risk, err := l.Risk(ctx, k, basis, nu)
	if err != nil {
		return Modes{}, err
	}
	weights, err := l.Weights(ctx, k, basis, noise, rng)
	if err != nil {
		return Modes{}, err
	}
	short, err := weights.Measure().Compress(0)
	if err != nil {
		return Modes{}, err
	}
	return joinMeasures(basis, k.Dim(), []Shape{noise}, []measure.Measure{risk.Lower, short}), nil
}

// checkLanczos returns an error if the covariance or the basis is bad.
func checkLanczos(k Covariance, basis Basis) error {
	if err := checkCovariance(k); err != nil {
		return err
	}
	return basis.validate()
}
