package signsgd

import (
	"context"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// NewRandomFeatures draws the random features and returns their regression as a Problem,
// started at θ_0 = 0, with the irreducible risk. Given W the problem is exact: the
// covariance is K = WᵀHW, the target is the best linear fit θ*, and the label noise is
// N(0, 2·irreducible). The loss of the regression is the risk of the Problem plus
// irreducible. See spectra.RandomFeatures for the model, and its method Draw for the cost,
// the accuracy and the errors.
func NewRandomFeatures(ctx context.Context, f spectra.RandomFeatures, rng *rand.Rand) (p Problem, irreducible float64, err error) {
	drawn, err := f.Draw(ctx, rng)
	if err != nil {
		return Problem{}, 0, err
	}
	p = Problem{Covariance: drawn.Covariance, Target: drawn.Target}
	if drawn.Irreducible > 0 {
		p.Noise = noise.Normal{Sigma: math.Sqrt(2 * drawn.Irreducible)}
	}
	return p, drawn.Irreducible, p.Validate()
}
