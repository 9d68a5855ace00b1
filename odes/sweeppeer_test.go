package odes

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// peerSweepTolerance gives the risks to the digits that the benchmark reports.
const peerSweepTolerance = 5e-7

// benchmarkSweepPeer times the final risks of 400 curves, over 20 learning rates and 20
// scales of the noise, with the modes given. It fails if an error is above 1e-8, which
// is what LSODA is asked for.
func benchmarkSweepPeer(b *testing.B) {
	s := peerSystem(b, 500)
	values := floats.LogSpan(make([]float64, 20), 0.1, 2)
	final := func(tolerance float64) (risks []float64) {
		fresh := *s
		fresh.compressed, fresh.Tolerance = new(compression), tolerance
		for got, err := range rateSigmaGrid(&fresh, values, values, 10).Solve(context.Background()) {
			if err := errors.Join(err, got.Err); err != nil {
				b.Fatal(err)
			}
			risks = append(risks, got.Curve.Risk[0])
		}
		return risks
	}
	want := final(1e-13)
	var risks []float64
	for b.Loop() {
		risks = final(peerSweepTolerance)
	}
	e := worst(risks, want)
	if e > 1e-8 {
		b.Errorf("largest error %.1e, allowed 1e-8", e)
	}
	b.ReportMetric(-math.Log10(e), "digits")
}
