package noise

import (
	"fmt"
	"math"
	"testing"
	"time"
)

// extremeLaws returns the laws of location mu and scale s of every kind that has both, with
// shapes near the ends of their ranges.
func extremeLaws(mu, s float64) []Law {
	laws := []Law{
		Normal{Mu: mu, Sigma: s}, Uniform{Min: mu - s, Max: mu + 2*s}, Laplace{Mu: mu, Scale: s}, Logistic{Mu: mu, S: s}, Cauchy{Mu: mu, Scale: s},
		Discrete{Atoms: []float64{mu, s, 0}, Weights: []float64{0.5, 0.5, 0}},
	}
	for _, nu := range []float64{5e-324, 1e-10, 0.3, 3, 1e6, 1e25, math.MaxFloat64} {
		laws = append(laws, StudentsT{Mu: mu, Sigma: s, Nu: nu})
	}
	for _, alpha := range []float64{5e-324, 1e-5, 0.02, 0.4, 0.999, 1, 1.001, 1.9, 1.9999, 2 - 0x1p-52, 2} {
		laws = append(laws, AlphaStable{Alpha: alpha, C: s, Mu: mu})
	}
	valid := laws[:0]
	for _, l := range laws {
		if Validate(l) == nil { // Min = Max, or a width or a deviation that is no float64
			valid = append(valid, l)
		}
	}
	return valid
}

// slopeFault says where φ and φ' of a law disagree between R and 2R: since
// R²φ' = (2/π) E ¼ε² exp(−ε²/(4R)) increases,
//
//	½Rφ'(R) ≤ φ(2R) − φ(R) ≤ 2Rφ'(2R).
//
// φ' may be above the largest float64, and Rφ' loses its digits below 1e-290.
func slopeFault(l Law, risk float64) string {
	if !(risk > 0 && 2*risk <= math.MaxFloat64) {
		return ""
	}
	phi, slope := l.Phi(risk)
	twice, next := l.Phi(2 * risk)
	rise, slack := twice-phi, 1e-12*twice+1e-290
	low, high := risk*slope/2, 2*risk*next
	switch {
	case low > rise+slack && !math.IsInf(slope, 1):
		return fmt.Sprintf("φ rises by %v from %v to twice that, ½Rφ' is %v", rise, risk, low)
	case high < rise-slack && 2*risk*0x1p-1022 < rise:
		return fmt.Sprintf("φ rises by %v from %v to twice that, 2Rφ'(2R) is %v", rise, risk, high)
	}
	return ""
}

// TestExtremes asks for φ over the whole range of float64, with parameters and √R that are up
// to a factor of 1e470 apart. φ is in its range, and φ and φ' agree.
func TestExtremes(t *testing.T) {
	t.Parallel()
	for _, s := range []float64{5e-324, 1e-155, 1, 1e155, math.MaxFloat64} {
		for _, mu := range []float64{0, 5e-324, 1e-155, 1e-3, 1, 1e3, 1e155, math.MaxFloat64} {
			for _, l := range extremeLaws(mu, s) {
				for _, risk := range []float64{5e-324, 1e-310, 1e-100, 1e-12, 1, 1e12, 1e100, 1e307} {
					began := time.Now()
					phi, slope := l.Phi(risk)
					if spent := time.Since(began); spent > 10*time.Second {
						t.Errorf("%v: φ(%v) takes %v", l, risk, spent)
					}
					if !(phi >= 0 && phi <= limitPhi*(1+1e-13)) || !(slope >= 0) {
						t.Errorf("%v: φ, φ'(%v) = %v, %v", l, risk, phi, slope)
					}
					if msg := slopeFault(l, risk); msg != "" {
						t.Errorf("%v: %s", l, msg)
					}
				}
			}
		}
	}
}

// TestExtremeScales compares φ(R) of a law with φ(a²R) of the law of aε, at scales a near the
// ends of the range of float64. All of this is exact for the numbers that enter.
func TestExtremeScales(t *testing.T) {
	t.Parallel()
	for _, mu := range []float64{0, 0.25, 1, 7} {
		for k, l := range extremeLaws(mu, 1) {
			for _, a := range []float64{0x1p-510, 0x1p-300, 0x1p300, 0x1p508} {
				scaled := extremeLaws(mu*a, a)[k]
				for _, risk := range []float64{0x1p-40, 1, 4} {
					phi, slope := l.Phi(risk)
					p, s := scaled.Phi(risk * a * a)
					if !(math.Abs(p-phi) <= 3e-13*phi) {
						t.Errorf("%v: φ(%v) = %v; scaled by %v it is %v", l, risk, phi, a, p)
					}
					if s > 1e-300 && !math.IsInf(s, 1) && !(math.Abs(s*a*a-slope) <= 3e-13*slope) {
						t.Errorf("%v: φ'(%v) = %v; scaled by %v it is %v", l, risk, slope, a, s*a*a)
					}
				}
			}
		}
	}
}

// TestExtremeLimits holds φ to (2/π) f(0) √(4πR) where √R is far below the law, and to
// that of an atom where it is far above.
func TestExtremeLimits(t *testing.T) {
	t.Parallel()
	for _, s := range []float64{1e-100, 1, 1e100} {
		for _, mu := range []float64{0, s / 3, 3 * s, 1e20 * s} {
			for _, l := range extremeLaws(mu, s) {
				f0, smooth := l.(OriginDensity).DensityAtZero(), 1.0 // f is smooth near 0 on this scale, in units of s
				switch law := l.(type) {
				case Discrete:
					continue
				case AlphaStable:
					if law.Alpha < 0.01 {
						continue
					}
					if law.Alpha < 0.3 {
						smooth = 1e-110
					}
				case StudentsT:
					if law.Nu < 1e-300 { // φ is no float64
						continue
					}
				}
				for _, ratio := range []float64{1e-40, 1e-45, 1e-160} {
					risk := s * ratio * s * ratio
					if risk < 1e-300 || ratio > 1e-20*smooth {
						continue
					}
					phi, slope := l.Phi(risk)
					want := limitPhi * 2 * math.SqrtPi * f0 * math.Sqrt(risk)
					if !near(phi, want, 1e-12) || !near(slope, want/2/risk, 1e-12) {
						t.Errorf("%v: φ, φ'(%v) = %v, %v, want %v, %v", l, risk, phi, slope, want, want/2/risk)
					}
				}
			}
		}
	}
	for _, l := range []Law{
		Normal{Sigma: 1}, Uniform{Min: -1, Max: 1}, Laplace{Mu: 1, Scale: 1}, Logistic{Mu: 1, S: 1}, StudentsT{Sigma: 1, Nu: 5}, StudentsT{Mu: 1, Sigma: 1, Nu: 5},
		StudentsT{Sigma: 1, Nu: 1e30}, Laplace{Scale: 1}, Logistic{S: 1},
	} {
		for _, risk := range []float64{1e30, 1e120} { // R² φ' → v²/(2π)
			phi, slope := l.Phi(risk)
			want := l.SecondMoment() / (2 * math.Pi)
			if !near(phi, limitPhi, 1e-15) || !near(slope*risk*risk, want, 1e-12) {
				t.Errorf("%v: φ(%v) = %v, R²φ' = %v, want %v", l, risk, phi, slope*risk*risk, want)
			}
		}
	}
	// Tails of an index below 2: 1 − (π/2)φ = (γ/√R)^α Γ((1+α)/2)/√π, and Rφ' is ½α times that.
	for _, alpha := range []float64{0.02, 0.3, 1, 1.3} {
		for _, mu := range []float64{0, 1e-30} {
			for _, risk := range []float64{1e50, 1e100} {
				a := AlphaStable{Alpha: alpha, C: 1e-20, Mu: mu}
				_, slope := a.Phi(risk)
				deficit := math.Exp(alpha*(math.Log(1e-20)-math.Log(risk)/2)) * math.Gamma((1+alpha)/2) / math.SqrtPi
				want := limitPhi * alpha / 2 * deficit
				// The next term is the square.
				if tol := 1e-12 + 2*deficit; !near(slope*risk, want, tol) {
					t.Errorf("%v: Rφ' at %v is %v, want %v", a, risk, slope*risk, want)
				}
			}
		}
	}
}

// TestStudentsTNearOne checks φ of the t law where νσ²/(4R) is below the least float64, by the
// tail of its density: 1 − (π/2)φ = x^a Γ(1−a)Γ(a+½)/(√π Γ(1+a)), a = ν/2, x = νσ²/(4R).
func TestStudentsTNearOne(t *testing.T) {
	t.Parallel()
	for _, nu := range []float64{1e-12, 1e-3, 0.3, 0.8} {
		for _, mu := range []float64{0, 1e-320} {
			for _, risk := range []float64{1e10, 1e30} {
				phi, slope := StudentsT{Mu: mu, Sigma: 1e-310, Nu: nu}.Phi(risk)
				a := nu / 2
				logX := math.Log(nu/4) - 620*math.Ln10 - math.Log(risk)
				below, _ := math.Lgamma(1 - a)
				above, _ := math.Lgamma(1 + a)
				half, _ := math.Lgamma(0.5 + a)
				e := a*logX + below - above + half - math.Log(math.Pi)/2
				want := -limitPhi * math.Expm1(e)
				tol := 1e-12 + 1e-18/nu // the rounding of half − ½ log π
				if !near(phi, want, tol) || !near(slope*risk, limitPhi*a*math.Exp(e), 1e-11) {
					t.Errorf("ν = %v, μ = %v: φ(%v), Rφ' = %v, %v, want %v, %v", nu, mu, risk, phi, slope*risk, want, limitPhi*a*math.Exp(e))
				}
			}
		}
	}
}

// TestUniformWidth checks that a width must be a float64.
func TestUniformWidth(t *testing.T) {
	t.Parallel()
	err := Uniform{Min: -math.MaxFloat64, Max: math.MaxFloat64}.Validate()
	if err == nil {
		t.Fatal("a width above the largest float64 passes")
	}
	if got := fmt.Sprint(err); got != "noise: Uniform.Max is 1.7976931348623157e+308: must be less than 1.7976931348623157e+308 above Min = -1.7976931348623157e+308" {
		t.Error(got)
	}
}

// TestExtremeMoments checks that moments, densities and ψ are numbers or +Inf.
func TestExtremeMoments(t *testing.T) {
	t.Parallel()
	ends := []float64{5e-324, 1e-200, 1, 1e200, math.MaxFloat64}
	for _, mu := range append([]float64{0}, ends...) {
		for _, s := range ends {
			for _, l := range extremeLaws(mu, s) {
				m := l.(Moments)
				for what, x := range map[string]float64{
					"second moment": l.SecondMoment(), "fourth moment": l.(FourthMoment).FourthMoment(), "variance": m.Variance(),
					"density at 0": l.(OriginDensity).DensityAtZero(), "ψ(0)": Psi(l, 0), "ψ(5e-324)": Psi(l, 5e-324), "ψ(1)": Psi(l, 1), "ψ(∞)": Psi(l, math.Inf(1)),
				} {
					if !(x >= 0) {
						t.Errorf("%v: %s is %v", l, what, x)
					}
				}
			}
		}
	}
}

// TestStudentsTFarCentre checks φ of the t law where μ/σ leaves the range of float64. The
// density is that at 0 as far as √R reaches, so φ(R) = (2/π) f(0) √(4πR).
func TestStudentsTFarCentre(t *testing.T) {
	t.Parallel()
	for _, nu := range []float64{1e-60, 1e-6, 0.01, 0.1} {
		for _, scale := range []float64{1e-205, 1e-190} {
			s := StudentsT{Mu: 1e120, Sigma: scale, Nu: nu}
			for _, risk := range []float64{1e-4, 1, 1e100} {
				phi, slope := s.Phi(risk)
				want := limitPhi * s.DensityAtZero() * math.Sqrt(4*math.Pi) * math.Sqrt(risk)
				if !near(phi, want, 1e-12) || !near(slope, want/2/risk, 1e-12) {
					t.Errorf("%v: φ, φ'(%v) = %v, %v, want %v, %v", s, risk, phi, slope, want, want/2/risk)
				}
			}
		}
	}
}

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
