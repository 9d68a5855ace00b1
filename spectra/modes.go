package spectra

import (
	"fmt"

	"gonum.org/v1/gonum/mat"
)

// Basis says in which matrix's modes the risk is resolved: the matrix A of the
// drift −η h(R) A ν.
type Basis int

const (
	Plain          Basis = iota // A = K: SGD
	Preconditioned              // A = K̄ = D⁻¹K: signSGD and the adaptive methods
)

func (b Basis) String() string {
	switch b {
	case Plain:
		return "Plain"
	case Preconditioned:
		return "Preconditioned"
	}
	return fmt.Sprintf("Basis(%d)", int(b))
}

// Modes resolves the risk R = ½ νᵀKν into d modes r_i with R = Σ r_i, each of
// which decays by itself,
//
//	dr_i/dt = −2 η h(R) λ_i r_i + (η²/(2d)) Σ_n g_n(R) c_i^{(n)},
//
// equations (12), (13a). With S = D^{-1/2} K D^{-1/2} = QΛQᵀ, which is
// symmetric and has the eigenvalues of K̄, and M_n = D^{1/2} f_n(C) D^{1/2},
//
//	λ_i = Λ_ii,  r_i(0) = ½ λ_i (q_iᵀ D^{1/2} ν₀)²,  c_i^{(n)} = λ_i q_iᵀ M_n q_i
//
// in the Preconditioned basis (13b). In the Plain basis S is K, D^{1/2} is the
// identity and M_n = D f_n(C) D.
//
// Every λ_i, r_i and c_i is nonnegative. Eigenvalues within d·ε·λ_max of zero
// cannot be told from it and are set to zero, with r_i = c_i = 0.
type Modes struct {
	Lambda  []float64   // eigenvalues λ_i, of length d; fewer after Compress
	Risk    []float64   // initial risks r_i(0)
	Weights [][]float64 // Weights[n][i] = c_i^{(n)}, one row for each f_n

	// Vectors holds the eigenvectors q_i in its columns; nil stands for the
	// identity, unless Unformed says that the vectors exist but were not formed:
	// where d² numbers would not fit, or after Compress.
	Vectors  *mat.Dense
	Unformed bool
}

// newModes returns modes of dimension d with room for n weight vectors.
func newModes(d, n int) Modes {
	m := Modes{Lambda: make([]float64, d), Risk: make([]float64, d), Weights: make([][]float64, n)}
	for i := range m.Weights {
		m.Weights[i] = make([]float64, d)
	}
	return m
}

// checkModes returns an error if the arguments of a Modes method are bad.
func checkModes(basis Basis, nu []float64, d int) error {
	if basis != Plain && basis != Preconditioned {
		return fmt.Errorf("spectra: basis is %v: must be Plain or Preconditioned", basis)
	}
	return checkVector("nu", nu, d)
}
