package spectra

import (
	"fmt"
	"math"
	"slices"
	"sync"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
	"github.com/riskcurves/riskcurves/spectra/measure"
)

// Basis selects the drift matrix A of −η h(R) A ν, whose eigenmodes resolve the risk.
type Basis int

// The bases.
const (
	Plain          Basis = iota // A = K: SGD
	Preconditioned              // A = K̄ = D⁻¹K: signSGD and the adaptive methods
)

// String returns the name of the basis.
func (b Basis) String() string {
	switch b {
	case Plain:
		return "Plain"
	case Preconditioned:
		return "Preconditioned"
	}
	return fmt.Sprintf("Basis(%d)", int(b))
}

// Kind says how the eigenvectors of Modes are known.
type Kind int

// The kinds.
const (
	Coordinates Kind = iota // the eigenvectors are the coordinates, q_i = e_i
	Factored                // the eigenvectors are known by the factors of Q; see Form
	Formed                  // the eigenvectors are the columns of Vectors
	Unformed                // the eigenvectors were not formed
)

// String returns the name of the kind.
func (k Kind) String() string {
	switch k {
	case Coordinates:
		return "Coordinates"
	case Factored:
		return "Factored"
	case Formed:
		return "Formed"
	case Unformed:
		return "Unformed"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Modes resolves the risk R = ½ νᵀKν into d modes r_i with R = Σ r_i. Each mode
// decays by itself,
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)},
//
// equations (12) and (13a). With S = D^{-1/2} K D^{-1/2} = QΛQᵀ, which is symmetric
// and has the eigenvalues of K̄, and with T = QᵀD^{1/2} and the noise covariances Q_n,
//
//	λ_i = Λ_ii,  r_i(0) = ½ λ_i (Tν₀)_i²,  c_i^{(n)} = λ_i (T Q_n Tᵀ)_ii
//
// in the Preconditioned basis, equation (13b). In the Plain basis S is K and D^{1/2} is
// replaced by the identity, in S and in T.
//
// Every λ_i, r_i and c_i is nonnegative. Eigenvalues within d·ε·λ_max of zero cannot be
// told from zero. They are set to zero, with r_i = c_i = 0.
type Modes struct {
	Basis   Basis       // the drift matrix whose modes these are
	Dim     int         // the dimension d of K, also after Compress
	Lambda  []float64   // the eigenvalues λ_i: d of them, or the nodes after Compress
	Risk    []float64   // the initial risks r_i(0)
	Noise   []Shape     // the shape of the noise of each row of Weights
	Weights [][]float64 // Weights[n][i] = c_i^{(n)} for the noise Noise[n]

	// Kind says how the eigenvectors are known. They are not formed where d² numbers
	// would not fit, where the structure of K makes them unnecessary, and after
	// Compress. Those of a dense K are Factored where nothing has needed them yet.
	Kind Kind

	// Vectors holds the eigenvectors q_i in its columns if Kind is Formed, else it is
	// nil.
	Vectors *mat.Dense

	factors *eigen.Factors // of Q if Kind is Factored
}

// Form returns the modes with Vectors if their Kind is Factored, and otherwise m itself. It
// costs about twice what the modes did.
func (m Modes) Form() Modes {
	if m.Kind != Factored {
		return m
	}
	all := make([]int, m.Dim)
	for i := range all {
		all[i] = i
	}
	q := m.factors.Vectors(all)
	transpose(q)
	m.Kind, m.Vectors, m.factors = Formed, mat.NewDense(m.Dim, m.Dim, q.Data), nil
	return m
}

// newModes returns modes of the given number with room for their weights.
func newModes(basis Basis, dim, number int, noise []Shape) Modes {
	m := Modes{
		Basis: basis, Dim: dim, Lambda: make([]float64, number), Risk: make([]float64, number),
		Noise: slices.Clone(noise), Weights: make([][]float64, len(noise)),
	}
	for i := range m.Weights {
		m.Weights[i] = make([]float64, number)
	}
	return m
}

// checked returns m, or an error if the square of an eigenvalue, or a risk, leaves the range
// of float64.
func (m Modes) checked() (Modes, error) {
	if err := m.Validate(); err != nil {
		return Modes{}, fmt.Errorf("%w: the numbers of K or of nu are too large, divide them by a constant", err)
	}
	return m, nil
}

// Validate returns an error that names the first bad field, and nil if there is none.
func (m Modes) Validate() error {
	if err := m.Basis.validate(); err != nil {
		return err
	}
	if m.Dim < 1 {
		return fmt.Errorf("spectra: Modes.Dim is %d: must be at least 1", m.Dim)
	}
	n := len(m.Lambda)
	switch m.Kind {
	case Coordinates, Factored, Formed:
		if n != m.Dim {
			return fmt.Errorf("spectra: Modes.Lambda has length %d: must be Modes.Dim, %d, if Kind is %v", n, m.Dim, m.Kind)
		}
	case Unformed:
		if n == 0 {
			return fmt.Errorf("spectra: Modes.Lambda is empty: must have at least one mode")
		}
	default:
		return fmt.Errorf("spectra: Modes.Kind is %v: must be Coordinates, Factored, Formed or Unformed", m.Kind)
	}
	switch formed := m.Kind == Formed; {
	case m.Kind == Factored && m.factors == nil:
		return fmt.Errorf("spectra: Modes.Kind is Factored: must only be where Dense.Modes made it so")
	case formed && m.Vectors == nil:
		return fmt.Errorf("spectra: Modes.Vectors is nil: must hold the eigenvectors if Kind is Formed")
	case !formed && m.Vectors != nil:
		return fmt.Errorf("spectra: Modes.Vectors is set: must be nil if Kind is %v", m.Kind)
	case formed:
		if r, c := m.Vectors.Dims(); r != m.Dim || c != m.Dim {
			return fmt.Errorf("spectra: Modes.Vectors is %d×%d: must be %d×%d", r, c, m.Dim, m.Dim)
		}
	}
	if len(m.Noise) != len(m.Weights) {
		return fmt.Errorf("spectra: Modes.Noise has length %d: must be that of Weights, %d", len(m.Noise), len(m.Weights))
	}
	if err := checkMasses("Lambda", m.Lambda, n); err != nil {
		return err
	}
	if err := checkMasses("Risk", m.Risk, n); err != nil {
		return err
	}
	for i, c := range m.Weights {
		if err := m.Noise[i].validate(); err != nil {
			return fmt.Errorf("spectra: Modes.Noise[%d]: %w", i, err)
		}
		if err := checkMasses(fmt.Sprintf("Weights[%d]", i), c, n); err != nil {
			return err
		}
	}
	return nil
}

// checkMasses returns an error unless x has n nonnegative and finite entries.
func checkMasses(field string, x []float64, n int) error {
	if len(x) != n {
		return fmt.Errorf("spectra: Modes.%s has length %d: must be that of Lambda, %d", field, len(x), n)
	}
	for i, v := range x {
		if !(v >= 0) || math.IsInf(v, 1) {
			return fmt.Errorf("spectra: Modes.%s[%d] is %v: must be nonnegative and finite", field, i, v)
		}
	}
	return nil
}

// InitialRisk returns R(0) = Σ r_i(0).
func (m Modes) InitialRisk() float64 { return floats.Sum(m.Risk) }

// RiskMeasure returns Σ r_i(0) δ_{λ_i}. It shares the slices of m.
func (m Modes) RiskMeasure() measure.Measure { return measure.Measure{Lambda: m.Lambda, Mass: m.Risk} }

// WeightMeasure returns Σ c_i^{(n)} δ_{λ_i}. It shares the slices of m.
func (m Modes) WeightMeasure(n int) measure.Measure {
	return measure.Measure{Lambda: m.Lambda, Mass: m.Weights[n]}
}

// Compress returns few modes that give the same risk curve to the relative tolerance,
// which is that of measure.Measure.Compress; 0 means measure.DefaultCompression. The
// result holds the nodes of the compressed RiskMeasure with zero weights, followed by
// those of each compressed WeightMeasure with zero risk. Its Kind is Unformed. If it
// would not be smaller than m, Compress returns m itself.
func (m Modes) Compress(tolerance float64) (Modes, error) {
	parts, errs := make([]measure.Measure, 1+len(m.Weights)), make([]error, 1+len(m.Weights))
	var done sync.WaitGroup
	for n := range m.Weights {
		done.Go(func() { parts[n+1], errs[n+1] = m.WeightMeasure(n).Compress(tolerance) })
	}
	parts[0], errs[0] = m.RiskMeasure().Compress(tolerance)
	done.Wait()
	nodes := 0
	for n, part := range parts {
		if errs[n] != nil {
			return Modes{}, errs[n]
		}
		nodes += len(part.Lambda)
	}
	if nodes >= len(m.Lambda) {
		return m, nil
	}
	return joinMeasures(m.Basis, m.Dim, m.Noise, parts), nil
}

// joinMeasures returns the modes with the atoms of the measures: parts[0] is that of the
// risk, the others are those of the weights.
func joinMeasures(basis Basis, dim int, noise []Shape, parts []measure.Measure) Modes {
	nodes := 0
	for _, part := range parts {
		nodes += len(part.Lambda)
	}
	m := newModes(basis, dim, nodes, noise)
	m.Kind = Unformed
	at := 0
	for n, part := range parts {
		copy(m.Lambda[at:], part.Lambda)
		dst := m.Risk
		if n > 0 {
			dst = m.Weights[n-1]
		}
		copy(dst[at:], part.Mass)
		at += len(part.Lambda)
	}
	return m
}

// validate returns an error unless the basis is one of the two.
func (b Basis) validate() error {
	if b != Plain && b != Preconditioned {
		return fmt.Errorf("spectra: basis is %v: must be Plain or Preconditioned", b)
	}
	return nil
}

// checkModes returns an error if the arguments of a Modes method are bad.
func checkModes(basis Basis, nu []float64, d int, noise []Shape) error {
	if err := basis.validate(); err != nil {
		return err
	}
	for _, s := range noise {
		if err := s.validate(); err != nil {
			return err
		}
	}
	return checkVector("nu", nu, d)
}
