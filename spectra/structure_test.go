package spectra

import (
	"errors"
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/measure"
)

func must[T any](t testing.TB) func(T, error) T {
	return func(k T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
}

// structures returns a covariance of each kind with its matrix by definition.
func structures(t testing.TB) map[string]struct {
	k    Structured
	want *mat.SymDense
} {
	rng := newRand(40)
	all := map[string]struct {
		k    Structured
		want *mat.SymDense
	}{}
	add := func(name string, k Structured, entry func(i, j int) float64) {
		d := k.Dim()
		m := mat.NewSymDense(d, nil)
		for i := range d {
			for j := i; j < d; j++ {
				m.SetSym(i, j, entry(i, j))
			}
		}
		all[name] = struct {
			k    Structured
			want *mat.SymDense
		}{k, m}
	}
	add("isotropic", must[*Isotropic](t)(NewIsotropic(5, 2.5)), func(i, j int) float64 {
		if i == j {
			return 2.5
		}
		return 0
	})
	around := func(i, j, d int) float64 { n := float64(min(j-i, d-j+i)); return 3 * math.Exp(-n*n/4) }
	for _, d := range []int{1, 2, 12, 15} {
		row := make([]float64, d)
		for j := range row {
			row[j] = around(0, j, d)
		}
		add(fmt.Sprintf("circulant %d", d), must[*Circulant](t)(NewCirculant(row)), func(i, j int) float64 { return around(i, j, d) })
	}
	series := func(n int) float64 { return 2 / (1 + float64(n)) }
	for _, d := range []int{1, 2, 13} {
		row := make([]float64, d)
		for j := range row {
			row[j] = series(j)
		}
		add(fmt.Sprintf("Toeplitz %d", d), must[*Toeplitz](t)(NewToeplitz(row)), func(i, j int) float64 { return series(j - i) })
	}
	// A wide bell cut off at 6 has no semidefinite embedding.
	bell := func(n int) float64 { return math.Exp(-float64(n*n) / 18) }
	wide := must[*Toeplitz](t)(NewToeplitz([]float64{bell(0), bell(1), bell(2), bell(3), bell(4), bell(5)}))
	if wide.dense == nil {
		t.Fatal("the Toeplitz covariance that should be dense is not")
	}
	add("Toeplitz dense", wide, func(i, j int) float64 { return bell(j - i) })
	for _, rho := range []float64{0.7, -0.6, 0} {
		add(fmt.Sprintf("AR(1) %v", rho), must[*AR1](t)(NewAR1(11, 1.7, rho)), func(i, j int) float64 { return 1.7 * math.Pow(rho, float64(j-i)) })
	}

	u, delta := mat.NewDense(9, 3, normals(27, rng)), normals(9, rng)
	for i, v := range delta {
		delta[i] = v * v
	}
	delta[4] = 0
	add("low rank", must[*LowRankPlusDiagonal](t)(NewLowRankPlusDiagonal(u, delta)), func(i, j int) float64 {
		v := mat.Dot(u.RowView(i), u.RowView(j))
		if i == j {
			v += delta[i]
		}
		return v
	})

	d := 16
	lambda := must[[]float64](t)(LogSpaced(d, 1e-2, 2))
	h := must[*Hadamard](t)(NewHadamard(lambda, rng))
	add("Hadamard", h, func(i, j int) float64 {
		sum := 0.0
		for k, l := range h.lambda {
			sum += hadamardEntry(i, k) * l * hadamardEntry(j, k)
		}
		return h.signs[i] * h.signs[j] * sum / float64(d)
	})

	for _, n := range []int{6, 30} {
		for _, e := range []Estimate{{}, {Centred: true}, {Shrinkage: 0.3}, {Centred: true, Shrinkage: 0.1}} {
			data := mat.NewDense(n, 8, normals(n*8, rng))
			x := mat.DenseCopyOf(data)
			if e.Centred {
				for j := range 8 {
					mean := mat.Sum(x.ColView(j)) / float64(n)
					for i := range n {
						x.Set(i, j, x.At(i, j)-mean)
					}
				}
			}
			trace := 0.0
			for j := range 8 {
				trace += mat.Dot(x.ColView(j), x.ColView(j)) / float64(n)
			}
			add(fmt.Sprintf("empirical %d %+v", n, e), must[Structured](t)(NewEmpirical(t.Context(), data, e)), func(i, j int) float64 {
				v := (1 - e.Shrinkage) * mat.Dot(x.ColView(i), x.ColView(j)) / float64(n)
				if i == j {
					v += e.Shrinkage * trace / 8
				}
				return v
			})
		}
	}

	parts := []Structured{all["low rank"].k, all["circulant 12"].k, must[*Diagonal](t)(NewDiagonal([]float64{1e-3, 40})), wishart(t, 7, 9, rng)}
	var blocks []Covariance
	full := mat.NewDense(30, 30, nil)
	at := 0
	for _, b := range parts {
		blocks = append(blocks, b)
		for i := range b.Dim() {
			row := full.RawRowView(at + i)[at : at+b.Dim()]
			unit := make([]float64, b.Dim())
			unit[i] = 1
			b.MulVecTo(row, unit)
		}
		at += b.Dim()
	}
	add("blocks", must[*BlockDiagonal](t)(NewBlockDiagonal(blocks...)), full.At)

	for _, name := range []string{"circulant 15", "Toeplitz 13", "Hadamard", "AR(1) 0.7"} {
		c := all[name]
		v := normals(c.k.Dim(), rng)
		k := must[Covariance](t)(c.k.Congruent(v))
		add("scaled "+name, k.(Structured), func(i, j int) float64 { return v[i] * c.want.At(i, j) * v[j] })
	}
	return all
}

// hadamardEntry is (−1)^{popcount(i & j)}.
func hadamardEntry(i, j int) float64 {
	sign := 1.0
	for n := i & j; n > 0; n &= n - 1 {
		sign = -sign
	}
	return sign
}

// same compares a covariance with a matrix.
func same(t *testing.T, name string, k Covariance, want mat.Symmetric) {
	t.Helper()
	d := want.SymmetricDim()
	if k.Dim() != d {
		t.Fatalf("%s: dimension %d, want %d", name, k.Dim(), d)
	}
	column, unit, variances := make([]float64, d), make([]float64, d), k.Variances(nil)
	for j := range d {
		unit[j] = 1
		k.MulVecTo(column, unit)
		unit[j] = 0
		near(t, name+": variance", variances[j], want.At(j, j), 1e-13)
		for i, v := range column {
			if math.Abs(v-want.At(i, j)) > 1e-13*math.Sqrt(want.At(i, i)*want.At(j, j))+1e-14*mat.Max(want) {
				t.Errorf("%s: entry (%d,%d) is %v, want %v", name, i, j, v, want.At(i, j))
			}
		}
	}
}

// TestStructures checks every kind of covariance against its matrix: products,
// variances, samples, congruence, entrywise functions and modes.
func TestStructures(t *testing.T) {
	t.Parallel()
	rng := newRand(41)
	cube := func(rho float64) float64 { return rho * rho * rho }
	for name, c := range structures(t) {
		k, d := c.k, c.k.Dim()
		same(t, name, k, c.want)
		checkSampler(t, name, k, rng)

		v := normals(d, rng)
		scaled := mat.NewSymDense(d, nil)
		for i := range d {
			for j := i; j < d; j++ {
				scaled.SetSym(i, j, v[i]*c.want.At(i, j)*v[j])
			}
		}
		same(t, name+" congruent", must[Covariance](t)(k.Congruent(v)), scaled)

		for what, f := range map[string]Odd{" nil": nil, " arcsin": math.Asin, " cube": cube} {
			want, err := checkedEntrywise(c.want, f)
			if err != nil {
				t.Fatal(err)
			}
			fc := must[Covariance](t)(k.Entrywise(f))
			same(t, name+what, fc, want)
			checkSampler(t, name+what, fc, rng)
		}

		reference := must[*Dense](t)(NewDense(c.want))
		nu := normals(d, rng)
		noise := []Shape{{Odd: math.Asin}, {}, {Odd: cube}, {Odd: math.Asin, Scaled: true}, {Scaled: true}, {Odd: cube, Scaled: true}}
		for _, basis := range []Basis{Plain, Preconditioned} {
			got := must[Modes](t)(k.Modes(basis, nu, noise...))
			want := must[Modes](t)(reference.Modes(basis, nu, noise...))
			sameMeasure(t, name+" risk", got.RiskMeasure(), want.RiskMeasure())
			for n := range want.Weights {
				sameMeasure(t, fmt.Sprintf("%s weights %d", name, n), got.WeightMeasure(n), want.WeightMeasure(n))
			}
		}
	}
}

// sameMeasure compares two measures by their transforms.
func sameMeasure(t *testing.T, name string, got, want measure.Measure) {
	t.Helper()
	for _, tau := range []float64{0, 0.01, 0.1, 0.3, 1, 3, 10} {
		if a, b := got.Laplace(tau), want.Laplace(tau); math.Abs(a-b) > 1e-12*want.Total() {
			t.Errorf("%s: the transform at %v is %v, want %v", name, tau, a, b)
		}
	}
}

// TestBlockVectors checks that the eigenvectors of blocks are put together.
func TestBlockVectors(t *testing.T) {
	t.Parallel()
	rng := newRand(42)
	a, b := wishart(t, 4, 6, rng), must[*Isotropic](t)(NewIsotropic(2, 3))
	k := must[*BlockDiagonal](t)(NewBlockDiagonal(a, b))
	m := must[Modes](t)(k.Modes(Plain, normals(6, rng)))
	image := make([]float64, 6)
	for i, l := range m.Lambda {
		q := mat.Col(nil, i, m.Vectors)
		k.MulVecTo(image, q)
		for j, v := range image {
			if math.Abs(v-l*q[j]) > 1e-13 {
				t.Errorf("vector %d is no eigenvector", i)
			}
		}
	}
	circle := must[*Circulant](t)(NewCirculant([]float64{2, 1, 1}))
	if m := must[Modes](t)(must[*BlockDiagonal](t)(NewBlockDiagonal(b, circle)).Modes(Plain, make([]float64, 5))); m.Kind != Unformed || m.Vectors != nil {
		t.Error("the vectors of a circulant block are not marked as unformed")
	}
	if m := must[Modes](t)(must[*BlockDiagonal](t)(NewBlockDiagonal(b, b)).Modes(Plain, make([]float64, 4))); m.Kind != Coordinates || m.Vectors != nil {
		t.Error("the vectors of diagonal blocks are not the identity")
	}
}

// TestSpectra checks the generators.
func TestSpectra(t *testing.T) {
	t.Parallel()
	grid := must[[]float64](t)(GridPower(5, 0.5, 2.5, -2))
	for i, x := range []float64{0.5, 1, 1.5, 2, 2.5} {
		near(t, "grid", grid[i], math.Pow(x, -2), 1e-15)
	}
	for _, ratio := range []float64{1e-3, 0.1, 0.5, 1} {
		lambda := must[[]float64](t)(MarchenkoPastur(2000, ratio))
		// Moments of the law: 1, 1 + ratio; midpoint quantiles miss the edges by
		// O(d^{-5/3}).
		var first, second float64
		for i, l := range lambda {
			first += l / 2000
			second += l * l / 2000
			if i > 0 && l <= lambda[i-1] {
				t.Fatalf("ratio %v: eigenvalue %d does not increase", ratio, i)
			}
		}
		near(t, "mean", first, 1, 1e-5)
		near(t, "mean square", second, 1+ratio, 1e-5)
		// The median by Simpson's rule on the density in θ.
		root := math.Sqrt(ratio)
		theta := math.Acos((1 + ratio - lambda[999]) / (2 * root))
		const steps = 20000
		mass := 0.0
		for i := range steps {
			x := (float64(i) + 0.5) * theta / steps
			mass += 2 * math.Sin(x) * math.Sin(x) / (math.Pi * (1 + ratio - 2*root*math.Cos(x))) * theta / steps
		}
		near(t, "mass below a quantile", mass, 999.5/2000, 1e-8)
	}
	features := must[Structured](t)(NewPowerLawFeatures(t.Context(), 40, 3000, 1.2, newRand(43)))
	trace, h := 0.0, 0.0
	for _, v := range features.Variances(nil) {
		trace += v
	}
	for j := 1; j <= 3000; j++ {
		h += math.Pow(float64(j), -1.2)
	}
	// tr K = Σ_j j^{-α} χ²_d/d: its deviation is √(2 Σ j^{-2α}/d) ≈ 0.26.
	if math.Abs(trace-h) > 4*0.26 {
		t.Errorf("trace of the random features is %v, expected %v", trace, h)
	}
}

// TestDimensionLimit checks that what would need a large dense matrix says so.
func TestDimensionLimit(t *testing.T) {
	t.Parallel()
	k := must[*AR1](t)(NewAR1(DenseLimit+1, 1, 0.5))
	if _, err := k.Modes(Plain, make([]float64, DenseLimit+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("modes of a large AR1: %v", err)
	}
	block := must[*BlockDiagonal](t)(NewBlockDiagonal(opaque{k}))
	if _, err := block.Entrywise(nil); !errors.Is(err, ErrUnstructured) {
		t.Errorf("blocks without structure: %v", err)
	}
}

// opaque hides the structure of a covariance.
type opaque struct{ Covariance }
