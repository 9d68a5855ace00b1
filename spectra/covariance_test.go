package spectra

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

func wantError(t *testing.T, says string, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}

// TestMissing checks that nil arguments and zero values are errors and no panics.
func TestMissing(t *testing.T) {
	t.Parallel()
	k := wishart(t, 3, 5, newRand(1))
	nu := make([]float64, 3)
	for what, call := range map[string]func() error{
		"rng is nil: NewRotated":                     func() error { _, err := NewRotated([]float64{1, 2}, nil); return err },
		"rng is nil: NewHadamard":                    func() error { _, err := NewHadamard([]float64{1, 2}, nil); return err },
		"rng is nil: features":                       func() error { _, err := NewPowerLawFeatures(t.Context(), 2, 3, 1, nil); return err },
		"rng is nil: Modes":                          func() error { _, err := Lanczos{}.Modes(t.Context(), k, Plain, nu, signNoise, nil); return err },
		"rng is nil: Weights":                        func() error { _, err := Lanczos{}.Weights(t.Context(), k, Plain, signNoise, nil); return err },
		"is nil: Lanczos.Risk":                       func() error { _, err := Lanczos{}.Risk(t.Context(), nil, Plain, nu); return err },
		"is nil: Lanczos.Weights":                    func() error { _, err := Lanczos{}.Weights(t.Context(), nil, Plain, signNoise, newRand(1)); return err },
		"is nil: ToDense":                            func() error { _, err := ToDense(nil); return err },
		"is nil: ToDense pointer":                    func() error { _, err := ToDense((*Toeplitz)(nil)); return err },
		"is nil: Conditioning":                       func() error { _, err := Conditioning(nil); return err },
		"is nil: CheckAssumption3":                   func() error { _, err := CheckAssumption3(t.Context(), nil, 1); return err },
		"is nil: NoiseCovariance":                    func() error { _, err := NoiseCovariance(nil, Shape{}); return err },
		"is nil: Validate":                           func() error { return Validate(nil) },
		"Isotropic has the dimension 0: Validate":    func() error { return Validate(&Isotropic{}) },
		"AR1 has the dimension 0: Validate":          func() error { return Validate(&AR1{}) },
		"Dense has the dimension 0: Validate":        func() error { return Validate(new(Dense)) },
		"Circulant has the dimension 0: Validate":    func() error { return Validate(&Circulant{}) },
		"Isotropic has the dimension 0: Modes":       func() error { _, err := Conditioning(&Isotropic{}); return err },
		"Isotropic has the dimension 0: blocks":      func() error { _, err := NewBlockDiagonal(k, &Isotropic{}); return err },
		"Isotropic has the dimension 0: NoiseCov":    func() error { _, err := NoiseCovariance(&Isotropic{}, Shape{}); return err },
		"Variances[1] is NaN: must be positive: own": func() error { return Validate(broken{k}) },
	} {
		t.Run(what, func(t *testing.T) {
			says, _, _ := strings.Cut(what, ": ")
			wantError(t, says, call())
		})
	}
	if err := Validate(k); err != nil {
		t.Error(err)
	}
	defer func() {
		if said, _ := recover().(string); !strings.Contains(said, "rng is nil") {
			t.Errorf("Haar without rng: %q", said)
		}
	}()
	Haar(2, nil)
}

// broken is a covariance with a variance that is no number.
type broken struct{ Covariance }

func (b broken) Variances(dst []float64) []float64 {
	dst = b.Covariance.Variances(dst)
	dst[1] = math.NaN()
	return dst
}

// TestSizes checks that sizes which no memory holds are errors.
func TestSizes(t *testing.T) {
	t.Parallel()
	ones := must[[]float64](t)(PowerLaw(DenseLimit+1, 0))
	if _, err := NewRotated(ones, newRand(1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("NewRotated: %v", err)
	}
	for _, c := range [][2]int{{1 << 20, 1 << 20}, {DenseLimit + 1, DenseLimit + 1}, {math.MaxInt >> 23, math.MaxInt >> 23}, {1, math.MaxInt >> 1}} {
		if _, err := NewPowerLawFeatures(t.Context(), c[0], c[1], 1, newRand(1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("NewPowerLawFeatures(%d, %d): %v", c[0], c[1], err)
		}
	}
}

// TestPerfectCorrelation checks that covariances of proportional coordinates, in which
// rounding leaves correlations of 1 − ε, have a semidefinite K_σ and samples of it.
func TestPerfectCorrelation(t *testing.T) {
	t.Parallel()
	rng := newRand(96)
	for trial := range 300 {
		n := 1 + rng.IntN(200)
		factor := normals(5, rng)
		data := mat.NewDense(n, 6, nil)
		for i := range n {
			u := rng.NormFloat64()
			row := data.RawRowView(i)
			for j, f := range factor {
				row[j] = f * u
			}
			row[5] = u + rng.NormFloat64()
		}
		k := must[Structured](t)(NewEmpirical(t.Context(), data, Estimate{}))
		q, err := k.Entrywise(math.Asin)
		if err != nil {
			t.Fatalf("trial %d, n = %d: %v", trial, n, err)
		}
		image, unit := make([]float64, 6), []float64{1, 0, 0, 0, 0, 0}
		q.MulVecTo(image, unit)
		for j, f := range factor {
			if want := math.Copysign(math.Pi/2, f*factor[0]); image[j] != want {
				t.Fatalf("trial %d: K_σ has %v beside perfectly correlated coordinates, want %v", trial, image[j], want)
			}
		}
		m := must[Modes](t)(k.Modes(Preconditioned, make([]float64, 6), signNoise))
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
	}
	// Waves of rank 2 on the circle, with perfectly correlated points where the frequency
	// divides d or twice of it.
	for d := 2; d <= 60; d++ {
		for frequency := 1; frequency < d; frequency++ {
			row := make([]float64, d)
			for j := range row {
				row[j] = math.Cos(2 * math.Pi * float64(frequency*min(j, d-j)%d) / float64(d))
			}
			if _, err := must[*Circulant](t)(NewCirculant(row)).Entrywise(math.Asin); err != nil {
				t.Errorf("circulant, d = %d, frequency %d: %v", d, frequency, err)
			}
		}
	}
	// A wave of period 10 on a circle of 30, made of its eigenvalues.
	for range 100 {
		c := newCircle(30)
		for i := range c.frequencies {
			c.frequencies[i] = 0
			if i%3 == 0 {
				c.frequencies[i] = complex(math.Exp(rng.NormFloat64()), 0)
			}
		}
		row := c.fft.Sequence(nil, c.frequencies)
		if _, err := must[*Circulant](t)(NewCirculant(row)).Entrywise(math.Asin); err != nil {
			t.Fatalf("periodic circulant: %v", err)
		}
	}
}

// TestDescent checks ½ νᵀKAν against the matrices and against Σ λ_i r_i.
func TestDescent(t *testing.T) {
	t.Parallel()
	k := wishart(t, 7, 11, newRand(97))
	nu, work := normals(7, newRand(98)), make([]float64, 7)
	kbar := must[*mat.Dense](t)(Kbar(k))
	v := mat.NewVecDense(7, nu)
	for basis, a := range map[Basis]mat.Matrix{Plain: k, Preconditioned: kbar} {
		var step mat.VecDense
		step.MulVec(a, v)
		want := mat.Inner(v, k, &step) / 2
		near(t, basis.String(), Descent(k, basis, StandardDeviations(k), nu, work), want, 1e-13)
		m := must[Modes](t)(k.Modes(basis, nu))
		near(t, basis.String()+": Σ λ_i r_i", floats.Dot(m.Lambda, m.Risk), want, 1e-12)
	}
}

// TestCongruentTwice checks products and samples of a congruence of a congruence.
func TestCongruentTwice(t *testing.T) {
	t.Parallel()
	rng := newRand(99)
	for name, k := range map[string]Structured{"dense": wishart(t, 6, 9, rng), "AR1": must[*AR1](t)(NewAR1(6, 2, 0.4))} {
		first, second := []float64{1, -2, 3, 0.5, 1, 4}, []float64{0.2, 3, 1, -1, 5, 2}
		once := must[Covariance](t)(k.Congruent(first)).(Structured)
		twice := must[Covariance](t)(once.Congruent(second))
		full := must[*Dense](t)(ToDense(k))
		want := mat.NewSymDense(6, nil)
		for i := range 6 {
			for j := i; j < 6; j++ {
				want.SetSym(i, j, first[i]*second[i]*full.At(i, j)*first[j]*second[j])
			}
		}
		same(t, name, twice, want)
		checkSampler(t, name, twice, rng)
	}
}

// TestSmallEigenvalues checks that the 32 smallest eigenvalues of a dense matrix are
// accurate relative to themselves. The entries of the matrix are sums of powers of two,
// without rounding, so that its eigenvalues are known exactly.
func TestSmallEigenvalues(t *testing.T) {
	t.Parallel()
	const d, small = 64, 32
	lambda := make([]float64, d)
	for i := range lambda {
		lambda[i] = 1
		if i < small {
			lambda[i] = float64(i+1) * 0x1p-34
		}
	}
	k := must[*Dense](t)(ToDense(must[*Hadamard](t)(NewHadamard(lambda, rand.New(rand.NewPCG(3, 3))))))
	for _, basis := range []Basis{Plain, Preconditioned} {
		scale := 1.0
		if basis == Preconditioned {
			scale = math.Sqrt(k.At(0, 0))
		}
		m := must[Modes](t)(k.Modes(basis, make([]float64, d)))
		for i := range small {
			near(t, basis.String(), m.Lambda[i], lambda[i]/scale, 1e-10)
		}
	}
}

// TestLargeBlocks checks that eigenvectors of blocks are not put together beyond
// DenseLimit.
func TestLargeBlocks(t *testing.T) {
	t.Parallel()
	pair := wishart(t, 2, 3, newRand(100))
	rest := must[*Isotropic](t)(NewIsotropic(DenseLimit-1, 1))
	k := must[*BlockDiagonal](t)(NewBlockDiagonal(pair, rest))
	m := must[Modes](t)(k.Modes(Plain, make([]float64, k.Dim())))
	if m.Kind != Unformed || m.Vectors != nil {
		t.Errorf("the modes of dimension %d are %v", k.Dim(), m.Kind)
	}
	if m = must[Modes](t)(must[*BlockDiagonal](t)(NewBlockDiagonal(rest, rest)).Modes(Plain, make([]float64, 2*rest.Dim()))); m.Kind != Coordinates {
		t.Errorf("the modes of large diagonal blocks are %v", m.Kind)
	}
}
