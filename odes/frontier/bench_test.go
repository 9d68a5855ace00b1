package frontier

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// BenchmarkFrontier draws random features of five sizes up to d, and finds the frontiers of
// SGD and signSGD over 13 rates: all from the random matrices to the exponents.
func BenchmarkFrontier(b *testing.B) {
	for _, largest := range []int{400, 1600} {
		b.Run(fmt.Sprintf("d=%d", largest), func(b *testing.B) {
			compute := floats.LogSpan(make([]float64, 240), 1e3, 100*math.Pow(float64(largest), 2.2))
			for b.Loop() {
				var bySGD, bySign []Model
				for d := largest / 16; d <= largest; d *= 2 {
					p, irreducible, err := signsgd.NewRandomFeatures(b.Context(), spectra.RandomFeatures{Dim: d, Ambient: 10 * d, Alpha: 1, Beta: 0.3}, rand.New(rand.NewPCG(1, uint64(d))))
					if err != nil {
						b.Fatal(err)
					}
					model := func(o signsgd.Optimizer, peak float64) Model {
						s := must(odes.New(p, o, schedule.Constant(0)))
						s.Tolerance = 1e-5
						return Model{System: s, Rates: floats.LogSpan(make([]float64, 13), peak/512, peak), Irreducible: irreducible}
					}
					bySGD, bySign = append(bySGD, model(signsgd.SGD{}, float64(d))), append(bySign, model(signsgd.SignSGD{}, 4))
				}
				for _, models := range [][]Model{bySGD, bySign} {
					must(New(b.Context(), models, compute, Settings{})).Exponents()
				}
			}
		})
	}
}
