package odes

import (
	"context"
	"encoding/json"
	"os"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestReferenceBands compares variances with the reference values, of the optimizers' runs
// and of the paths of their SDEs.
func TestReferenceBands(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			Rule, Noise           string
			Scale, Eta            float64
			K                     [][]float64
			Nu                    []float64 `json:"init_minus_target"`
			Times, Risk, Variance []float64
		}
	}
	b, err := os.ReadFile("testdata/bands.json")
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		t.Fatalf("reference cases: %v", err)
	}
	for n, c := range file.Cases {
		rules := map[string]signsgd.Optimizer{
			"signsgd": signsgd.SignSGD{}, "signhsgd": signsgd.SignSGD{}, "sgd": signsgd.SGD{}, "hsgd": signsgd.SGD{},
			"preconditioned": signsgd.PreconditionedSGD{},
		}
		laws := map[string]noise.Law{"normal": noise.Normal{Sigma: c.Scale}, "rademacher": noise.Rademacher{Scale: c.Scale}}
		rule, law := rules[c.Rule], laws[c.Noise]
		if rule == nil || law == nil {
			t.Fatalf("case %d: unknown rule %q or noise %q", n, c.Rule, c.Noise)
		}
		k := must(spectra.NewDense(referenceCase{K: c.K}.covariance()))
		s := must(New(signsgd.Problem{Covariance: k, Noise: law, Init: c.Nu}, rule, schedule.Constant(c.Eta)))
		curve, err := s.Variance(context.Background(), c.Times, VarianceSettings{SDE: c.Rule == "signhsgd" || c.Rule == "hsgd"})
		if err != nil {
			t.Fatalf("case %d: %v", n, err)
		}
		if curve.Variance[0] != 0 {
			t.Errorf("case %d: the fixed start has variance %v", n, curve.Variance[0])
		}
		e, v := worst(curve.Risk, c.Risk), worst(curve.Variance[1:], c.Variance[1:])
		t.Logf("case %d, %s: error of the risk %.1e, of the variance %.1e", n, c.Rule, e, v)
		if e > 1e-8 || v > 1e-8 {
			t.Errorf("case %d, %s: error of the risk %.1e, of the variance %.1e", n, c.Rule, e, v)
		}
	}
}
