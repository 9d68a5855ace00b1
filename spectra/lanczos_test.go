package spectra

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/measure"
)

var lanczosTimes = []float64{0, 0.01, 0.1, 0.5, 1, 3, 10, 30, 100, 1000}

// TestLanczosRisk checks that the brackets hold and close, and that d steps are
// exact.
func TestLanczosRisk(t *testing.T) {
	t.Parallel()
	rng := newRand(50)
	lambda := must[[]float64](t)(LogSpaced(120, 1e-3, 3))
	for name, k := range map[string]Structured{
		"rotated": must[*Dense](t)(NewRotated(lambda, rng)), "singular": wishart(t, 40, 25, rng),
		"AR(1)": must[*AR1](t)(NewAR1(100, 2, 0.8)),
	} {
		nu := normals(k.Dim(), rng)
		for _, basis := range []Basis{Plain, Preconditioned} {
			exact := must[Modes](t)(k.Modes(basis, nu)).RiskMeasure()
			slack := 1e-12 * exact.Total()
			width := math.Inf(1)
			for _, steps := range []int{1, 4, 12, 30} {
				b := must[measure.Bracket](t)(Lanczos{Steps: steps}.Risk(t.Context(), k, basis, nu))
				widest := 0.0
				for _, tau := range lanczosTimes {
					lower, want, upper := b.Lower.Laplace(tau), exact.Laplace(tau), b.Upper.Laplace(tau)
					if lower > want+slack || upper < want-slack {
						t.Errorf("%s, %v, %d steps, τ = %v: [%v, %v] does not hold %v", name, basis, steps, tau, lower, upper, want)
					}
					widest = max(widest, upper-lower)
				}
				if widest >= width && widest > slack {
					t.Errorf("%s, %v: %d steps widen the bracket to %v", name, basis, steps, widest)
				}
				width = widest
			}
			b := must[measure.Bracket](t)(Lanczos{Steps: 3 * k.Dim()}.Risk(t.Context(), k, basis, nu))
			for _, tau := range lanczosTimes {
				if want := exact.Laplace(tau); math.Abs(b.Lower.Laplace(tau)-want) > 1e-9*exact.Total() {
					t.Errorf("%s, %v: all steps, τ = %v: %v, want %v", name, basis, tau, b.Lower.Laplace(tau), want)
				}
			}
		}
	}
}

// TestLanczosWeights checks the estimates against the exact weights to 5 of their
// standard errors: with 64 probes a chance of about 1e-5 for each of 80 values.
func TestLanczosWeights(t *testing.T) {
	t.Parallel()
	rng := newRand(51)
	lambda := must[[]float64](t)(LogSpaced(80, 1e-2, 3))
	for name, k := range map[string]Structured{
		"rotated": must[*Dense](t)(NewRotated(lambda, rng)), "circulant": must[*Circulant](t)(NewCirculant([]float64{3, 2, 1, 0, 0, 1, 2})),
	} {
		for _, basis := range []Basis{Plain, Preconditioned} {
			for _, noise := range []Shape{signNoise, {}, {Odd: math.Asin, Scaled: true}, {Scaled: true}} {
				exact := must[Modes](t)(k.Modes(basis, make([]float64, k.Dim()), noise)).WeightMeasure(0)
				s := must[measure.Estimate](t)(Lanczos{Probes: 64}.Weights(t.Context(), k, basis, noise, rng))
				for _, tau := range lanczosTimes {
					lower, upper, se := s.Laplace(tau)
					slack := 5*se + 1e-10*exact.Total()
					if want := exact.Laplace(tau); want < lower-slack || want > upper+slack {
						t.Errorf("%s, %v, noise %v, τ = %v: [%v, %v] ± %v, want %v", name, basis, noise, tau, lower, upper, se, want)
					}
				}
				if math.Abs(s.Measure().Total()/exact.Total()-1) > 0.3 {
					t.Errorf("%s: total weight %v, want %v", name, s.Measure().Total(), exact.Total())
				}
			}
		}
	}
}

// TestLanczosModes checks that all is put where it belongs, and that results are
// reproducible.
func TestLanczosModes(t *testing.T) {
	t.Parallel()
	k := must[*AR1](t)(NewAR1(500, 1, 0.5))
	nu := normals(500, newRand(52))
	m := must[Modes](t)(Lanczos{}.Modes(t.Context(), k, Preconditioned, nu, signNoise, newRand(53)))
	again := must[Modes](t)(Lanczos{}.Modes(t.Context(), k, Preconditioned, nu, signNoise, newRand(53)))
	near(t, "Σ r_i", m.RiskMeasure().Total(), Quadratic(k, nu, make([]float64, 500))/2, 1e-12)
	for i, l := range m.Lambda {
		if m.Risk[i] > 0 && m.Weights[0][i] > 0 {
			t.Errorf("node %d has risk and weight", i)
		}
		if l != again.Lambda[i] || m.Weights[0][i] != again.Weights[0][i] {
			t.Fatalf("node %d is not reproducible", i)
		}
	}
	if zero := must[measure.Bracket](t)(Lanczos{}.Risk(t.Context(), k, Plain, make([]float64, 500))); len(zero.Lower.Lambda) != 0 {
		t.Errorf("the measure of ν = 0 is %v", zero.Lower)
	}
	one := must[*Dense](t)(NewDense(mat.NewSymDense(1, []float64{2})))
	b := must[measure.Bracket](t)(Lanczos{}.Risk(t.Context(), one, Plain, []float64{3}))
	if len(b.Lower.Lambda) != 1 || math.Abs(b.Lower.Lambda[0]-2) > 1e-15 || math.Abs(b.Lower.Mass[0]-9) > 1e-14 {
		t.Errorf("one dimension: %v", b)
	}
}
