package main

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// ranges are the local exponents of the loss that sizes from 100 to 1600 are known to give
// for SGD and signSGD.
var ranges = map[string][2]float64{"a": {0.50, 0.56}, "e": {0.62, 0.77}}

// claim holds the exponents of the loss of SGD and signSGD to those ranges, allowing for
// standard errors, and says of every point which of the two is the steeper, which is known
// for none. With -quick signSGD exceeds SGD by 0.040 ± 0.008 at (1, 2), where β > α: 5.2
// standard errors of 8 draws, of which it takes 8.5 for a probability of 6e-5. Elsewhere the
// two cannot be told apart.
func claim(r *program.Run, p point, slopes [][][]float64) {
	if between, ok := ranges[p.name]; ok {
		for o, of := range optimizers[:2] {
			mean, stdErr := meanStdErr(slopes[o], 0)
			sigmas := program.Sigmas(len(known(slopes[o], 0)))
			r.Claim(program.Claim{
				What:      fmt.Sprintf("%v, exponent of the loss of %s", p, of.name),
				Predicted: (between[0] + between[1]) / 2, Measured: mean, Allowed: (between[1]-between[0])/2 + sigmas*stdErr,
			})
		}
	}
	gaps := differences(slopes[1], slopes[0])
	gap, stdErr := meanStdErr(gaps, 0)
	sigmas := program.Sigmas(len(known(gaps, 0)))
	verdict := "cannot be told from 0"
	switch {
	case gap > sigmas*stdErr:
		verdict = "signSGD is steeper"
	case gap < -sigmas*stdErr:
		verdict = "SGD is steeper"
	}
	r.Printf("%v: the exponent of signSGD exceeds that of SGD by %.3f ± %.3f, %.1f standard errors (%.1f settle it): %s\n", p, gap, stdErr, math.Abs(gap)/stdErr, sigmas, verdict)
}
