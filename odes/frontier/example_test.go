package frontier_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/odes/frontier"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Example measures how the loss of SGD on power-law random features falls with compute, on
// the deterministic equivalents of models of 1,000 to 64,000 features. The loss of
// infinite sizes falls like f^{−0.533}, and the best size grows like f^{1/3}.
func Example() {
	ctx := context.Background()
	var models []frontier.Model
	for d := 1000; d <= 64000; d *= 4 {
		model, err := equivalent(ctx, d)
		if err != nil {
			log.Fatal(err)
		}
		models = append(models, model)
	}
	compute := floats.LogSpan(make([]float64, 120), 1e6, 1e13)
	f, err := frontier.New(ctx, models, compute, frontier.Settings{})
	if err != nil {
		log.Fatal(err)
	}
	for _, e := range f.Exponents() {
		fmt.Printf("f from %.0e to %.0e: loss exponent %.2f, size exponent %.2f\n", e.From, e.To, e.Loss, e.Size)
	}
	// Output:
	// f from 3e+08 to 2e+10: loss exponent 0.53, size exponent 0.34
	// f from 2e+10 to 9e+11: loss exponent 0.53, size exponent 0.34
}

// equivalent returns the model of SGD on d features of 10d inputs.
func equivalent(ctx context.Context, d int) (frontier.Model, error) {
	e, err := spectra.NewEquivalent(spectra.RandomFeatures{Dim: d, Ambient: 10 * d, Alpha: 1, Beta: 0.3})
	if err != nil {
		return frontier.Model{}, err
	}
	modes, err := e.Modes(ctx)
	if err != nil {
		return frontier.Model{}, err
	}
	// The limit of SGD depends on the problem through its noise alone.
	k, err := spectra.NewIsotropic(1, 1)
	if err != nil {
		return frontier.Model{}, err
	}
	limit, err := homogenized.SGD(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: math.Sqrt(2 * e.Irreducible())}})
	if err != nil {
		return frontier.Model{}, err
	}
	system, err := odes.NewFromModes(modes, limit, schedule.Constant(0))
	if err != nil {
		return frontier.Model{}, err
	}
	system.Tolerance = 1e-5
	peak := float64(d) // SGD is unstable from about 1.2 d on
	rates := floats.LogSpan(make([]float64, 13), peak/512, peak)
	return frontier.Model{System: system, Rates: rates, Irreducible: e.Irreducible()}, nil
}
