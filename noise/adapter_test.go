package noise

import (
	"errors"
	"math"
	"math/cmplx"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// estimating is a law whose φ comes with an error estimate.
type estimating interface {
	Law
	PhiError(risk float64) (phi, slope, phiErr float64)
}

// TestAdapters holds the adapters to the closed forms, and their error estimates to
// the truth.
func TestAdapters(t *testing.T) {
	t.Parallel()
	normalChi := func(u float64) complex128 { return cmplx.Exp(complex(-0.18*u*u, 0.3*u)) }
	cauchyChi := func(u float64) complex128 { return cmplx.Exp(complex(-0.5*u, 2*u)) }
	for _, c := range []struct {
		law      estimating
		want     Law
		tol      float64 // relative, or absolute for a Characteristic
		absolute bool
	}{
		{Distuv{Dist: distuv.Normal{Mu: 0.3, Sigma: 1}}, Normal{Mu: 0.3, Sigma: 1}, 1e-12, false},
		{Distuv{Dist: distuv.Normal{Mu: 0.3, Sigma: 1e-3}}, Normal{Mu: 0.3, Sigma: 1e-3}, 1e-12, false},
		{Distuv{Dist: distuv.Normal{Mu: 1e-6, Sigma: 1e4}}, Normal{Mu: 1e-6, Sigma: 1e4}, 1e-12, false},
		{Distuv{Dist: distuv.StudentsT{Mu: 0.3, Sigma: 1, Nu: 1.5}}, StudentsT{Mu: 0.3, Sigma: 1, Nu: 1.5}, 1e-11, false},
		{Distuv{Dist: distuv.Laplace{Mu: 0.3, Scale: 1}}, Laplace{Mu: 0.3, Scale: 1}, 1e-12, false},
		{Distuv{Dist: distuv.Uniform{Min: 0.3, Max: 2}}, Uniform{Min: 0.3, Max: 2}, 1e-12, false},
		{Distuv{Dist: distuv.Logistic{Mu: -2, S: 1}}, Logistic{Mu: -2, S: 1}, 1e-12, false},
		{Density{F: distuv.Normal{Mu: 0.3, Sigma: 1}.Prob}, Normal{Mu: 0.3, Sigma: 1}, 1e-12, false},
		{Density{F: distuv.Normal{Mu: 50, Sigma: 1}.Prob, Breaks: []float64{50}}, Normal{Mu: 50, Sigma: 1}, 1e-12, false},
		{Density{F: distuv.Uniform{Min: 1, Max: 2}.Prob, Breaks: []float64{2, 1}}, Uniform{Min: 1, Max: 2}, 1e-12, false},
		{Characteristic{Chi: normalChi}, Normal{Mu: 0.3, Sigma: 0.6}, 1e-12, true},
		{Characteristic{Chi: cauchyChi}, Cauchy{Mu: 2, Scale: 0.5}, 1e-12, true},
	} {
		for _, risk := range logspace(1e-12, 1e12, 25) {
			phi, slope, phiErr := c.law.PhiError(risk)
			p, s := c.want.Phi(risk)
			if p < 1e-290 {
				continue
			}
			scale, slopeTol := p, 1e-10*s
			if c.absolute {
				scale, slopeTol = 1, 1e-10*s+1e-14/risk
			}
			if math.Abs(phi-p) > c.tol*scale || math.Abs(slope-s) > slopeTol {
				t.Errorf("%v as %v: φ, φ'(%v) = %v, %v, want %v, %v", c.want, c.law, risk, phi, slope, p, s)
			}
			// What the values of F and χ themselves round off is beside the estimate.
			if off := math.Abs(phi - p); off > phiErr+5e-14*p+1e-15*scale {
				t.Errorf("%v: φ(%v) is off by %.1e, estimated %.1e", c.law, risk, off, phiErr)
			}
			if !c.absolute && phiErr > 1e-10*p {
				t.Errorf("%v: φ(%v) estimates its error as %.1e of %v", c.law, risk, phiErr, p)
			}
		}
	}
}

// TestRoughDensity checks that an error the quadrature cannot avoid is reported.
func TestRoughDensity(t *testing.T) {
	t.Parallel()
	// A thousand jumps it is not told of.
	comb := func(x float64) float64 {
		if x < 0 || x > 1 || int(x*2000)%2 == 1 {
			return 0
		}
		return 2
	}
	phi, _, phiErr := Density{F: comb, Breaks: []float64{0, 1}}.PhiError(0.1)
	want, _ := Uniform{Min: 0, Max: 1}.Phi(0.1) // to first order in the tooth
	if math.Abs(phi-want) > phiErr+1e-3 || phiErr < 1e-12 {
		t.Errorf("φ = %v ± %v, want %v", phi, phiErr, want)
	}
}

func TestDistuvMoments(t *testing.T) {
	t.Parallel()
	if d := (Distuv{Dist: distuv.Gamma{Alpha: 2, Beta: 4}}); !near(d.SecondMoment(), 0.375, 1e-14) || d.Mean() != 0.5 || d.Variance() != 0.125 {
		t.Errorf("gamma: mean %v, variance %v, second moment %v", d.Mean(), d.Variance(), d.SecondMoment())
	}
	if d := (Distuv{Dist: distuv.StudentsT{Sigma: 1, Nu: 2}}); !math.IsInf(d.SecondMoment(), 1) {
		t.Errorf("Student t: second moment %v", d.SecondMoment())
	}
	if psi := Psi(Distuv{Dist: distuv.Normal{Sigma: 3}}, 0.4); !near(psi, 1, 1e-12) {
		t.Errorf("normal: ψ = %v", psi)
	}
}

// TestMissing checks what a missing field disables, and how it is told.
func TestMissing(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 1))
	chi := func(u float64) complex128 { return complex(math.Exp(-u*u/2), 0) }
	var missing *MissingError
	for _, l := range []Law{Density{F: distuv.UnitNormal.Prob}, Characteristic{Chi: chi}} {
		if err := Validate(l); err != nil {
			t.Errorf("%v: %v", l, err)
		}
		if x := l.Rand(rng); x == x {
			t.Errorf("%v: draws %v from nothing", l, x)
		}
		if err := CheckRand(l); !errors.As(err, &missing) {
			t.Errorf("%v: CheckRand gives %v", l, err)
		}
		if v2, err := FiniteSecondMoment(l); v2 == v2 || !errors.As(err, &missing) {
			t.Errorf("%v: second moment %v, %v", l, v2, err)
		}
	}
	for _, l := range []Law{Density{}, Characteristic{}, Distuv{}} {
		if err := Validate(l); !errors.As(err, &missing) {
			t.Errorf("%T: Validate gives %v", l, err)
		}
	}
	full := Characteristic{Chi: chi, V2: 1, Draw: func(r *rand.Rand) float64 { return r.NormFloat64() }}
	if err := CheckRand(full); err != nil {
		t.Error(err)
	}
	if v2, err := FiniteSecondMoment(full); v2 != 1 || err != nil {
		t.Errorf("second moment %v, %v", v2, err)
	}
	if _, err := FiniteSecondMoment(Cauchy{Scale: 1}); !errors.Is(err, ErrInfiniteVariance) {
		t.Errorf("Cauchy: %v", err)
	}
}
