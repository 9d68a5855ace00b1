package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

// isotropic returns the system of the heuristic on K = I with R(0) = 2, noise of
// variance 0.04 and η = 1.5.
func isotropic(t *testing.T) *odes.System {
	t.Helper()
	k, err := spectra.NewDiagonal([]float64{1, 1, 1, 1})
	if err != nil {
		t.Fatal(err)
	}
	p := signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.2}, Init: []float64{1, 1, 1, 1}}
	s, err := odes.New(p, signsgd.AdamHeuristic{}, schedule.Constant(1.5))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestSlowMemory compares with the value 0.146 at t = 3 for γ = 0.4, to its three
// digits, to which another integrator agrees with runs of Adam at d = 400 (0.148 ± 0.003),
// and checks the order of the method.
func TestSlowMemory(t *testing.T) {
	s := isotropic(t)
	at := func(steps int) float64 {
		risk, err := slowMemory(s, 1.5, 0.4, 0.04, []float64{0, 3}, steps)
		if err != nil {
			t.Fatal(err)
		}
		return risk[1]
	}
	exact := at(4000)
	if math.Abs(exact-0.146) > 5e-4 {
		t.Errorf("R(3) = %.5f, want 0.146", exact)
	}
	coarse, fine := math.Abs(at(15)-exact), math.Abs(at(30)-exact)
	if ratio := coarse / fine; ratio < 12 || ratio > 20 {
		t.Errorf("halving the step divides the error %.2g by %.3g, want about 16", coarse, ratio)
	}
}

// TestShortMemory checks that short memory is the heuristic: they differ by O(1/γ).
func TestShortMemory(t *testing.T) {
	s := isotropic(t)
	times := []float64{0, 0.5, 1, 3}
	curve, err := s.Solve(t.Context(), times)
	if err != nil {
		t.Fatal(err)
	}
	gap := func(gamma float64) float64 {
		risk, err := slowMemory(s, 1.5, gamma, 0.04, times, 20000)
		if err != nil {
			t.Fatal(err)
		}
		largest := 0.0
		for i, r := range curve.Risk {
			largest = max(largest, math.Abs(risk[i]/r-1))
		}
		return largest
	}
	long, short := gap(1000), gap(4000)
	if ratio := long / short; ratio < 3.5 || ratio > 4.5 || short > 0.01 {
		t.Errorf("gaps %.3g and %.3g for γ = 1000 and 4000", long, short)
	}
	if _, err := slowMemory(s, 1.5, 0, 0.04, times, 10); err == nil {
		t.Error("γ = 0: no error")
	}
}
