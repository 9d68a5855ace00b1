package odes

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/fluctuation"
	"github.com/riskcurves/riskcurves/spectra"
	"github.com/riskcurves/riskcurves/spectra/measure"
)

// spread is what the variance of the risk is made of, in all the modes.
type spread struct {
	sys         *System                  // started at the mean risks of the start
	fluctuation *homogenized.Fluctuation // nil for the SDE

	forms []*mat.SymDense // M^{(n)}; nil if the noise is independent between the modes
	y     []float64       // the mean of y_i at the start; nil if only its square is known
	start *mat.SymDense   // its covariance; nil for a fixed start
	alone []float64       // the diagonal of start, if that is diagonal and forms is nil

	trace float64         // Σ λ_i
	side  [2]coefficients // scratch
}

// newSpread checks what the variance needs and prepares it.
func (s *System) newSpread(settings VarianceSettings) (*spread, error) {
	if err := s.checkVariance(settings); err != nil {
		return nil, err
	}
	m := &spread{sys: s}
	for i := range m.side {
		m.side[i] = newCoefficients(len(s.Limit.Noise))
	}
	if !settings.SDE {
		m.fluctuation = s.Limit.Fluctuation
	}
	m.trace = s.trace()
	independent := s.independent() || settings.Diagonal
	if independent && settings.Spread == nil {
		return m, nil
	}
	switch d := s.Modes.Dim; {
	case s.covariance == nil:
		return nil, fmt.Errorf("odes: Variance: the system was made of modes, without the covariance, so the correlations of the noise between modes are not known: use New or NewFromLimit, or set VarianceSettings.Diagonal")
	case s.nu == nil:
		return nil, fmt.Errorf("odes: Variance: WithStart gives the risks of the modes, not a start θ_0: use WithInitialRisk, or New with another Problem.Init")
	case settings.Spread != nil && settings.Spread.Dim() != d:
		return nil, fmt.Errorf("odes: Variance: VarianceSettings.Spread has the dimension %d: must be %d", settings.Spread.Dim(), d)
	case d > maxQuadratic && !(independent && s.Modes.Kind == spectra.Coordinates && uncorrelated(settings.Spread)):
		return nil, fmt.Errorf("odes: Variance: the dimension is %d: must be at most %d where d×d matrices are needed; VarianceSettings.Diagonal needs none for a fixed start", d, maxQuadratic)
	}
	k, modes, err := s.formedModes()
	if err != nil {
		return nil, err
	}
	t, err := spectra.NewTransform(k, modes)
	if err != nil {
		return nil, err
	}
	m.y = t.Apply(nil, s.nu)
	if settings.Spread != nil {
		if m.sys, err = m.spreadStart(t, modes, settings.Spread); err != nil {
			return nil, err
		}
	} else {
		m.sys = s.withModes(modes)
	}
	if independent {
		return m, nil
	}
	for _, shape := range modes.Noise {
		q, err := spectra.NoiseCovariance(k, shape)
		if err != nil {
			return nil, err
		}
		form, err := inModes(t, k, modes.Basis, q)
		if err != nil {
			return nil, err
		}
		m.forms = append(m.forms, form)
	}
	return m, nil
}

// withModes returns the system in other modes of the same risk.
func (s *System) withModes(modes spectra.Modes) *System {
	if s.Modes.Kind != spectra.Unformed {
		return s
	}
	other := *s
	other.Modes, other.compressed = modes, new(compression)
	return &other
}

// uncorrelated reports whether a covariance is diagonal by its type.
func uncorrelated(k spectra.Covariance) bool {
	switch k.(type) {
	case *spectra.Diagonal, *spectra.Isotropic:
		return true
	}
	return false
}

// spreadStart stores the law of y at the start and returns the system that starts at its
// mean risks ½ λ_i E y_i².
func (m *spread) spreadStart(t *spectra.Transform, modes spectra.Modes, spread spectra.Covariance) (*System, error) {
	variances := make([]float64, len(modes.Lambda))
	if m.sys.Modes.Kind == spectra.Coordinates && uncorrelated(spread) {
		spread.Variances(variances)
		t.Apply(variances, append([]float64{}, variances...)) // half·Σ·half
		m.alone = t.Apply(nil, variances)
		copy(variances, m.alone)
	} else {
		var err error
		if m.start, err = t.Covariance(spread); err != nil {
			return nil, err
		}
		for i := range variances {
			variances[i] = max(m.start.At(i, i), 0)
		}
	}
	risks := make([]float64, len(variances))
	for i, l := range modes.Lambda {
		risks[i] = l * (m.y[i]*m.y[i] + variances[i]) / 2
	}
	other, err := m.sys.withModes(modes).WithStart(risks)
	if err != nil {
		return nil, err
	}
	return other, nil
}

// inModes returns T Q Tᵀ. A dense Q takes the product of matrices of Transform.Form, as
// T⁻ᵀ(D Q D)T⁻¹.
func inModes(t *spectra.Transform, k spectra.Covariance, basis spectra.Basis, q spectra.Covariance) (*mat.SymDense, error) {
	dense, ok := q.(*spectra.Dense)
	if !ok {
		return t.Covariance(q)
	}
	d := k.Dim()
	scale := make([]float64, d)
	for i := range scale {
		scale[i] = 1
	}
	if basis == spectra.Preconditioned {
		scale = spectra.StandardDeviations(k)
	}
	form := mat.NewSymDense(d, nil)
	for i, a := range scale {
		for j := i; j < d; j++ {
			form.SetSym(i, j, a*dense.At(i, j)*scale[j])
		}
	}
	return t.Form(form), nil
}

// condense returns the equation of Γ at the nodes of a skeleton of the modes that serves
// exponents up to reach.
func (m *spread) condense(ctx context.Context, reach float64, progress func(done, total int)) (*fluctuation.Equation, error) {
	if m.forms != nil || m.start != nil {
		return m.condensePairs(ctx, reach, progress)
	}
	modes := m.sys.Modes
	terms := len(modes.Weights)
	// The measures on the axis of λ that matter beside r and c: the products r c and c c,
	// and Γ(0).
	var products [][]float64
	product := func(x, y []float64, factor float64) {
		z := make([]float64, len(x))
		for i, v := range x {
			z[i] = factor * v * y[i]
		}
		products = append(products, z)
	}
	for n := range terms {
		product(modes.Risk, modes.Weights[n], 2)
	}
	for n := range terms {
		for o := n; o < terms; o++ {
			product(modes.Weights[n], modes.Weights[o], 1)
		}
	}
	if m.bent() && m.coordinates() {
		product(modes.Risk, modes.Risk, 1)
		if m.alone != nil { // E r², r the square of a normal number
			square := products[len(products)-1]
			for i, l := range modes.Lambda {
				square[i] += l * l * m.alone[i] * (m.y[i]*m.y[i] + m.alone[i]/2)
			}
		}
	} else if m.bent() {
		products = append(products, modes.Lambda)
	}
	if m.alone != nil {
		z := make([]float64, len(m.alone))
		for i, l := range modes.Lambda {
			z[i] = l * l * m.alone[i] * (m.alone[i]/2 + m.y[i]*m.y[i])
		}
		products = append(products, z)
	}
	lambda, measures, err := m.sys.joined(products)
	if err != nil {
		return nil, err
	}
	k := fluctuation.NewSkeleton(lambda, reach)
	eq := m.equation(k.Nodes)
	eq.Risk = k.Vector(measures[0])
	at := 1
	for range terms {
		eq.Weight = append(eq.Weight, k.Vector(measures[at]))
		at++
	}
	for range terms {
		eq.First = append(eq.First, k.Diagonal(measures[at]))
		at++
	}
	eq.Second = make([][][]float64, terms)
	for n := range terms {
		eq.Second[n] = make([][]float64, terms)
		for o := n; o < terms; o++ {
			eq.Second[n][o] = k.Diagonal(measures[at])
			at++
		}
		for o := range n {
			eq.Second[n][o] = eq.Second[o][n]
		}
	}
	if m.bent() && m.coordinates() {
		eq.Fourth = m.fourth(k, measures, at)
		at++
	} else if m.bent() {
		eq.Rates = k.Vector(measures[at])
		at++
	}
	eq.Gamma = make([]float64, len(k.Nodes)*len(k.Nodes))
	if m.alone != nil {
		eq.Gamma = k.Diagonal(measures[at])
	}
	return eq, ctx.Err()
}

// joined returns the positive eigenvalues with their masses in the measures of r, of the
// c^{(n)} and of the products. Many eigenvalues are compressed, each measure by itself, and
// their atoms put one after the other.
func (s *System) joined(products [][]float64) (lambda []float64, masses [][]float64, err error) {
	modes := s.Modes
	parts := make([]measure.Measure, len(products))
	if len(modes.Lambda) > compressAbove {
		small, err := s.compact()
		if err != nil {
			return nil, nil, err
		}
		modes = small.Modes
		errs := make([]error, len(products))
		var done sync.WaitGroup
		for n, mass := range products {
			done.Go(func() {
				parts[n], errs[n] = measure.Measure{Lambda: s.Modes.Lambda, Mass: mass}.Compress(max(s.tolerance()/10, 1e-13))
			})
		}
		done.Wait()
		if err := errors.Join(errs...); err != nil {
			return nil, nil, err
		}
	}
	own := append([][]float64{modes.Risk}, modes.Weights...)
	masses = make([][]float64, len(own)+len(products))
	add := func(l float64, mass func(n int) float64) {
		if l > 0 {
			lambda = append(lambda, l)
			for n := range masses {
				masses[n] = append(masses[n], mass(n))
			}
		}
	}
	for i, l := range modes.Lambda {
		add(l, func(n int) float64 {
			switch {
			case n < len(own):
				return own[n][i]
			case len(modes.Lambda) == len(s.Modes.Lambda) && len(s.Modes.Lambda) <= compressAbove:
				return products[n-len(own)][i]
			}
			return 0
		})
	}
	for p, part := range parts {
		for i, l := range part.Lambda {
			add(l, func(n int) float64 {
				if n == len(own)+p {
					return part.Mass[i]
				}
				return 0
			})
		}
	}
	return lambda, masses, nil
}

// condensePairs is condense where modes are correlated, by their noise or at the start.
func (m *spread) condensePairs(ctx context.Context, reach float64, progress func(done, total int)) (*fluctuation.Equation, error) {
	modes := m.sys.Modes
	terms := len(modes.Weights)
	var active []int
	for i, l := range modes.Lambda {
		if l > 0 {
			active = append(active, i)
		}
	}
	pick := func(x []float64) []float64 {
		y := make([]float64, len(active))
		for i, a := range active {
			y[i] = x[a]
		}
		return y
	}
	lambda := pick(modes.Lambda)
	k := fluctuation.NewSkeleton(lambda, reach)
	eq := m.equation(k.Nodes)
	eq.Risk = k.Vector(pick(modes.Risk))
	for _, w := range modes.Weights {
		eq.Weight = append(eq.Weight, k.Vector(pick(w)))
	}
	// form returns M^{(n)}_ij.
	form := func(n, i, j int) float64 {
		switch {
		case m.forms != nil && i <= j:
			return m.forms[n].RawSymmetric().Data[i*m.forms[n].RawSymmetric().Stride+j]
		case m.forms != nil:
			return m.forms[n].RawSymmetric().Data[j*m.forms[n].RawSymmetric().Stride+i]
		case i == j:
			return modes.Weights[n][i] / modes.Lambda[i]
		}
		return 0
	}
	number := terms + terms*(terms+1)/2
	if m.start != nil {
		number++
	}
	fill := func(row int, dst [][]float64) {
		i := active[row]
		for col, j := range active {
			scale := modes.Lambda[i] * modes.Lambda[j]
			mean := m.y[i] * m.y[j]
			p := mean
			if m.start != nil {
				c := m.start.At(i, j)
				p += c
				dst[number-1][col] = scale * c * (c/2 + mean)
			}
			at := terms
			for n := range terms {
				f := form(n, i, j)
				dst[n][col] = scale * p * f
				for o := n; o < terms; o++ {
					dst[at][col] = scale * f * form(o, i, j)
					at++
				}
			}
		}
	}
	eq.Rates = k.Vector(lambda)
	out, err := k.Matrices(ctx, number, fill, progress)
	if err != nil {
		return nil, err
	}
	eq.First = out[:terms]
	at := terms
	eq.Second = make([][][]float64, terms)
	for n := range terms {
		eq.Second[n] = make([][]float64, terms)
		for o := n; o < terms; o++ {
			eq.Second[n][o] = out[at]
			at++
		}
		for o := range n {
			eq.Second[n][o] = eq.Second[o][n]
		}
	}
	eq.Gamma = make([]float64, len(k.Nodes)*len(k.Nodes))
	if m.start != nil {
		eq.Gamma = out[number-1]
	}
	return eq, nil
}
