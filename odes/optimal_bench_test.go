package odes

import (
	"fmt"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// BenchmarkOptimal finds optimal schedules on power laws.
func BenchmarkOptimal(b *testing.B) {
	for _, d := range []int{60, 2000} {
		p := diagonalProblem(b, noise.Normal{Sigma: 0.1}, powerSpectrum(d, 2)...)
		for i := range p.Init {
			p.Init[i] = 3
		}
		for name, limit := range map[string]homogenized.Limit{"SGD": must(homogenized.SGD(p)), "signSGD": must(homogenized.SignSGD(p))} {
			s := system(b, p, limit, schedule.Constant(1))
			b.Run(name+"/"+fmt.Sprint(d), func(b *testing.B) {
				for b.Loop() {
					if _, _, err := s.Optimal(b.Context(), 1000); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
	}
}
