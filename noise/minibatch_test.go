package noise

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestBatchFactor checks c_1 = 1 and c_B c_{B+1} = πB/2.
func TestBatchFactor(t *testing.T) {
	t.Parallel()
	if c := BatchFactor(1); !near(c, 1, 1e-15) {
		t.Errorf("c_1 = %v", c)
	}
	for _, b := range []int{1, 2, 3, 10, 21, 99, 1000, 12345, 1_000_000, 1_000_000_000} {
		if got, want := BatchFactor(b)*BatchFactor(b+1), math.Pi*float64(b)/2; !near(got, want, 3e-15) {
			t.Errorf("c_%d c_%d = %v, want %v", b, b+1, got, want)
		}
	}
	if c := BatchFactor(0); c == c {
		t.Errorf("c_0 = %v, want NaN", c)
	}
}

// TestBatchOfNormal checks φ_B = φ for centred normal noise.
func TestBatchOfNormal(t *testing.T) {
	t.Parallel()
	n := Normal{Sigma: 0.7}
	worst := 0.0
	for _, b := range []int{1, 2, 3, 4, 7, 16, 100, 1000, 10_000, 100_000, 1_000_000, 1_000_000_000} {
		for _, risk := range logspace(1e-12, 1e12, 13) {
			phi, slope := MiniBatch{Law: n, Batch: b}.Phi(risk)
			p, s := n.Phi(risk)
			worst = max(worst, math.Abs(phi/p-1), math.Abs(slope/s-1))
			if !near(phi, p, 1e-13) || !near(slope, s, 1e-13) {
				t.Errorf("batch %d: φ(%v) off by %.1e, φ' by %.1e", b, risk, phi/p-1, slope/s-1)
			}
		}
	}
	t.Logf("worst relative error %.1e", worst)
}

// TestBatchMonteCarlo compares φ_B with its definition, an average over noises and
// the sphere, at 4.5 standard errors.
func TestBatchMonteCarlo(t *testing.T) {
	t.Parallel()
	const n = 100_000
	for _, l := range []Law{
		Rademacher{Scale: 1}, StudentsT{Sigma: 0.5, Nu: 1.5}, Normal{Mu: 1, Sigma: 0.3},
		Discrete{Atoms: []float64{0, 1}, Weights: []float64{0.6, 0.4}},
	} {
		for _, b := range []int{2, 5, 20} {
			rng := rand.New(rand.NewPCG(2, uint64(b)))
			for _, risk := range []float64{0.02, 0.5} {
				sum, squares := 0.0, 0.0
				for range n {
					dot, norm := 0.0, 0.0
					for range b {
						w := rng.NormFloat64()
						dot += w * l.Rand(rng)
						norm += w * w
					}
					p := limitPhi * math.Exp(-dot*dot/norm/(4*risk))
					sum += p
					squares += p * p
				}
				mean := sum / n
				se := math.Sqrt((squares/n - mean*mean) / n)
				if phi, _ := (MiniBatch{Law: l, Batch: b}).Phi(risk); math.Abs(phi-mean) > 4.5*se {
					t.Errorf("%v, batch %d: φ(%v) = %v, Monte Carlo %v ± %v", l, b, risk, phi, mean, se)
				}
			}
		}
	}
}

// TestLargeBatch checks that φ_B tends to the φ of the normal law with the same second
// moment.
func TestLargeBatch(t *testing.T) {
	t.Parallel()
	for _, l := range []Law{Rademacher{Scale: 1}, Uniform{Min: -1, Max: 2}, Normal{Mu: 1, Sigma: 0.3}, StudentsT{Sigma: 0.5, Nu: 8}} {
		limit := Normal{Sigma: math.Sqrt(l.SecondMoment())}
		for _, risk := range []float64{1e-3, 1, 1e3} {
			want, slope := limit.Phi(risk)
			before := math.Inf(1)
			for _, b := range []int{100, 10_000, 1_000_000} {
				phi, s := MiniBatch{Law: l, Batch: b}.Phi(risk)
				off := math.Abs(phi/want - 1)
				if off > 10/float64(b)*(1+l.SecondMoment()/risk) && off > 1e-9 || off > before && off > 1e-9 {
					t.Errorf("%v, batch %d: φ(%v) is %.1e from its limit", l, b, risk, off)
				}
				if b == 1_000_000 && !near(s, slope, 1e-2) {
					t.Errorf("%v, batch %d: φ'(%v) = %v, limit %v", l, b, risk, s, slope)
				}
				before = off
			}
		}
	}
}

func TestBatchAtZero(t *testing.T) {
	t.Parallel()
	d := Discrete{Atoms: []float64{0, 1}, Weights: []float64{0.5, 0.5}}
	if phi, slope := (MiniBatch{Law: d, Batch: 3}).Phi(0); !near(phi, limitPhi/8, 1e-15) || !math.IsInf(slope, 1) {
		t.Errorf("φ_3(0), φ_3'(0) = %v, %v", phi, slope)
	}
	if phi, slope := (MiniBatch{Law: None{}, Batch: 3}).Phi(0); phi != limitPhi || slope != 0 {
		t.Errorf("None: φ_3(0), φ_3'(0) = %v, %v", phi, slope)
	}
}

// TestLargeBatchSums compares the two ways to the integral of a batch where both hold.
func TestLargeBatchSums(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		for _, risk := range logspace(1e-8, 1e8, 7) {
			i := batchIntegral{law: l, risk: risk, batch: 500}
			i.locate()
			a, da := i.sumDirectly()
			b, db := i.sumByGrowth()
			if tol := 500 * 1e-14; !near(b, a, tol) || !near(db, da, 2*tol) {
				t.Errorf("%v, R = %v: %v, %v against %v, %v: off by %.1e, %.1e", l, risk, b, db, a, da, b/a-1, db/da-1)
			}
		}
	}
}
