package homogenized_test

import (
	"context"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// BenchmarkMemory times, for each rule under noise that needs tables: the first curve, which
// builds them, and a curve of a system whose tables are there, at d = 500 with a dense K.
func BenchmarkMemory(b *testing.B) {
	p := memoryProblem(b, true, 500, noise.Cauchy{Scale: 0.2})
	for _, c := range []struct {
		name string
		o    signsgd.Optimizer
		eta  float64
	}{
		{"signSGD", signsgd.SignSGD{}, 0.5}, {"Signum", signsgd.Signum{Beta: 0.9}, 0.15},
		{"Lion", signsgd.Lion{Beta1: 0.9, Beta2: 0.97}, 0.15}, {"Adam", signsgd.Adam{Beta1: 0.5, Beta2: 0.9}, 0.5},
	} {
		system, err := odes.New(p, c.o, schedule.Constant(c.eta))
		if err != nil {
			b.Fatal(err)
		}
		times := span(0, 6, 100)
		b.Run(c.name+"/tables", func(b *testing.B) {
			for b.Loop() {
				fresh, err := system.WithLimit(must(homogenized.Of(p, c.o)))
				if err != nil {
					b.Fatal(err)
				}
				if _, err := fresh.Solve(context.Background(), times); err != nil {
					b.Fatal(err)
				}
			}
		})
		if _, err := system.Solve(context.Background(), times); err != nil {
			b.Fatal(err)
		}
		b.Run(c.name+"/curve", func(b *testing.B) {
			for b.Loop() {
				if _, err := system.Solve(context.Background(), times); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
