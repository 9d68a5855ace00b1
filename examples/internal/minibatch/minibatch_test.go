package minibatch

import (
	"context"
	"io"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// TestClaims checks the claims of the figure at d = 200: the curves are those of the runs,
// within 4 standard errors and 5(1 + B/4)/d of the risk for the finite dimension; batches
// of normal noise start alike; and under noise ±1 single samples stall at a risk where
// batches of 4 and more go on.
func TestClaims(t *testing.T) {
	const d = 200
	settings := signsgd.Settings{Horizon: 12, Runs: 12, Seed: 1, Times: signsgd.LinearTimes(12, 25)}
	results := func(law noise.Law) []ensembles.Result {
		entries, err := Entries(d, law, 0.3, 0.5, 1)
		if err != nil {
			t.Fatal(err)
		}
		r, err := ensembles.Run(context.Background(), entries[:3], settings, cli.NewProgress(io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		for i, result := range r {
			mean, se := result.Risk.Mean(), result.Risk.StdErr()
			for j, risk := range result.Curve {
				room := 4*se[j] + 5*(1+float64(Batches[i])/4)/d*risk
				if gap := math.Abs(mean[j] - risk); gap > room+1e-12 {
					t.Errorf("%T, %s, t = %v: mean %.4g ± %.2g, curve %.4g", law, result.Name, settings.Times[j], mean[j], se[j], risk)
				}
			}
		}
		return r
	}
	normal := results(noise.Normal{Sigma: 1})
	if slow, fast := normal[0].Curve[2], normal[2].Curve[2]; math.Abs(slow/fast-1) > 0.15 {
		t.Errorf("at t = 1 normal noise leaves %v for B = 1 and %v for B = 16", slow, fast)
	}
	pair := results(noise.Rademacher{Scale: 1})
	end := len(settings.Times) - 1
	if alone, batch := pair[0].Curve[end], pair[1].Curve[end]; alone < 2*batch {
		t.Errorf("noise ±1 leaves %v for B = 1 and %v for B = 4", alone, batch)
	}
}
