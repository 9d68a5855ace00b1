package optimizers

import (
	"context"
	"io"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/examples/internal/ensembles"
	"github.com/riskcurves/riskcurves/signsgd"
)

// TestFamilies checks at d = 100 that curves are those of the runs, within 4 standard
// errors and 5/d of the risk, that every optimizer goes at the pace of signSGD to begin
// with, and that those which know the scales of the features end lower than SGD.
func TestFamilies(t *testing.T) {
	const d = 100
	p, err := NewProblem(d, 1)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.InitialRisk(); math.Abs(r-initialRisk) > 1e-12 {
		t.Errorf("the risk starts at %v", r)
	}
	families, err := Families(p, 0.3)
	if err != nil {
		t.Fatal(err)
	}
	settings := signsgd.Settings{Horizon: 15, Runs: 16, Seed: 1, Times: signsgd.LinearTimes(15, 16)}
	ends := map[string]float64{}
	for _, f := range families {
		results, err := ensembles.Run(context.Background(), f.Entries, settings, cli.NewProgress(io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range results {
			mean, se := r.Risk.Mean(), r.Risk.StdErr()
			for j, risk := range r.Curve {
				if gap := math.Abs(mean[j] - risk); gap > 4*se[j]+5*risk/d+1e-12 {
					t.Errorf("%s, t = %v: mean %.4g ± %.2g, curve %.4g", r.Name, settings.Times[j], mean[j], se[j], risk)
				}
			}
			if mean[3] < 0.5 || mean[3] > 1.4 { // signSGD is at 0.8
				t.Errorf("%s: the risk at t = 3 is %v", r.Name, mean[3])
			}
			ends[r.Name] = mean[len(mean)-1]
		}
	}
	for _, name := range []string{"preconditioned SGD", "Adam heuristic", "Adam, β = 0.9, 0.99"} {
		if ends[name] > 0.8*ends["SGD"] {
			t.Errorf("%s ends at %v, SGD at %v", name, ends[name], ends["SGD"])
		}
	}
}
