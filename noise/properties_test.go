package noise

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// zoo holds laws of every kind, centred and not, at different scales.
var zoo = []Law{
	None{},
	Normal{Sigma: 0.7}, Normal{Mu: 2, Sigma: 0.3}, Normal{Mu: 1e-3, Sigma: 1e-3},
	Rademacher{Scale: 1.3},
	Uniform{Min: -1, Max: 1}, Uniform{Min: 0.5, Max: 2}, Uniform{Min: 0, Max: 3},
	Laplace{Scale: 0.6}, Laplace{Mu: -2, Scale: 0.3}, Laplace{Mu: 0.1, Scale: 5},
	Logistic{S: 0.6}, Logistic{Mu: 3, S: 0.2},
	StudentsT{Sigma: 1.2, Nu: 3}, StudentsT{Sigma: 0.4, Nu: 0.7}, StudentsT{Mu: 1, Sigma: 0.5, Nu: 4.5}, StudentsT{Sigma: 1, Nu: 80},
	Cauchy{Scale: 1}, Cauchy{Mu: 2, Scale: 0.5},
	AlphaStable{Alpha: 1.5, C: 1}, AlphaStable{Alpha: 0.5, C: 0.2}, AlphaStable{Alpha: 1.7, C: 0.5, Mu: 1}, AlphaStable{Alpha: 0.8, C: 0.3, Mu: -1},
	Mixture{Weights: []float64{0.25, 0.75}, Laws: []Law{Laplace{Mu: 1, Scale: 0.5}, Uniform{Min: -2, Max: 0.5}}},
	NormalMixture{Weights: []float64{0.35, 0.65}, Mu: []float64{-0.5, 1}, Sigma: []float64{0.4, 0.2}},
	Discrete{Atoms: []float64{-1.5, 0.25, 2}, Weights: []float64{0.25, 0.5, 0.25}},
	Discrete{Atoms: []float64{0, 1}, Weights: []float64{0.4, 0.6}},
	Empirical{Sample: []float64{0.3, -0.2, 1.7, -0.9, 0.05}},
}

func logspace(lo, hi float64, n int) []float64 { return floats.LogSpan(make([]float64, n), lo, hi) }

func near(got, want, tol float64) bool { return math.Abs(got-want) <= tol*math.Abs(want) }

func TestMonotoneAndBounded(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		for batch, n := range map[int]int{1: 241, 3: 25} {
			before := -1.0
			for _, risk := range logspace(1e-12, 1e12, n) {
				phi, slope := MiniBatch{Law: l, Batch: batch}.Phi(risk)
				if !(phi >= 0 && phi <= limitPhi*(1+1e-14)) || !(phi >= before*(1-1e-14)) || !(slope >= 0) {
					t.Errorf("%v, batch %d: φ(%v), φ' = %v, %v after φ = %v", l, batch, risk, phi, slope, before)
				}
				before = phi
			}
		}
	}
}

func TestEnds(t *testing.T) {
	t.Parallel()
	atoms := map[string]float64{"None": 1, "Discrete(0.4 δ(0) + 0.6 δ(1))": 0.4}
	for _, l := range zoo {
		if phi, _ := l.Phi(0); phi != limitPhi*atoms[l.(fmt.Stringer).String()] {
			t.Errorf("%v: φ(0) = %v", l, phi)
		}
		if phi, slope := l.Phi(math.Inf(1)); !near(phi, limitPhi, 1e-15) || slope != 0 {
			t.Errorf("%v: φ(∞), φ'(∞) = %v, %v", l, phi, slope)
		}
		for _, bad := range []float64{-1, math.NaN(), math.Inf(-1)} {
			for _, batch := range []int{1, 4} {
				if phi, slope := (MiniBatch{Law: l, Batch: batch}).Phi(bad); phi == phi || slope == slope {
					t.Errorf("%v: φ(%v) = %v, %v, want NaN", l, bad, phi, slope)
				}
			}
		}
	}
}

// TestSmallRisk checks (π/2) φ ~ f(0) √(4πR), and φ' from it.
func TestSmallRisk(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		f0 := l.(OriginDensity).DensityAtZero()
		if math.IsInf(f0, 1) || f0 == 0 {
			continue
		}
		const risk = 1e-16
		phi, slope := l.Phi(risk)
		want := limitPhi * f0 * math.Sqrt(4*math.Pi*risk)
		// α = ½ is the roughest: f(√R) differs by √R^1 at a scale of γ/100.
		if !near(phi, want, 2e-5) || !near(slope, want/2/risk, 2e-4) {
			t.Errorf("%v: φ, φ' = %v, %v, want %v, %v", l, phi, slope, want, want/2/risk)
		}
	}
}

// TestLargeRisk checks 1 − (π/2)φ ~ v²/(4R), and φ', which must keep its relative
// accuracy where φ does not move any more.
func TestLargeRisk(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		v2 := l.SecondMoment()
		if math.IsInf(v2, 1) || v2 == 0 {
			continue
		}
		for _, risk := range []float64{1e8, 1e12} {
			phi, slope := l.Phi(risk)
			want := v2 / (4 * risk)
			if math.Abs(1-phi/limitPhi-want) > 1e-3*want+2e-15 {
				t.Errorf("%v: 1 − (π/2)φ(%v) = %v, want %v", l, risk, 1-phi/limitPhi, want)
			}
			if !near(slope, limitPhi*want/risk, 2e-3) {
				t.Errorf("%v: φ'(%v) = %v, want %v", l, risk, slope, limitPhi*want/risk)
			}
		}
	}
}

func TestSlope(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		for batch, n := range map[int]int{1: 41, 2: 3, 7: 9} {
			m := MiniBatch{Law: l, Batch: batch}
			for _, risk := range logspace(1e-6, 1e6, n) {
				phi, slope := m.Phi(risk)
				growth := risk * slope / phi
				if phi < 1e-250 || growth < 1e-5 || growth > 1e3 {
					continue
				}
				const h = 3e-5
				above, _ := m.Phi(risk * (1 + h))
				below, _ := m.Phi(risk * (1 - h))
				// h² bounds the third derivative's part times its size, 1e-15/h the rounding's.
				tol := 1e-8*(1+growth*growth) + 1e-9/growth
				if got := (above - below) / (2 * h * risk); !near(got, slope, tol) {
					t.Errorf("%v, batch %d: φ'(%v) = %v, difference quotient %v", l, batch, risk, slope, got)
				}
			}
		}
	}
}

// TestFamilies checks laws that are each other's special cases or limits.
func TestFamilies(t *testing.T) {
	t.Parallel()
	a, b := Laplace{Mu: 1, Scale: 0.5}, StudentsT{Mu: -1, Sigma: 2, Nu: 2.5}
	for _, c := range []struct {
		got, want Law
		tol       float64
	}{
		{AlphaStable{Alpha: 1, C: 0.5, Mu: 0.3}, Cauchy{Mu: 0.3, Scale: 0.5}, 0},
		{AlphaStable{Alpha: 2, C: 0.5, Mu: 0.3}, Normal{Mu: 0.3, Sigma: 0.5 * math.Sqrt2}, 0},
		{AlphaStable{Alpha: 1 + 1e-9, C: 0.5, Mu: 2.3}, Cauchy{Mu: 2.3, Scale: 0.5}, 1e-7},
		{AlphaStable{Alpha: 1 - 1e-9, C: 0.5}, Cauchy{Scale: 0.5}, 1e-7},
		{AlphaStable{Alpha: 2 - 1e-9, C: 0.5, Mu: 1}, Normal{Mu: 1, Sigma: 0.5 * math.Sqrt2}, 1e-7},
		{StudentsT{Sigma: 0.5, Nu: 1}, Cauchy{Scale: 0.5}, 1e-14},
		{StudentsT{Mu: 3, Sigma: 0.5, Nu: 1}, Cauchy{Mu: 3, Scale: 0.5}, 1e-13},
		{StudentsT{Mu: 1e-9, Sigma: 0.5, Nu: 3}, StudentsT{Sigma: 0.5, Nu: 3}, 1e-13},
		{StudentsT{Sigma: 0.5, Nu: 1e9}, Normal{Sigma: 0.5}, 1e-8},
		{StudentsT{Mu: 0.4, Sigma: 0.5, Nu: 1e9}, Normal{Mu: 0.4, Sigma: 0.5}, 1e-8},
		{Normal{Mu: 1}, Discrete{Atoms: []float64{1}, Weights: []float64{1}}, 1e-15},
		{Rademacher{Scale: 2}, Empirical{Sample: []float64{-2, 2, 2, -2}}, 1e-15},
		{Uniform{Min: 1, Max: 1 + 1e-9}, Discrete{Atoms: []float64{1 + 5e-10}, Weights: []float64{1}}, 1e-14},
		{
			NormalMixture{Weights: []float64{0.3, 0.7}, Mu: []float64{1, 0}, Sigma: []float64{2, 0.1}},
			Mixture{Weights: []float64{0.3, 0.7}, Laws: []Law{Normal{Mu: 1, Sigma: 2}, Normal{Sigma: 0.1}}}, 1e-15,
		},
	} {
		for _, risk := range logspace(1e-12, 1e12, 49) {
			phi, slope := c.got.Phi(risk)
			p, s := c.want.Phi(risk)
			tol := c.tol * (1 - math.Log(p+1e-300))
			if p > 1e-290 && (!near(phi, p, tol) || !near(slope, s, 10*tol)) {
				t.Errorf("%v: φ, φ'(%v) = %v, %v, %v has %v, %v", c.got, risk, phi, slope, c.want, p, s)
			}
		}
	}
	m := Mixture{Weights: []float64{0.25, 0.75}, Laws: []Law{a, b}}
	for _, risk := range logspace(1e-12, 1e12, 25) {
		phi, slope := m.Phi(risk)
		pa, sa := a.Phi(risk)
		pb, sb := b.Phi(risk)
		if phi != 0.25*pa+0.75*pb || slope != 0.25*sa+0.75*sb {
			t.Errorf("mixture is not linear at R = %v", risk)
		}
	}
}

// TestScale checks φ(a²R) of the law of aε against φ(R).
func TestScale(t *testing.T) {
	t.Parallel()
	for _, c := range [][2]Law{
		{StudentsT{Mu: 1, Sigma: 0.5, Nu: 3}, StudentsT{Mu: 1e-3, Sigma: 5e-4, Nu: 3}},
		{AlphaStable{Alpha: 1.3, C: 1, Mu: 5}, AlphaStable{Alpha: 1.3, C: 1e-3, Mu: 5e-3}},
		{Logistic{Mu: 5, S: 1}, Logistic{Mu: 5e-3, S: 1e-3}},
		{Laplace{Mu: 5, Scale: 1}, Laplace{Mu: 5e-3, Scale: 1e-3}},
	} {
		for _, risk := range logspace(1e-6, 1e12, 37) {
			p, _ := c[0].Phi(risk)
			q, _ := c[1].Phi(risk * 1e-6)
			if !near(q, p, 1e-13) {
				t.Errorf("%v at %v: %v, rescaled %v", c[0], risk, p, q)
			}
		}
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		m := l.(Moments)
		v2 := l.SecondMoment()
		if math.IsInf(v2, 1) {
			if !math.IsInf(m.Variance(), 1) {
				t.Errorf("%v: variance %v where the second moment is infinite", l, m.Variance())
			}
			continue
		}
		if got := m.Variance() + m.Mean()*m.Mean(); !near(got, v2, 1e-14) {
			t.Errorf("%v: variance + mean² = %v, second moment %v", l, got, v2)
		}
	}
}

// TestResidualDensity checks h(R) = φ(R)/√(2R) = √(8/π) f_r(0), f_r the density of
// r = ℓ − ε, ℓ ~ N(0, 2R), at 4.5 standard errors.
func TestResidualDensity(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(3, 1))
	for _, l := range zoo {
		for _, risk := range []float64{0.05, 1} {
			const draws, width = 200_000, 0.02
			hits := 0
			for range draws {
				if r := math.Sqrt(2*risk)*rng.NormFloat64() - l.Rand(rng); math.Abs(r) < width {
					hits++
				}
			}
			phi, _ := l.Phi(risk)
			p := phi / math.Sqrt(2*risk) / math.Sqrt(8/math.Pi) * 2 * width // f_r(0) 2·width
			curve := width * width / (2 * risk)                             // |f_r''| ≤ f_r-scale/(2R), a third of it is the bias
			se := math.Sqrt(p * (1 - p) / draws)
			if got := float64(hits) / draws; math.Abs(got-p) > 4.5*se+p*curve {
				t.Errorf("%v at R = %v: P(|r| < %v) = %v, φ says %v ± %v", l, risk, width, got, p, se)
			}
		}
	}
}
