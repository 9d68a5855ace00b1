package spectra

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func cube(rho float64) float64 { return rho * rho * rho }

// shapes are all that the tests of noise use.
var shapes = []Shape{
	{}, {Scaled: true}, {Odd: math.Asin}, {Odd: math.Asin, Scaled: true}, {Odd: cube}, {Odd: cube, Scaled: true},
}

// TestTransform checks the change of coordinates against its definition, on coordinate
// and formed modes of both bases: R = ½ Σ λ_i y_i², the weights λ_i (T Q Tᵀ)_ii of every
// shape, the value of a quadratic form, and the inverse.
func TestTransform(t *testing.T) {
	t.Parallel()
	rng := newRand(90)
	diagonal := must[*Diagonal](t)(NewDiagonal([]float64{0.2, 1, 5, 30}))
	dense := wishart(t, 15, 25, rng)
	for name, k := range map[string]Structured{
		"diagonal": diagonal, "dense": dense, "blocks": must[*BlockDiagonal](t)(NewBlockDiagonal(dense, diagonal)),
		"singular": wishart(t, 9, 4, rng),
	} {
		d := k.Dim()
		nu := normals(d, rng)
		g := mat.NewSymDense(d, normals(d*d, rng))
		for _, basis := range []Basis{Plain, Preconditioned} {
			what := fmt.Sprintf("%s, %v", name, basis)
			m := must[Modes](t)(k.Modes(basis, nu, shapes...))
			tr := must[*Transform](t)(NewTransform(k, m))
			y := tr.Apply(nil, nu)
			risk := 0.0
			for i, l := range m.Lambda {
				r := l * y[i] * y[i] / 2
				risk += r
				if math.Abs(r-m.Risk[i]) > 1e-12*m.InitialRisk() {
					t.Errorf("%s: ½λy² of mode %d is %v, want %v", what, i, r, m.Risk[i])
				}
				near(t, what+": a single coordinate", tr.Coordinate(i, nu), y[i], 1e-11)
			}
			near(t, what+": the risk", risk, Quadratic(k, nu, make([]float64, d))/2, 1e-12)
			near(t, what+": InitialRisk", m.InitialRisk(), risk, 1e-12)
			if back := tr.Invert(nil, y); !floats.EqualApprox(back, nu, 1e-12) {
				t.Errorf("%s: the inverse gives %v, want %v", what, back, nu)
			}
			for n, s := range shapes {
				q := must[Covariance](t)(NoiseCovariance(k, s))
				image := must[*mat.SymDense](t)(tr.Covariance(q))
				for i, l := range m.Lambda {
					if c := l * image.At(i, i); math.Abs(c-m.Weights[n][i]) > 1e-12*floats.Max(m.Weights[n]) {
						t.Errorf("%s, shape %d: the weight of mode %d is %v, want %v", what, n, i, m.Weights[n][i], c)
					}
				}
				// The whole matrix: e_iᵀTQTᵀe_j from columns of T.
				columns := mat.NewDense(d, d, nil)
				unit := make([]float64, d)
				for j := range d {
					unit[j] = 1
					columns.SetCol(j, tr.Apply(nil, unit))
					unit[j] = 0
				}
				var half, want mat.Dense
				half.Mul(columns, must[*Dense](t)(ToDense(q)))
				want.Mul(&half, columns.T())
				if !mat.EqualApprox(&want, image, 1e-12*mat.Max(&want)) {
					t.Errorf("%s, shape %d: TQTᵀ differs from its definition", what, n)
				}
			}
			value := 0.0
			form := tr.Form(g)
			for i, a := range y {
				for j, b := range y {
					value += a * form.At(i, j) * b
				}
			}
			v := mat.NewVecDense(d, nu)
			if want := mat.Inner(v, g, v); math.Abs(value-want) > 1e-11*floats.Dot(nu, nu)*mat.Max(g) {
				t.Errorf("%s: the form in the modes is %v, want %v", what, value, want)
			}
		}
	}
}

// TestTransformAllocates checks that the two products allocate nothing.
func TestTransformAllocates(t *testing.T) {
	k := wishart(t, 40, 60, newRand(91))
	nu, y := normals(40, newRand(92)), make([]float64, 40)
	tr := must[*Transform](t)(NewTransform(k, must[Modes](t)(k.Modes(Preconditioned, nu)).Form()))
	if n := testing.AllocsPerRun(20, func() { tr.Apply(y, nu); tr.Invert(nu, y); tr.Coordinate(3, nu) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestNoiseCovariance checks the matrices of every shape by definition.
func TestNoiseCovariance(t *testing.T) {
	t.Parallel()
	k := wishart(t, 8, 12, newRand(93))
	for n, s := range shapes {
		want := mat.NewSymDense(8, nil)
		for i := range 8 {
			for j := i; j < 8; j++ {
				a, b := math.Sqrt(k.At(i, i)), math.Sqrt(k.At(j, j))
				v := s.Odd.at(k.At(i, j) / a / b)
				if i == j {
					v = s.Odd.at(1)
				}
				if s.Scaled {
					v *= a * b
				}
				want.SetSym(i, j, v)
			}
		}
		same(t, fmt.Sprintf("shape %d", n), must[Covariance](t)(NoiseCovariance(k, s)), want)
	}
	if q := must[Covariance](t)(NoiseCovariance(k, Shape{Scaled: true})); q != Covariance(k) {
		t.Error("the noise of SGD is not K itself")
	}
}

// TestShapeSame checks that functions are compared by value.
func TestShapeSame(t *testing.T) {
	t.Parallel()
	identity := func(rho float64) float64 { return rho }
	for _, c := range []struct {
		a, b Shape
		want bool
	}{
		{Shape{}, Shape{}, true},
		{Shape{}, Shape{Odd: identity}, true},
		{Shape{}, Shape{Scaled: true}, false},
		{Shape{Odd: math.Asin}, Shape{Odd: func(rho float64) float64 { return math.Asin(rho) }}, true},
		{Shape{Odd: math.Asin}, Shape{}, false},
		{Shape{Odd: math.Asin}, Shape{Odd: math.Asin}, true},
		{Shape{Odd: math.Asin}, Shape{Odd: math.Sin}, false},
		{Shape{Odd: math.Asin, Scaled: true}, Shape{Odd: math.Asin}, false},
		{Shape{Odd: cube}, Shape{Odd: func(rho float64) float64 { return rho * rho * rho * (1 + 0x1p-51) }}, false},
	} {
		if c.a.Same(c.b) != c.want || c.b.Same(c.a) != c.want {
			t.Errorf("%+v and %+v: same is %v", c.a, c.b, !c.want)
		}
	}
}

// TestModesValidate checks that modes which do not fit are refused.
func TestModesValidate(t *testing.T) {
	t.Parallel()
	k := wishart(t, 3, 5, newRand(94))
	nu := []float64{1, 2, 3}
	good := func() Modes { return must[Modes](t)(k.Modes(Plain, nu, Shape{Scaled: true})).Form() }
	if err := good().Validate(); err != nil {
		t.Error(err)
	}
	if err := must[Modes](t)(Lanczos{}.Modes(t.Context(), k, Plain, nu, signNoise, newRand(1))).Validate(); err != nil {
		t.Error(err)
	}
	for says, change := range map[string]func(*Modes){
		"basis is Basis(9)":   func(m *Modes) { m.Basis = 9 },
		"Dim is 0":            func(m *Modes) { m.Dim = 0 },
		"Lambda has length 3": func(m *Modes) { m.Dim = 4 },
		"Kind is Kind(7)":     func(m *Modes) { m.Kind = 7 },
		"Vectors is nil":      func(m *Modes) { m.Vectors = nil },
		"Vectors is set":      func(m *Modes) { m.Kind = Coordinates },
		"Vectors is 2×2":      func(m *Modes) { m.Vectors = mat.NewDense(2, 2, nil) },
		"Noise has length 0":  func(m *Modes) { m.Noise = nil },
		"spectra: Modes.Noise[0]: spectra: odd function f has f(1) = -1": func(m *Modes) { m.Noise[0].Odd = func(rho float64) float64 { return -rho } },
		"Lambda[1] is NaN":                     func(m *Modes) { m.Lambda[1] = math.NaN() },
		"Risk has length 1":                    func(m *Modes) { m.Risk = m.Risk[:1] },
		"Risk[0] is -1":                        func(m *Modes) { m.Risk[0] = -1 },
		"Weights[0][2] is +Inf":                func(m *Modes) { m.Weights[0][2] = math.Inf(1) },
		"Lambda is empty: must have at least ": func(m *Modes) { m.Kind, m.Vectors, m.Lambda = Unformed, nil, nil },
	} {
		m := good()
		change(&m)
		wantError(t, says, m.Validate())
		_, err := NewTransform(k, m)
		wantError(t, says, err)
	}
	unformed := must[Modes](t)(Lanczos{}.Modes(t.Context(), k, Plain, nu, signNoise, newRand(1)))
	_, err := NewTransform(k, unformed)
	wantError(t, "not formed", err)
	_, err = NewTransform(must[*Isotropic](t)(NewIsotropic(4, 1)), good())
	wantError(t, "must be the dimension 4", err)
	_, err = NewTransform(nil, good())
	wantError(t, "covariance is nil", err)
	_, err = must[*Transform](t)(NewTransform(k, good())).Covariance(must[*Isotropic](t)(NewIsotropic(4, 1)))
	wantError(t, "dimension 4", err)
}

// TestCompressModes checks that the modes keep all of their measures apart, and what they
// say of themselves.
func TestCompressModes(t *testing.T) {
	t.Parallel()
	const d = 3000
	k := must[*Diagonal](t)(NewDiagonal(must[[]float64](t)(LogSpaced(d, 1e-3, 10))))
	m := must[Modes](t)(k.Modes(Preconditioned, normals(d, newRand(95)), Shape{}, signNoise))
	c := must[Modes](t)(m.Compress(0))
	for tau := range 200 {
		at := math.Pow(10, float64(tau-100)/25)
		if m.RiskMeasure().Laplace(at) < 1e-28*m.InitialRisk() { // beyond the promise
			break
		}
		near(t, "risk", c.RiskMeasure().Laplace(at), m.RiskMeasure().Laplace(at), 1e-10)
		for n := range 2 {
			near(t, "weights", c.WeightMeasure(n).Laplace(at), m.WeightMeasure(n).Laplace(at), 1e-10)
		}
	}
	if len(c.Lambda) > 250 || c.Kind != Unformed || c.Vectors != nil || c.Dim != d || c.Basis != Preconditioned || len(c.Noise) != 2 || !c.Noise[1].Same(signNoise) {
		t.Errorf("%d nodes, %v, d = %d, %v, %d shapes", len(c.Lambda), c.Kind, c.Dim, c.Basis, len(c.Noise))
	}
	if err := c.Validate(); err != nil {
		t.Error(err)
	}
	small := must[Modes](t)(must[*Diagonal](t)(NewDiagonal([]float64{1, 2})).Modes(Plain, []float64{1, 1}))
	if same := must[Modes](t)(small.Compress(0)); &same.Lambda[0] != &small.Lambda[0] {
		t.Errorf("two modes became %v", same)
	}
}

// sparse is a covariance from outside that is a matrix without being dense.
type sparse struct{ *Diagonal }

func (s sparse) Dims() (r, c int)    { return s.Dim(), s.Dim() }
func (s sparse) At(i, j int) float64 { return 0 }
func (s sparse) T() mat.Matrix       { return s }

// costly is one that says that it is dense.
type costly struct{ *Diagonal }

func (costly) IsDense() bool { return true }

// TestIsDense checks that a covariance counts as dense only if it says so.
func TestIsDense(t *testing.T) {
	t.Parallel()
	diagonal := must[*Diagonal](t)(NewDiagonal([]float64{1, 2}))
	dense := must[*Dense](t)(ToDense(diagonal))
	for _, c := range []struct {
		k    Covariance
		want bool
	}{
		{diagonal, false}, {dense, true}, {sparse{diagonal}, false}, {costly{diagonal}, true}, {nil, false},
		{must[Covariance](t)(dense.Congruent([]float64{1, 3})), true},
		{must[*Toeplitz](t)(NewToeplitz([]float64{2, 1})), false},
	} {
		if IsDense(c.k) != c.want {
			t.Errorf("%T: dense is %v", c.k, !c.want)
		}
	}
}
