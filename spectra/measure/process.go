package measure

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/floats"
)

// Operator is a symmetric, positive semidefinite matrix K that is known by its
// products. Every spectra.Covariance is one.
type Operator interface {
	// Dim returns the dimension d of the matrix.
	Dim() int

	// MulVecTo stores K·x in dst. Both have length d and do not overlap.
	MulVecTo(dst, x []float64)
}

// Process is the Lanczos process for the matrix A = diag(w)·K. A is symmetric in the
// inner product uᵀKv, where its eigenvalues are those of W^{1/2}KW^{1/2} with
// W = diag(w). A Process owns its scratch space of four vectors, so each goroutine
// needs its own.
type Process struct {
	k       Operator
	weights []float64
	v, last []float64 // v_j and v_{j−1}
	kv      []float64 // K·v_j
}

// NewProcess returns the process for diag(weights)·k. The weights must be positive and
// finite, one for each dimension; nil stands for ones. They are retained.
func NewProcess(k Operator, weights []float64) (*Process, error) {
	if k == nil {
		return nil, errors.New("measure: the operator is nil")
	}
	d := k.Dim()
	if weights == nil {
		weights = slices.Repeat([]float64{1}, d)
	}
	if len(weights) != d {
		return nil, fmt.Errorf("measure: weights has length %d: must be the dimension %d", len(weights), d)
	}
	for i, w := range weights {
		if !(w > 0) || math.IsInf(w, 1) {
			return nil, fmt.Errorf("measure: weights[%d] is %v: must be positive and finite", i, w)
		}
	}
	return &Process{k: k, weights: weights, v: make([]float64, d), last: make([]float64, d), kv: make([]float64, d)}, nil
}

// Bracket returns two rules of the spectral measure of start: with eigenvectors u_i of
// A for the eigenvalues λ_i, scaled to u_iᵀKu_i = 1, it is Σ (u_iᵀK·start)² δ_{λ_i}, of
// the mass startᵀK·start. steps must be at least 1. The lower rule has at most that many
// nodes, and the upper one has one more. Each step costs one product with K. Bracket fails
// when ctx ends, which it sees before every product.
//
// The process does without reorthogonalization. Rounding costs the Lanczos vectors
// their orthogonality, but leaves the rules accurate (A. Greenbaum, Linear Algebra
// Appl. 113 (1989) 7).
func (p *Process) Bracket(ctx context.Context, start []float64, steps int) (Bracket, error) {
	if len(start) != len(p.v) {
		return Bracket{}, fmt.Errorf("measure: start has length %d: must be the dimension %d", len(start), len(p.v))
	}
	if steps < 1 {
		return Bracket{}, fmt.Errorf("measure: steps is %d: must be at least 1", steps)
	}
	var t jacobi
	t.resize(min(steps, 2*len(start)) + 1)
	copy(p.v, start)
	clear(p.last)
	p.k.MulVecTo(p.kv, p.v)
	norm := math.Sqrt(max(floats.Dot(p.v, p.kv), 0))
	if math.IsNaN(norm) || math.IsInf(norm, 1) {
		return Bracket{}, fmt.Errorf("measure: the start vector of the Lanczos process has the norm %v: must be finite", norm)
	}
	if norm == 0 {
		return Bracket{}, nil
	}
	floats.Scale(1/norm, p.v)
	floats.Scale(1/norm, p.kv)
	beta, largest, pivot := 0.0, 0.0, 0.0
	for {
		if err := ctx.Err(); err != nil {
			return Bracket{}, err
		}
		alpha := 0.0
		for i, w := range p.kv {
			alpha += w * p.weights[i] * w
		}
		t.alpha = append(t.alpha, alpha)
		if len(t.alpha) == 1 {
			pivot = alpha
		} else {
			pivot = alpha - beta*beta/pivot
		}
		for i, w := range p.kv {
			p.last[i], p.v[i] = p.v[i], p.weights[i]*w-alpha*p.v[i]-beta*p.last[i]
		}
		p.k.MulVecTo(p.kv, p.v)
		largest = max(largest, alpha+beta)
		beta = math.Sqrt(max(floats.Dot(p.v, p.kv), 0))
		if len(t.alpha) == steps || beta <= 0x1p-48*largest {
			break
		}
		t.beta = append(t.beta, beta)
		floats.Scale(1/beta, p.v)
		floats.Scale(1/beta, p.kv)
	}
	radau := jacobi{alpha: append(slices.Clone(t.alpha), max(beta*beta/pivot, 0)), beta: append(slices.Clone(t.beta), beta)}
	lower, err := t.measure(norm * norm)
	if err != nil {
		return Bracket{}, err
	}
	if beta <= 0x1p-48*largest { // the rule is exact
		return Bracket{lower, lower}, nil
	}
	upper, err := radau.measure(norm * norm)
	return Bracket{lower, upper}, err
}

// measure returns the Gauss rule of t, scaled to the total mass. It overwrites t.
func (t *jacobi) measure(total float64) (Measure, error) {
	if !t.rule() {
		return Measure{}, fmt.Errorf("measure: the nodes of a rule with %d nodes did not converge", len(t.alpha))
	}
	m := Measure{make([]float64, len(t.alpha)), make([]float64, len(t.alpha))}
	for i, node := range t.alpha {
		m.Lambda[i], m.Mass[i] = max(node, 0), total*t.first[i]*t.first[i]
	}
	return m.atoms(), nil
}
