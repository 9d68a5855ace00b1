package noise

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"
)

// fuzzed returns the law of a kind with parameters that may be bad.
func fuzzed(kind byte, a, b, c float64) Law {
	switch kind % 13 {
	case 0:
		return Normal{Mu: a, Sigma: b}
	case 1:
		return Rademacher{Scale: a}
	case 2:
		return Uniform{Min: a, Max: b}
	case 3:
		return Laplace{Mu: a, Scale: b}
	case 4:
		return Logistic{Mu: a, S: b}
	case 5:
		return StudentsT{Mu: a, Sigma: b, Nu: c}
	case 6:
		return Cauchy{Mu: a, Scale: b}
	case 7:
		return AlphaStable{Mu: a, C: b, Alpha: c}
	case 8:
		return Discrete{Atoms: []float64{a, b, c}, Weights: []float64{0.25, 0.25, 0.5}}
	case 9:
		return Empirical{Sample: []float64{a, b, c}}
	case 10:
		return NormalMixture{Weights: []float64{0.5, 0.5}, Mu: []float64{a, 0}, Sigma: []float64{b, c}}
	case 11:
		return Mixture{Weights: []float64{0.5, 0.5}, Laws: []Law{Normal{Mu: a, Sigma: b}, Cauchy{Scale: c}}}
	}
	return None{}
}

// FuzzLaws makes laws of random parameters. Each is refused, or its φ and the φ_B of a
// mini-batch are in their range at any risk, increase, and come within seconds, φ and φ'
// agree, and it draws numbers.
func FuzzLaws(f *testing.F) {
	for kind := range byte(13) {
		f.Add(kind, 0.0, 1.0, 1.5, 0.1, 1)
		f.Add(kind, 2.0, 1e-3, 0.01, 1e-50, 2)
		f.Add(kind, -1e150, 1e150, 2.0, 1e300, 300)
		f.Add(kind, 0.0, 0.0, 1e-300, 5e-324, 128)
	}
	f.Fuzz(func(t *testing.T, kind byte, a, b, c, risk float64, batch int) {
		law := fuzzed(kind, a, b, c)
		if Validate(law) != nil {
			return
		}
		start := time.Now()
		const slack = 1e-9
		far, _ := law.Phi(1e300)
		for _, compression := range []Compression{law, MiniBatch{Law: law, Batch: batch}} {
			if v, ok := compression.(MiniBatch); ok && v.Validate() != nil {
				continue
			}
			phi, slope := compression.Phi(risk)
			if !(risk >= 0) {
				if !math.IsNaN(phi) {
					t.Errorf("%v: φ(%v) = %v, want NaN", compression, risk, phi)
				}
				continue
			}
			if !(phi >= 0 && phi <= limitPhi*(1+slack)) || !(slope >= 0) {
				t.Errorf("%v: φ(%v) = %v, φ' = %v", compression, risk, phi, slope)
			}
			if _, ok := compression.(MiniBatch); ok && !(far > limitPhi*(1-1e-9)) {
				continue // φ_B has few digits
			}
			if more, _ := compression.Phi(2 * risk); more < phi*(1-slack) {
				t.Errorf("%v: φ falls from %v to %v at %v", compression, phi, more, risk)
			}
		}
		if msg := slopeFault(law, risk); msg != "" {
			t.Errorf("%v: %s", law, msg)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for range 10 {
			if x := law.Rand(rng); math.IsNaN(x) {
				t.Errorf("%v draws NaN", law)
			}
		}
		if v2 := law.SecondMoment(); !(v2 >= 0) {
			t.Errorf("%v: SecondMoment %v", law, v2)
		}
		// Tails of an index of 0.01 take a batch to u = 1e-190 and cost a second.
		if spent := time.Since(start); spent > 30*time.Second {
			t.Errorf("%v at %v, batch %d: took %v", law, risk, batch, spent)
		}
	})
}
