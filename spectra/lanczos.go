package spectra

import (
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
)

// Bracket holds two quadrature rules of one measure μ whose Laplace transforms
// enclose that of μ at every τ ≥ 0, up to rounding. Lower is a Gauss rule, Upper a
// Gauss–Radau rule with a node at 0: the derivatives of e^{−2λτ} alternate in sign
// (G. Golub and G. Meurant, Matrices, Moments and Quadrature, 2010, section 6).
type Bracket struct{ Lower, Upper Measure }

// Lanczos says how measures are found without eigendecompositions. The zero value
// is the default.
type Lanczos struct {
	Steps  int // products with K for each start vector, and nodes of its rule; 0 means 64
	Probes int // random start vectors for the weights; 0 means 16
}

// Risk brackets the measure Σ r_i(0) δ_{λ_i} of the modes of k started at ν = nu,
// whose transform is the risk ½ νᵀKν as it decays without noise. K is seen through
// its products alone.
//
// The Lanczos process runs on A = K̄ (or K, in the Plain basis), which is symmetric
// in the inner product uᵀKv; in it the spectral measure of ν is 2 Σ r_i(0) δ_{λ_i}.
func (l Lanczos) Risk(k Covariance, basis Basis, nu []float64) (Bracket, error) {
	if err := checkModes(basis, nu, k.Dim()); err != nil {
		return Bracket{}, err
	}
	l, err := l.settled()
	if err != nil {
		return Bracket{}, err
	}
	return newProcess(k, basis).bracket(nu, l.Steps, 0.5)
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

// Noise says whose noise the weights c_i are of.
type Noise int

const (
	SignNoise     Noise = iota // f = arcsin, K_σ: signSGD
	GradientNoise              // f(ρ) = ρ: SGD and preconditioned SGD
)

// Weights estimates the measure Σ c_i δ_{λ_i} of noise weights, with one Bracket
// for each of the independent probes: the measure is the expectation over them.
// f(C) is never formed. For x ~ N(0, K) the vector b = √(π/2) D^{1/2} sign(x) has
// the covariance D^{1/2}K_σD^{1/2}, so that the expectation of λ_i (q_iᵀb)² is
// c_i; and likewise b = D^{-1/2}x for f(ρ) = ρ. The probes are shared among all
// cores; the result does not depend on how many there are.
func (l Lanczos) Weights(k Covariance, basis Basis, noise Noise, rng *rand.Rand) (Sampled, error) {
	d := k.Dim()
	if err := checkModes(basis, make([]float64, d), d); err != nil {
		return nil, err
	}
	if noise != SignNoise && noise != GradientNoise {
		return nil, fmt.Errorf("spectra: noise is %d: must be SignNoise or GradientNoise", int(noise))
	}
	l, err := l.settled()
	if err != nil {
		return nil, err
	}
	sd := StandardDeviations(k)
	starts := make([]float64, l.Probes*d)
	k.NewSampler().Sample(starts, rng)
	for row := starts; len(row) > 0; row = row[d:] {
		for i, s := range sd {
			if noise == SignNoise {
				row[i] = math.Copysign(math.Sqrt(math.Pi/2)*s, row[i])
			}
			if basis == Preconditioned {
				row[i] /= s
			}
		}
	}
	probes, errs := make(Sampled, l.Probes), make([]error, l.Probes)
	processes := make([]*process, runtime.GOMAXPROCS(0))
	dense.Each(len(processes), l.Probes, func(worker, i int) {
		if processes[worker] == nil {
			processes[worker] = newProcess(k, basis)
		}
		probes[i], errs[i] = processes[worker].bracket(starts[i*d:][:d], l.Steps, 1)
	})
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return probes, nil
}

// process is the Lanczos process for A = diag(inverse)·K in the inner product uᵀKv.
type process struct {
	k       Covariance
	inverse []float64 // of D, or ones
	v, last []float64 // v_j and v_{j−1}
	kv      []float64 // K·v_j
}

func newProcess(k Covariance, basis Basis) *process {
	d := k.Dim()
	p := &process{k: k, inverse: make([]float64, d), v: make([]float64, d), last: make([]float64, d), kv: make([]float64, d)}
	for i, s := range StandardDeviations(k) {
		p.inverse[i] = 1
		if basis == Preconditioned {
			p.inverse[i] = 1 / s
		}
	}
	return p
}

// bracket returns the two rules for factor times the spectral measure of start. It
// does without reorthogonalization, which the rules do not need; see
// jacobi.lanczos.
func (p *process) bracket(start []float64, steps int, factor float64) (Bracket, error) {
	var t jacobi
	t.resize(steps + 1)
	copy(p.v, start)
	clear(p.last)
	p.k.MulVecTo(p.kv, p.v)
	norm := math.Sqrt(max(floats.Dot(p.v, p.kv), 0))
	if math.IsNaN(norm) || math.IsInf(norm, 1) {
		return Bracket{}, fmt.Errorf("spectra: a start vector of the Lanczos process has the norm %v: must be finite", norm)
	}
	if norm == 0 {
		return Bracket{}, nil
	}
	total := factor * norm * norm
	floats.Scale(1/norm, p.v)
	floats.Scale(1/norm, p.kv)
	beta, largest, pivot := 0.0, 0.0, 0.0
	for {
		alpha := 0.0
		for i, w := range p.kv {
			alpha += w * p.inverse[i] * w
		}
		t.alpha = append(t.alpha, alpha)
		if len(t.alpha) == 1 {
			pivot = alpha
		} else {
			pivot = alpha - beta*beta/pivot
		}
		for i, w := range p.kv {
			p.last[i], p.v[i] = p.v[i], p.inverse[i]*w-alpha*p.v[i]-beta*p.last[i]
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
	lower, err := t.measure(total)
	if err != nil {
		return Bracket{}, err
	}
	if beta <= 0x1p-48*largest { // the rule is exact
		return Bracket{lower, lower}, nil
	}
	upper, err := radau.measure(total)
	return Bracket{lower, upper}, err
}

// measure returns the Gauss rule of t, scaled to the total mass. It overwrites t.
func (t *jacobi) measure(total float64) (Measure, error) {
	if !t.rule() {
		return Measure{}, fmt.Errorf("spectra: the nodes of a rule with %d nodes did not converge", len(t.alpha))
	}
	m := Measure{make([]float64, len(t.alpha)), make([]float64, len(t.alpha))}
	for i, node := range t.alpha {
		m.Lambda[i], m.Mass[i] = max(node, 0), total*t.first[i]*t.first[i]
	}
	return m.atoms(), nil
}

// Sampled is a measure that is known as the expectation of independent random
// ones.
type Sampled []Bracket

// Measure returns the mean of the Gauss rules. It has Steps·Probes atoms; see
// Measure.Compress.
func (s Sampled) Measure() Measure {
	var all Measure
	for _, b := range s {
		for i, l := range b.Lower.Lambda {
			all.Lambda = append(all.Lambda, l)
			all.Mass = append(all.Mass, b.Lower.Mass[i]/float64(len(s)))
		}
	}
	return all.atoms()
}

// Laplace returns bounds of the mean of the transforms of the probes at tau, and
// the standard error of that mean as an estimate of the transform of the measure;
// the standard error of a single probe is NaN.
func (s Sampled) Laplace(tau float64) (lower, upper, stdErr float64) {
	n := float64(len(s))
	square := 0.0
	for i, b := range s {
		value := b.Lower.Laplace(tau)
		gap := value - lower
		lower += gap / float64(i+1)
		square += gap * (value - lower)
		upper += b.Upper.Laplace(tau) / n
	}
	if n < 2 {
		return lower, upper, math.NaN()
	}
	return lower, upper, math.Sqrt(square / (n - 1) / n)
}

// Modes returns nodes and weights that stand for the modes of k, without its
// eigendecomposition: the Gauss rule of Risk with zero weights, and the compressed
// mean of Weights with zero risk. Their errors are those of Risk and Weights.
func (l Lanczos) Modes(k Covariance, basis Basis, nu []float64, noise Noise, rng *rand.Rand) (Modes, error) {
	risk, err := l.Risk(k, basis, nu)
	if err != nil {
		return Modes{}, err
	}
	weights, err := l.Weights(k, basis, noise, rng)
	if err != nil {
		return Modes{}, err
	}
	c, err := weights.Measure().Compress(0)
	if err != nil {
		return Modes{}, err
	}
	r := risk.Lower
	m := newModes(len(r.Lambda)+len(c.Lambda), 1)
	m.Unformed = true
	copy(m.Lambda, r.Lambda)
	copy(m.Risk, r.Mass)
	copy(m.Lambda[len(r.Lambda):], c.Lambda)
	copy(m.Weights[0][len(r.Lambda):], c.Mass)
	return m, nil
}
