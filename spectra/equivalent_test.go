package spectra

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/cmplx"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

// TestEquivalentM holds m(z) to its equation, summed term by term, from far above to next
// to the spectrum.
func TestEquivalentM(t *testing.T) {
	t.Parallel()
	rng := newRand(90)
	for _, f := range []RandomFeatures{{200, 5000, 1, 0.3}, {40, 400, 1.5, 2}, {900, 3000, 0.7, 0.25}, {500, 4000, 0.4, 0.3}} {
		e := must[*Equivalent](t)(NewEquivalent(f))
		for range 40 {
			z := cmplx.Rect(math.Pow(10, 2-7*rng.Float64()), math.Pi*math.Pow(10, -8*rng.Float64()))
			m := must[complex128](t)(e.M(z))
			left, size := m, cmplx.Abs(m)
			for j := f.Ambient; j >= 1; j-- {
				h := complex(math.Pow(float64(j), -2*f.Alpha), 0)
				term := h * m / (h*m - z) / complex(float64(f.Dim), 0)
				left, size = left+term, size+cmplx.Abs(term)
			}
			// Next to a pole, a term changes by more than q does.
			if gap := cmplx.Abs(left-1) / size; gap > 1e-9 {
				t.Errorf("%+v: the equation is %v at z = %v (%.1e)", f, left, z, gap)
			}
			if imag(m/z) > 0 {
				t.Errorf("%+v: m/z is %v at z = %v", f, m/z, z)
			}
		}
	}
}

// TestEquivalentMass checks the masses and first moments of the measures, which are sums:
// R + irreducible at θ = 0 is ½ Σ j^{−2α−2β}, tr K² is Σ λ_j² + (Σ λ_j)²/d, and
// ½ θ*ᵀK²θ* = ½ ‖WᵀHb‖² is ½ Σ λ_j² b_j², with λ_j = j^{−2α}.
func TestEquivalentMass(t *testing.T) {
	t.Parallel()
	for _, f := range []RandomFeatures{
		{1, 30, 1, 0.3}, {50, 500, 1, 0.3}, {1000, 10000, 1, 2}, {1000, 2000, 0.75, 0.25},
		{300, 330, 1.25, 0.75}, {2000, 100000, 0.6, 0.1}, {300, 3000, 3, 1}, {20000, 200000, 1.25, 0.75},
	} {
		e := must[*Equivalent](t)(NewEquivalent(f))
		m := must[Modes](t)(e.Modes(t.Context()))
		if err := m.Validate(); err != nil {
			t.Fatal(err)
		}
		var trace, square, target, first float64
		for j := f.Ambient; j >= 1; j-- {
			h := math.Pow(float64(j), -2*f.Alpha)
			w := h * math.Pow(float64(j), -2*f.Beta)
			trace, square, target, first = trace+h, square+h*h, target+w, first+h*w
		}
		d := float64(f.Dim)
		mean := 0.0
		for i, l := range m.Lambda {
			mean += l * m.Risk[i]
		}
		for _, c := range []struct {
			what      string
			got, want float64
		}{
			{"loss at 0", m.InitialRisk() + e.Irreducible(), target / 2},
			{"tr K²", m.WeightMeasure(0).Total(), square + trace*trace/d},
			{"θ*ᵀK²θ*/2", mean, first / 2},
		} {
			if math.Abs(c.got/c.want-1) > 1e-10 {
				t.Errorf("%+v: %s is %v, want %v (%.1e)", f, c.what, c.got, c.want, c.got/c.want-1)
			}
		}
	}
}

// TestEquivalentDrawn holds the traces of resolvents, the irreducible risk and the Laplace
// transforms to the means over drawn W. They may differ by as many standard errors as
// Student's law exceeds with probability 6e-5, and by 2/d of themselves, the order of what
// the equivalent leaves out. RISKCURVES_HEAVY goes on to d = 400 and v = 10⁵.
func TestEquivalentDrawn(t *testing.T) {
	t.Parallel()
	equivalentDrawn(t, RandomFeatures{Dim: 120, Ambient: 1000, Alpha: 1, Beta: 0.3}, 60)
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		equivalentDrawn(t, RandomFeatures{Dim: 400, Ambient: 100_000, Alpha: 1, Beta: 0.3}, 6)
	}
}

func equivalentDrawn(t *testing.T, f RandomFeatures, draws int) {
	t.Helper()
	sigmas := -distuv.StudentsT{Sigma: 1, Nu: float64(draws - 1)}.Quantile(distuv.UnitNormal.CDF(-4))
	e := must[*Equivalent](t)(NewEquivalent(f))
	equivalent := must[Modes](t)(e.Modes(t.Context()))
	points := []complex128{0.1 + 0.1i, 0.01 + 0.003i, 1e-3 + 1e-3i, -1e-3 + 1e-5i, 1 + 1i}
	taus := []float64{0, 1, 10, 1e3, 1e4}
	samples := map[string][]float64{}
	want := map[string]float64{"irreducible": e.Irreducible()}
	add := func(name string, v float64) { samples[name] = append(samples[name], v) }
	for n := range draws {
		drawn := must[*DrawnFeatures](t)(f.Draw(t.Context(), newRand(uint64(1000+n))))
		m := must[Modes](t)(drawn.Covariance.Modes(Plain, drawn.Target, Shape{Scaled: true}))
		add("irreducible", drawn.Irreducible)
		for _, z := range points {
			trace := complex(0, 0)
			for _, l := range m.Lambda {
				trace += 1 / (complex(l, 0) - z)
			}
			mz := must[complex128](t)(e.M(z))
			name := fmt.Sprint(z)
			equal := -complex(float64(f.Dim), 0) * mz / z
			// Both parts, in units of the magnitude.
			want["Re "+name], want["Im "+name] = 1+real(equal)/cmplx.Abs(equal), 1+imag(equal)/cmplx.Abs(equal)
			add("Re "+name, 1+real(trace)/cmplx.Abs(equal))
			add("Im "+name, 1+imag(trace)/cmplx.Abs(equal))
		}
		for _, tau := range taus {
			name := fmt.Sprint(tau)
			want["risk "+name], want["weight "+name] = equivalent.RiskMeasure().Laplace(tau), equivalent.WeightMeasure(0).Laplace(tau)
			add("risk "+name, m.RiskMeasure().Laplace(tau))
			add("weight "+name, m.WeightMeasure(0).Laplace(tau))
		}
	}
	for name, x := range samples {
		mean, sd := stat.MeanStdDev(x, nil)
		allowed := sigmas*sd/math.Sqrt(float64(draws)) + 2/float64(f.Dim)*math.Abs(want[name])
		if math.Abs(mean-want[name]) > allowed {
			t.Errorf("%+v, %s: mean %v of drawn W, want %v ± %v", f, name, mean, want[name], allowed)
		}
	}
}

// TestEquivalentErrors checks bad arguments and a context that ends.
func TestEquivalentErrors(t *testing.T) {
	t.Parallel()
	if _, err := NewEquivalent(RandomFeatures{10, 10, 1, 1}); err == nil || !strings.Contains(err.Error(), "Ambient is 10") {
		t.Errorf("v = d: %v", err)
	}
	if _, err := NewEquivalent(RandomFeatures{}); err == nil {
		t.Error("no error for the zero value")
	}
	e := must[*Equivalent](t)(NewEquivalent(RandomFeatures{10, 100, 1, 1}))
	for _, z := range []complex128{1, -1i, cmplx.NaN(), cmplx.Inf()} {
		if m, err := e.M(z); err == nil {
			t.Errorf("m(%v) = %v", z, m)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := e.Modes(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}
