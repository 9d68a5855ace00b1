package noise

import (
	"math"
	"testing"
)

func TestPsi(t *testing.T) {
	t.Parallel()
	for _, risk := range logspace(1e-12, 1e12, 25) {
		if psi := Psi(Normal{Sigma: 0.7}, risk); !near(psi, 1, 2e-15) { // the centred normal law is the yardstick
			t.Errorf("normal: ψ(%v) = %v", risk, psi)
		}
		if psi := Psi(Cauchy{Scale: 1}, risk); !math.IsInf(psi, 1) {
			t.Errorf("Cauchy: ψ(%v) = %v", risk, psi)
		}
	}
	if psi := Psi(None{}, 0); psi != 1 {
		t.Errorf("None: ψ(0) = %v", psi)
	}
	if psi := Psi(Normal{Sigma: 1}, -1); psi == psi {
		t.Errorf("ψ(−1) = %v", psi)
	}
	if psi := Psi(Density{F: func(float64) float64 { return 0 }}, 1); psi == psi {
		t.Errorf("ψ = %v without a second moment", psi)
	}
}

// TestPsiAtZero checks (21): √(2π) v f(0) is where ψ goes.
func TestPsiAtZero(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		limit := PsiAtZero(l)
		if limit == 0 || math.IsInf(limit, 1) || limit > 100 {
			continue
		}
		if psi := Psi(l, 1e-14); !near(psi, limit, 1e-4) {
			t.Errorf("%v: ψ(1e-14) = %v, limit %v", l, psi, limit)
		}
		if Psi(l, 0) != limit {
			t.Errorf("%v: ψ(0) = %v, limit %v", l, Psi(l, 0), limit)
		}
	}
}

func TestPsiBounds(t *testing.T) {
	t.Parallel()
	for _, l := range zoo {
		v2 := l.SecondMoment()
		if math.IsInf(v2, 1) {
			continue
		}
		for _, risk := range logspace(1e-8, 1e8, 65) {
			if psi, floor := Psi(l, risk), PsiFloor(v2, risk); psi < floor*(1-1e-13) {
				t.Errorf("%v: ψ(%v) = %v below Jensen's bound %v", l, risk, psi, floor)
			}
		}
	}
	for _, l := range []Law{Normal{Sigma: 2}, Uniform{Min: -1, Max: 1}, Laplace{Scale: 3}, Logistic{S: 0.1}} {
		for _, risk := range append(logspace(1e-10, 1e10, 81), 0) {
			if psi := Psi(l, risk); psi < PsiLogConcaveMin*(1-1e-13) || psi > PsiLogConcaveMax*(1+1e-13) {
				t.Errorf("%v: ψ(%v) = %v, a symmetric log-concave law", l, risk, psi)
			}
		}
	}
	// The bounds (23) are attained by the uniform and the Laplace law at 0.
	if psi := PsiAtZero(Uniform{Min: -1, Max: 1}); !near(psi, PsiLogConcaveMin, 1e-15) {
		t.Errorf("uniform: ψ(0) = %v", psi)
	}
	if psi := PsiAtZero(Laplace{Scale: 3}); !near(psi, PsiLogConcaveMax, 1e-15) {
		t.Errorf("Laplace: ψ(0) = %v", psi)
	}
	for _, c := range []struct {
		law Law
		gap float64
	}{
		{Rademacher{Scale: 1.5}, 1.5}, {Uniform{Min: 0.5, Max: 2}, 0.5},
		{Discrete{Atoms: []float64{-1, 3}, Weights: []float64{0.5, 0.5}}, 1},
	} {
		for _, risk := range logspace(1e-3, 1e8, 45) {
			if psi, ceiling := Psi(c.law, risk), PsiCeiling(c.gap, c.law.SecondMoment(), risk); psi > ceiling*(1+1e-13) {
				t.Errorf("%v: ψ(%v) = %v above %v", c.law, risk, psi, ceiling)
			}
		}
	}
}
