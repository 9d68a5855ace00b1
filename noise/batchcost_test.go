package noise

import (
	"math"
	"testing"
)

// askedLaw counts how often φ is asked for.
type askedLaw struct {
	Law
	times *int
}

func (a askedLaw) Phi(risk float64) (phi, slope float64) {
	*a.times++
	return a.Law.Phi(risk)
}

// TestMiniBatchCost holds φ_B and ζ_B to the number of values of φ that they may ask for,
// whatever the law, the risk and the batch.
func TestMiniBatchCost(t *testing.T) {
	t.Parallel()
	worst, worstZeta := 0, 0
	for _, s := range []float64{1e-300, 1, 1e300} {
		for _, l := range []Law{
			Normal{Sigma: s}, Cauchy{Scale: s}, StudentsT{Sigma: s, Nu: 0.01},
			Discrete{Atoms: []float64{-s, 0, s}, Weights: []float64{0.05, 0.9, 0.05}}, Discrete{Atoms: []float64{0, math.MaxFloat64}, Weights: []float64{0.1, 0.9}},
		} {
			for _, batch := range []int{2, 127, 300, 1 << 30} {
				for _, risk := range []float64{1e-300, 1, 1e300} {
					times := 0
					m := MiniBatch{Law: askedLaw{l, &times}, Batch: batch}
					m.Phi(risk)
					if times > 5000 {
						t.Errorf("%v at %v: φ_B asks for %d values of φ", m, risk, times)
					}
					worst = max(worst, times)
					times = 0
					m.Zeta(risk)
					if times > 10000 {
						t.Errorf("%v at %v: ζ_B asks for %d values of φ", m, risk, times)
					}
					worstZeta = max(worstZeta, times)
				}
			}
		}
	}
	t.Logf("at most %d and %d values", worst, worstZeta)
}

// TestMiniBatchSkips checks that the nodes which the sum leaves out do not count, for laws
// with weight so far out that there are many of them.
func TestMiniBatchSkips(t *testing.T) {
	t.Parallel()
	for _, l := range []Law{
		StudentsT{Sigma: 1, Nu: 1e-6}, StudentsT{Sigma: 1, Nu: 1e-3}, AlphaStable{Alpha: 1e-3, C: 1}, AlphaStable{Alpha: 1e-12, C: 1},
		Discrete{Atoms: []float64{0.5, 1e150}, Weights: []float64{0.1, 0.9}}, Discrete{Atoms: []float64{1e100, 1}, Weights: []float64{0.9, 0.1}},
	} {
		for _, batch := range []float64{2, 10, 127} {
			times := 0
			i := batchIntegral{law: askedLaw{l, &times}, risk: 1, batch: batch}
			i.locate()
			const h = 0.1
			skipped := i.skip(h)
			if batch == 2 && skipped < 500 {
				t.Errorf("%v, B = %v: %d nodes are left out", l, batch, skipped)
			}
			var left, leftWeighted float64
			for k := range skipped {
				u, stretch := i.node(batchStart + float64(k)*h)
				loss, growth := i.lossAt(u * u)
				term := h * u * stretch * math.Exp(-batch*(loss+logOnePlusSquare(u, u*u)/2))
				left += term
				leftWeighted += term * batch * growth
			}
			times = 0
			sum, weighted := i.sumDirectly()
			if all := int((350 - batchStart + 44) / h); batch == 2 && times > all/2 {
				t.Errorf("%v, B = %v: %d values of φ, of about %d", l, batch, times, all)
			}
			if left > 1e-16*sum || leftWeighted > 1e-16*weighted {
				t.Errorf("%v, B = %v: of the sums %v and %v are left out %v and %v", l, batch, sum, weighted, left, leftWeighted)
			}
		}
	}
}

// TestMiniBatchBeyond compares φ_B(R) with φ_B(c²R) of the law times c, where the integral
// asks for φ beyond the largest float64. The loss of these laws is a power of T there.
func TestMiniBatchBeyond(t *testing.T) {
	t.Parallel()
	const c = 0x1p511
	for _, batch := range []int{40, 127, 192, 1000} {
		for k, l := range []Law{Rademacher{Scale: 1}, Normal{Mu: 1, Sigma: 1e-6}} {
			far := []Law{Rademacher{Scale: c}, Normal{Mu: c, Sigma: 1e-6 * c}}[k]
			for _, risk := range []float64{1e-3, 0.01, 0.1} {
				phi, slope := MiniBatch{Law: l, Batch: batch}.Phi(risk)
				p, s := MiniBatch{Law: far, Batch: batch}.Phi(risk * c * c)
				if !near(p, phi, 1e-8) || !near(s*c*c, slope, 1e-8) {
					t.Errorf("%v at %v, B = %d: φ_B, φ_B' = %v, %v, want %v, %v", far, risk*c*c, batch, p, s*c*c, phi, slope)
				}
			}
		}
	}
}
