package main

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }

func TestFit(t *testing.T) {
	rank := []float64{2, 3, 5, 7}
	var lambda []float64
	for _, j := range rank {
		lambda = append(lambda, 3*math.Pow(j, -1.5))
	}
	exponent, fitted := fit(rank, lambda)
	if math.Abs(exponent-1.5) > 1e-12 || math.Abs(fitted[3]/lambda[3]-1) > 1e-12 {
		t.Errorf("exponent %v, fitted %v", exponent, fitted)
	}
}

func TestSearch(t *testing.T) {
	k, c, err := search(ensemble.NewRand(3, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := spectra.Conditioning(k); err != nil || again != c || !(c.NumberKbar() > 1.05*c.NumberK()) {
		t.Errorf("condition numbers %v of K, %v of K̄; %v", c.NumberK(), c.NumberKbar(), err)
	}
}
