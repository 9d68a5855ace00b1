package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// TestClaims checks also that each of the ten optimizers that have a limit at d = 100, with memories
// that are short against d or long, is compared with its curve.
func TestClaims(t *testing.T) {
	if r := programtest.Claims(t, about, draw); len(r.Claims) != 10 {
		t.Errorf("%d claims", len(r.Claims))
	}
}

// TestPace checks at d = 100 that every optimizer goes at the pace of signSGD to begin
// with, and that those which know the scales of the features end lower than SGD.
func TestPace(t *testing.T) {
	p, err := problem(100, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.InitialRisk(); math.Abs(r-start) > 1e-12 {
		t.Errorf("the risk starts at %v", r)
	}
	families, err := families(p)
	if err != nil {
		t.Fatal(err)
	}
	ends := map[string]float64{}
	for _, f := range families {
		for _, e := range f.entries {
			band, err := signsgd.Ensemble(t.Context(), p, e.optimizer, e.rate, ensemble.Settings{Horizon: 15, Runs: 16, Seed: 1, Times: []float64{3, 15}})
			if err != nil {
				t.Fatal(err)
			}
			mean := band.Risk.Mean()
			if mean[0] < 0.5 || mean[0] > 1.4 { // signSGD is at 0.8
				t.Errorf("%s: the risk at t = 3 is %v", e.name, mean[0])
			}
			ends[e.name] = mean[1]
		}
	}
	for _, name := range []string{"preconditioned SGD", "Adam heuristic", "Adam, β₂ = 0.99"} {
		if ends[name] == 0 || ends[name] > 0.8*ends["SGD"] {
			t.Errorf("%s ends at %v, SGD at %v", name, ends[name], ends["SGD"])
		}
	}
}
