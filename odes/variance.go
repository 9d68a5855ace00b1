package odes

import (
	"context"
	"fmt"
	"math"
	"sort"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/fluctuation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/spectra"
)

// VarianceSettings says of what System.Variance and System.LimitVariance give the variance.
// The zero value is that of the optimizer's runs from the start of the problem.
type VarianceSettings struct {
	// SDE asks for the paths of the homogenized SDE in place of the runs of the optimizer.
	// Their spreads differ, see homogenized.Fluctuation.
	SDE bool

	// Spread is the covariance Σ_0 of a random start, θ_0 ~ N(Init, Σ_0) with the Init of
	// the problem, redrawn for each run. nil is the fixed start Init. LimitVariance does
	// not depend on it.
	Spread spectra.Covariance

	// Diagonal neglects the correlations of the noise between modes, so that no d×d
	// matrix is needed. It changes nothing where there are none: for SGD, preconditioned
	// SGD and the Adam heuristic, and for signSGD on a diagonal, circulant or Hadamard K.
	// For signSGD on a dense K the variance then errs by 0.1 to 5%.
	Diagonal bool

	// Progress, if it is not nil, is told how many of the d rows of the correlations of
	// the noise are done. Its calls do not overlap.
	Progress func(done, total int)
}

// Variance returns the curve of Solve with its Variance, the variance of the risk R of a
// run at the times, and its Bias, by which the mean of R differs from the curve. As
// d → ∞, R is asymptotically normal about the curve. Its variance is of order 1/d, of
// which this is the leading term. With Γ = Cov(r_i, r_j),
//
//	dΓ/dt = AΓ + ΓAᵀ + N,  Var R = Σ_ij Γ_ij,  A = −2ηh diag(λ) + β1ᵀ,
//	β_i = −2(ηh)'λ_i r_i + Σ_n (η²g_n)' c_i^{(n)}/(2d),
//	N_ij = (η²/d) λ_i λ_j P_ij Σ_n g_n M^{(n)}_ij  and the terms of Limit.Fluctuation,
//
// where P_ij = E y_i y_j and M^{(n)} = T Q_n Tᵀ in the modes y = Tν. The primes are
// derivatives in R, those of a rate that sees R included.
//
// The Bias Σ_i δ_i is of the same order. The corrections δ of the means of r solve
//
//	dδ/dt = Aδ − 2λ((ηh)'Γ1 + ½(ηh)''r Var R) + Σ_n (η²g_n)'' c^{(n)} Var R/(4d)
//	        + (η²/d)(X + h²) λ²r − (1/(2d)) d²r/dt²
//
// with X, Bend and Momentum of Limit.Fluctuation. The first terms are what fluctuations
// make of coefficients that are not linear in R, and all that paths of an SDE have. The last
// is the difference between steps of length 1/d and t. Bend adds −2ηhλ Bend E r²/R in
// coordinates; for dense K the square is replaced by its mean over delocalized
// coordinates, which may cost some tenths of this term. Bias is that of SGD, with or without
// momentum, of preconditioned SGD and of the heuristic to O(1/d²), and so is that of signSGD
// of batch 1 on a diagonal K. With momentum it holds once that has filled.
//
// The system (Γ, P) has d² unknowns but sees λ through exponentials alone. Some twenty
// nodes in place of the λ_i give the same Var R to 1e-10. Where M is diagonal in the modes
// the work is O(d) once; compressed measures carry d = 10^6. Otherwise it is two products
// of matrices of size d once, for d up to 4096, and needs a system made by New or
// NewFromLimit. The steps then take tens of milliseconds for any d and any number of
// times, but for rates so large that the noise of the steps keeps the risk far above v²:
// there the time grows with the horizon, 1.3 s at t = 1e5. The relative error is about 1e-9
// at the default Tolerance.
//
// The theory assumes one-step rules, standard deviations of R that are small against R,
// batches that are small against d, and K that is diagonal or delocalized. It was checked
// against simulations from d = 50 up.
func (s *System) Variance(ctx context.Context, times []float64, settings VarianceSettings) (*Curve, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	if err := checkTimes(times); err != nil {
		return nil, err
	}
	m, err := s.newSpread(settings)
	if err != nil {
		return nil, err
	}
	c, path, err := m.sys.follow(ctx, times)
	if err != nil {
		return nil, err
	}
	reach := 2 * path.total
	if m.law.Fourth { // of E r²
		reach *= 2
	}
	eq, err := m.equation(ctx, reach, settings.Progress)
	if err != nil {
		return nil, err
	}
	var pieces []float64
	if horizon := times[len(times)-1]; horizon > 0 {
		pieces = march.Stops(m.sys.Rate, horizon)
	}
	c.Variance, c.Bias, err = eq.Solve(ctx, times, pieces, func(t float64, c *fluctuation.Coefficients) error {
		at := path.at(t)
		return m.coefficients(c, t, &at)
	})
	if err != nil {
		return nil, fmt.Errorf("odes: Variance: %w", err)
	}
	return c, nil
}

// Rest is the law of the risk of a run that has come to rest: normal to leading order.
type Rest struct {
	Risk     float64 // R∞
	Variance float64 // of order 1/d
}

// Band returns the ends of the interval around the limit risk in which the risk of a run at
// rest lies with the probability level, 0 < level < 1.
func (r Rest) Band(level float64) (lo, hi float64, err error) {
	z, err := twoSided("Rest.Band: level", level)
	if err != nil {
		return 0, 0, err
	}
	sd := math.Sqrt(r.Variance)
	return max(r.Risk-z*sd, 0), r.Risk + z*sd, nil
}

// LimitVariance returns the limit risk with the variance of the risk about it in dimension
// d, under a rate that no longer depends on time. It is that of the stationary Γ, which
// solves the Lyapunov equation
//
//	AΓ + ΓAᵀ + N = 0
//
// with A and N of Variance at R∞ and P_ij = (η²/d) Σ_n g_n M^{(n)}_ij/(ηh (λ_i+λ_j)). A is
// diagonal plus a matrix of rank one, so that Γ follows from its row sums, which solve a
// linear system with as many unknowns as there are nodes. The cost and the error are those
// of Variance. Where the risk does not come to rest at a positive value, or the point is
// unstable, the error is ErrNoStationary.
func (s *System) LimitVariance(ctx context.Context, settings VarianceSettings) (Rest, error) {
	if err := s.Validate(); err != nil {
		return Rest{}, err
	}
	if err := s.errCoupled("LimitVariance"); err != nil {
		return Rest{}, err
	}
	lin, err := s.Linearize(ctx)
	if err != nil {
		return Rest{}, err
	}
	settings.Spread = nil
	m, err := s.newSpread(settings)
	if err != nil {
		return Rest{}, err
	}
	slowest := math.Inf(1)
	for _, l := range s.Modes.Lambda {
		if l > 0 {
			slowest = min(slowest, l)
		}
	}
	// 1/(λ_i+λ_j) is the integral of e^{−(λ_i+λ_j)s}, of which this much suffices.
	eq, err := m.equation(ctx, 40/slowest, settings.Progress)
	if err != nil {
		return Rest{}, err
	}
	c := fluctuation.NewCoefficients(len(eq.Weight))
	at := m.eq.At(lin.Risk)
	if err := m.coefficients(&c, math.Inf(1), &at); err != nil {
		return Rest{}, err
	}
	variance, err := eq.AtRest(&c)
	if err != nil {
		return Rest{}, fmt.Errorf("odes: LimitVariance: %w", err)
	}
	if !(variance >= 0) || lin.Slowest() <= 0 {
		return Rest{}, fmt.Errorf("%w: the limit risk %v is unstable", ErrNoStationary, lin.Risk)
	}
	return Rest{lin.Risk, variance}, nil
}

// path is a solved curve together with what schedules see of it.
type path struct {
	pieces         []march.Segment
	descent        []collocation.Series
	preconditioned bool
	total          float64 // ∫ηh
}

// follow solves the system at the times and keeps the whole path.
func (s *System) follow(ctx context.Context, times []float64) (*Curve, *path, error) {
	p := &path{preconditioned: s.Limit.Basis == spectra.Preconditioned}
	c, err := s.solve(ctx, times, func(piece piece) {
		p.descent = append(p.descent, piece.Descent)
		p.total += piece.Clock
	})
	if err != nil {
		return nil, nil, err
	}
	p.pieces = c.pieces
	return c, p, nil
}

// at returns the position at time t of the path.
func (p *path) at(t float64) march.Position {
	i := min(sort.Search(len(p.pieces), func(i int) bool { return p.pieces[i].Stop >= t }), len(p.pieces)-1)
	piece := &p.pieces[i]
	x := (t - piece.Start) / piece.Size
	return march.Position{
		R: max(piece.Risk.At(x), march.MinRisk), Q: max(p.descent[i].At(x), 0), Preconditioned: p.preconditioned,
	}
}

// equation returns the equation of Γ that serves exponents up to reach.
func (m *spread) equation(ctx context.Context, reach float64, progress func(done, total int)) (*fluctuation.Equation, error) {
	eq, err := m.law.Equation(ctx, reach, progress)
	if err != nil {
		return nil, err
	}
	eq.Own, eq.Tolerance = m.sys.ownTerm(), m.eq.Tolerance
	if m.fluctuation != nil {
		beta := m.fluctuation.Momentum
		eq.Step = 1 / float64(m.sys.Modes.Dim)
		eq.Lag, eq.Smooth = beta/(1-beta)*eq.Step, beta*beta/(1-beta*beta)*eq.Step
	}
	return eq, nil
}

// checkVariance returns an error unless the theory of the variance covers the system.
func (s *System) checkVariance(settings VarianceSettings) error {
	f := s.Limit.Fluctuation
	switch {
	case s.Limit.Centred:
		return fmt.Errorf("odes: Variance: Limit.Centred is not supported: the limit of signSGD has runs with the same variance")
	case s.Limit.Coupling != nil:
		return fmt.Errorf("odes: Variance: Limit.Coupling is not supported: the variance is known for limits of one vector alone")
	case settings.SDE:
		return nil
	case f == nil:
		return fmt.Errorf("odes: Variance: Limit.Fluctuation is nil, so the variance of the optimizer's runs is not known: take the limit with homogenized.Of, or set VarianceSettings.SDE for that of the SDE")
	case f.Err != nil:
		return fmt.Errorf("odes: Variance of %s: %w (VarianceSettings.SDE gives that of the SDE)", s.Limit.Name, f.Err)
	case (f.Cross != nil || f.Noise != nil) && s.ownTerm() < 0:
		return fmt.Errorf("odes: Variance: Limit.Fluctuation has Cross or Noise, which need a term of Limit.Noise with c_i = λ_i²")
	}
	return nil
}

// own reports whether the noise of the shape is independent between the modes for every
// K, with c_i = λ_i².
func (s *System) own(shape spectra.Shape) bool {
	return shape.Odd == nil && shape.Scaled == (s.Limit.Basis == spectra.Plain)
}

// ownTerm returns the noise term with c_i = λ_i², or −1.
func (s *System) ownTerm() int {
	for n, shape := range s.Modes.Noise {
		if s.own(shape) {
			return n
		}
	}
	return -1
}

// independent reports whether all noise is known to be independent between the modes.
func (s *System) independent() bool {
	if s.Modes.Kind == spectra.Coordinates {
		return true
	}
	switch s.covariance.(type) {
	case *spectra.Circulant, *spectra.Hadamard:
		return true
	}
	for _, shape := range s.Modes.Noise {
		if !s.own(shape) {
			return false
		}
	}
	return true
}
