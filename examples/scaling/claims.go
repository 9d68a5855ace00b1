package main

import (
	"fmt"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// ranges are the local exponents that SGD and signSGD had in earlier measurements at sizes
// from 100 to 1600.
var ranges = map[string][2]float64{"a": {0.50, 0.56}, "e": {0.62, 0.77}}

// claim holds the exponents of the loss [optimizer][draw] to those ranges, and claims that
// SGD and signSGD have the same exponent where β < α, to 0.05. Where
// β > α it only reports which is the steeper. Everything allows for standard errors.
func claim(r *program.Run, p point, slopes [][]float64) {
	sigmas := program.Sigmas(r.Runs)
	if known, ok := ranges[p.name]; ok {
		for o, of := range optimizers {
			mean, stdErr := meanStdErr(slopes[o])
			r.Claim(program.Claim{
				What:      fmt.Sprintf("%v, exponent of the loss of %s", p, of.name),
				Predicted: (known[0] + known[1]) / 2, Measured: mean, Allowed: (known[1]-known[0])/2 + sigmas*stdErr,
			})
		}
	}
	gaps := floats.SubTo(make([]float64, len(slopes[0])), slopes[1], slopes[0])
	gap, stdErr := meanStdErr(gaps)
	if p.beta > p.alpha {
		verdict := "cannot be told from 0"
		switch {
		case gap > sigmas*stdErr:
			verdict = "signSGD is steeper"
		case gap < -sigmas*stdErr:
			verdict = "SGD is steeper"
		}
		r.Printf("%v: the exponent of signSGD exceeds that of SGD by %.3f ± %.3f: %s\n", p, gap, stdErr, verdict)
		return
	}
	ofSGD, _ := meanStdErr(slopes[0])
	r.Claim(program.Claim{
		What:      fmt.Sprintf("%v, exponent of the loss of signSGD, that of SGD", p),
		Predicted: ofSGD, Measured: ofSGD + gap, Allowed: 0.05 + sigmas*stdErr,
	})
}
