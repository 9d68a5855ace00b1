package spectra

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// signNoise is the noise of signSGD.
var signNoise = Shape{Odd: math.Asin}

// natural is the shape that a rule gives in its own basis: f(C) in the Preconditioned
// one and D f(C) D in the Plain one.
func natural(basis Basis, f Odd) Shape { return Shape{Odd: f, Scaled: basis == Plain} }

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

func normals(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// wishart returns GGᵀ/cols for a normal d×cols matrix G, rescaled to unequal
// variances: singular if cols < d.
func wishart(t testing.TB, d, cols int, rng *rand.Rand) *Dense {
	t.Helper()
	g := mat.NewDense(d, cols, normals(d*cols, rng))
	for i := range d {
		floats.Scale(1/math.Sqrt(float64(cols)*float64(i+1)), g.RawRowView(i))
	}
	var k mat.SymDense
	k.SymOuterK(1, g)
	dense, err := NewDense(&k)
	if err != nil {
		t.Fatal(err)
	}
	return dense
}

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tol*math.Abs(want)) {
		t.Errorf("%s is %v, want %v to %.0e", what, got, want, tol)
	}
}

// TestModesInvariants checks what the modes must add up to.
func TestModesInvariants(t *testing.T) {
	t.Parallel()
	rng := newRand(1)
	dense := wishart(t, 23, 40, rng)
	variances := make([]float64, 23)
	for i := range variances {
		variances[i] = 0.1 + rng.Float64()
	}
	diagonal, err := NewDiagonal(variances)
	if err != nil {
		t.Fatal(err)
	}
	for name, k := range map[string]Structured{"dense": dense, "diagonal": diagonal} {
		nu := normals(k.Dim(), rng)
		risk := Quadratic(k, nu, make([]float64, k.Dim())) / 2
		traceD := 0.0
		for _, v := range k.Variances(nil) {
			traceD += math.Sqrt(v)
		}
		cube := func(rho float64) float64 { return rho * rho * rho }
		for _, basis := range []Basis{Plain, Preconditioned} {
			m, err := k.Modes(basis, nu, natural(basis, math.Asin), natural(basis, nil), natural(basis, func(rho float64) float64 { return rho }), natural(basis, cube))
			if err != nil {
				t.Fatal(err)
			}
			near(t, name+": Σ r_i", floats.Sum(m.Risk), risk, 1e-12)
			trace := floats.Sum(k.Variances(nil)) // tr D f(C) D
			if basis == Preconditioned {
				trace = traceD
			}
			for n, one := range []float64{math.Pi / 2, 1, 1, 1} {
				ratio := 0.0
				for i, c := range m.Weights[n] {
					ratio += c / m.Lambda[i]
				}
				near(t, name+": Σ c_i/λ_i", ratio, one*trace, 1e-11)
			}
			if !floats.EqualApprox(m.Weights[1], m.Weights[2], 1e-12) {
				t.Errorf("%s, %v: nil is not the identity", name, basis)
			}
		}
	}
}

// TestModesDense checks that a diagonal matrix has the same modes either way.
func TestModesDense(t *testing.T) {
	t.Parallel()
	variances := []float64{0.3, 1.5, 1.5, 4}
	nu := []float64{1, -2, 0.5, 3}
	diagonal, err := NewDiagonal(variances)
	if err != nil {
		t.Fatal(err)
	}
	dense, err := NewDense(mat.NewDiagDense(4, variances))
	if err != nil {
		t.Fatal(err)
	}
	for _, basis := range []Basis{Plain, Preconditioned} {
		a, _ := diagonal.Modes(basis, nu, signNoise)
		b, err := dense.Modes(basis, nu, signNoise)
		if err != nil {
			t.Fatal(err)
		}
		// The vectors of a repeated eigenvalue are free, the sum over it is not.
		a.Risk[1], b.Risk[1] = a.Risk[1]+a.Risk[2], b.Risk[1]+b.Risk[2]
		a.Risk[2], b.Risk[2] = 0, 0
		if !floats.EqualApprox(a.Lambda, b.Lambda, 1e-14) || !floats.EqualApprox(a.Risk, b.Risk, 1e-13) || !floats.EqualApprox(a.Weights[0], b.Weights[0], 1e-13) {
			t.Errorf("%v: modes %v of Diagonal, %v of Dense", basis, a, b)
		}
	}
}

func TestModesSingular(t *testing.T) {
	t.Parallel()
	rng := newRand(2)
	k := wishart(t, 12, 5, rng)
	for _, basis := range []Basis{Plain, Preconditioned} {
		m, err := k.Modes(basis, normals(12, rng), signNoise)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 7 {
			if m.Lambda[i] != 0 || m.Risk[i] != 0 || m.Weights[0][i] != 0 {
				t.Errorf("%v: mode %d of the kernel is λ %v, r %v, c %v", basis, i, m.Lambda[i], m.Risk[i], m.Weights[0][i])
			}
		}
		if m.Lambda[7] <= 0 {
			t.Errorf("%v: rank below 5: %v", basis, m.Lambda)
		}
	}
}

// TestMatrices checks K̄, S, C and K_σ against each other.
func TestMatrices(t *testing.T) {
	t.Parallel()
	k := wishart(t, 9, 20, newRand(3))
	kbar, err := Kbar(k)
	if err != nil {
		t.Fatal(err)
	}
	s, _ := Symmetrized(k)
	c, _ := checkedEntrywise(k, nil)
	ksigma, _ := KSigma(k)
	for i := range 9 {
		di := math.Sqrt(k.At(i, i))
		for j := range 9 {
			dj := math.Sqrt(k.At(j, j))
			near(t, "K̄", kbar.At(i, j), k.At(i, j)/di, 1e-14)
			near(t, "S", s.At(i, j), k.At(i, j)/math.Sqrt(di*dj), 1e-14)
			near(t, "C", c.At(i, j), k.At(i, j)/(di*dj), 1e-14)
			near(t, "K_σ", ksigma.At(i, j), math.Asin(c.At(i, j)), 1e-14)
		}
		if ksigma.At(i, i) != math.Pi/2 {
			t.Errorf("K_σ[%d,%d] is %v", i, i, ksigma.At(i, i))
		}
	}
	// K̄ has the spectrum of S.
	var e mat.Eigen
	e.Factorize(kbar, mat.EigenNone)
	m, _ := k.Modes(Preconditioned, make([]float64, 9))
	for _, l := range m.Lambda {
		gap := math.Inf(1)
		for _, v := range e.Values(nil) {
			gap = min(gap, math.Hypot(real(v)-l, imag(v)))
		}
		if gap > 1e-12 {
			t.Errorf("eigenvalue %v of S is %v away from those of K̄", l, gap)
		}
	}
}

// TestModesSymmetries checks that the order of the coordinates does not matter, and
// what K → a²K does: in the Preconditioned basis λ → aλ, r → a²r, c → a²c.
func TestModesSymmetries(t *testing.T) {
	t.Parallel()
	rng := newRand(4)
	const d, a = 31, 1.7
	k := wishart(t, d, 50, rng)
	nu := normals(d, rng)
	m := must[Modes](t)(k.Modes(Preconditioned, nu, signNoise))

	order := rng.Perm(d)
	permuted, scaled, moved := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil), make([]float64, d)
	for i, p := range order {
		moved[i] = nu[p]
		for j, q := range order {
			permuted.SetSym(i, j, k.At(p, q))
			scaled.SetSym(i, j, a*a*k.At(i, j))
		}
	}
	for what, c := range map[string]struct {
		k             mat.Symmetric
		nu            []float64
		lambda, other float64
	}{"permuted": {permuted, moved, 1, 1}, "scaled": {scaled, nu, a, a * a}} {
		got := must[Modes](t)(must[*Dense](t)(NewDense(c.k)).Modes(Preconditioned, c.nu, signNoise))
		for i := range d {
			near(t, what+" λ", got.Lambda[i], c.lambda*m.Lambda[i], 1e-12)
			near(t, what+" r", got.Risk[i], c.other*m.Risk[i], 1e-9)
			near(t, what+" c", got.Weights[0][i], c.other*m.Weights[0][i], 1e-10)
		}
	}
}

// TestModesTooLarge checks that modes whose weights λ², or whose risks, are no float64 are an
// error that says what to do.
func TestModesTooLarge(t *testing.T) {
	t.Parallel()
	big := []float64{1, 1e170, 1, 1}
	circulant, err := NewCirculant([]float64{1e170, 0, 0, 0})
	if err != nil {
		t.Fatal(err)
	}
	diagonal, err := NewDiagonal(big)
	if err != nil {
		t.Fatal(err)
	}
	lowRank, err := NewLowRankPlusDiagonal(mat.NewDense(4, 1, []float64{1, 1, 1, 1}), big)
	if err != nil {
		t.Fatal(err)
	}
	small, err := NewDiagonal([]float64{1, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	nu := []float64{1, 1, 1, 1}
	for _, c := range []struct {
		k  Structured
		nu []float64
	}{{circulant, nu}, {diagonal, nu}, {lowRank, nu}, {small, []float64{1e200, 1, 1, 1}}} {
		if m, err := c.k.Modes(Plain, c.nu, Shape{Scaled: true}); err == nil {
			t.Errorf("%T: %v, want an error", c.k, m.Weights)
		} else if !strings.Contains(err.Error(), "+Inf: must be nonnegative and finite: the numbers of K or of nu are too large") {
			t.Errorf("%T: %v", c.k, err)
		}
	}
}
