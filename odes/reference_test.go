package odes

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"testing"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// referenceCase is a small problem whose curves are known to about twelve digits,
// ten in the ill-conditioned one.
type referenceCase struct {
	Noise        string
	Params       map[string]float64
	K            [][]float64
	Nu           []float64 `json:"init_minus_target"`
	Eta          float64
	Times        []float64
	SignRisk     []float64 `json:"sign_risk"`
	SignLimit    float64   `json:"sign_limit_risk"`
	SGDRisk      []float64 `json:"sgd_risk"`
	SGDLimit     float64   `json:"sgd_limit_risk"`
	SecondMoment float64   `json:"noise_second_moment"`
}

func referenceCases(t *testing.T) []referenceCase {
	t.Helper()
	var file struct{ Cases []referenceCase }
	b, err := os.ReadFile("testdata/ode.json")
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		t.Fatalf("reference cases: %v", err)
	}
	return file.Cases
}

func (c referenceCase) covariance() *mat.SymDense {
	k := mat.NewSymDense(len(c.K), nil)
	for i, row := range c.K {
		for j := i; j < len(row); j++ {
			k.SetSym(i, j, row[j])
		}
	}
	return k
}

func (c referenceCase) law(t *testing.T) noise.Law {
	t.Helper()
	switch c.Noise {
	case "normal":
		return noise.Normal{Mu: c.Params["mu"], Sigma: c.Params["sigma"]}
	case "rademacher":
		return noise.Rademacher{Scale: c.Params["scale"]}
	case "uniform":
		return noise.Uniform{Min: c.Params["min"], Max: c.Params["max"]}
	}
	t.Fatalf("unknown noise %q", c.Noise)
	return nil
}

// worst returns the largest relative difference.
func worst(got, want []float64) float64 {
	e := 0.0
	for i, w := range want {
		e = max(e, math.Abs(got[i]/w-1))
	}
	return e
}

// TestReference compares curves and limit risks with the reference values, by both
// ways to a system, and shows that the error follows the tolerance asked for.
func TestReference(t *testing.T) {
	t.Parallel()
	for n, c := range referenceCases(t) {
		k, err := spectra.NewDense(c.covariance())
		if err != nil {
			t.Fatal(err)
		}
		p := signsgd.Problem{Covariance: k, Noise: c.law(t), Init: c.Nu}
		eta := schedule.Constant(c.Eta)
		kbar, err := spectra.Kbar(k)
		if err != nil {
			t.Fatal(err)
		}
		sign, err := SignODE(kbar, k, p.Law().Phi, c.Nu, eta)
		if err != nil {
			t.Fatal(err)
		}
		vanilla, err := VanillaODE(k, c.SecondMoment, c.Nu, eta)
		if err != nil {
			t.Fatal(err)
		}
		for _, which := range []struct {
			name   string
			direct *System
			limit  homogenized.Limit
			risk   []float64
			rest   float64
		}{
			{"signODE", sign, must(homogenized.SignSGD(p)), c.SignRisk, c.SignLimit},
			{"vanillaODE", vanilla, must(homogenized.SGD(p)), c.SGDRisk, c.SGDLimit},
		} {
			s, err := NewFromLimit(p, which.limit, eta)
			if err != nil {
				t.Fatal(err)
			}
			for _, tol := range []float64{1e-4, 1e-6, 1e-8, 1e-10} {
				s.Tolerance = tol
				curve, err := s.Solve(context.Background(), c.Times)
				if err != nil {
					t.Fatal(err)
				}
				e := worst(curve.Risk, which.risk)
				t.Logf("case %d, %s: tolerance %.0e, error %.1e, %+v", n, which.name, tol, e, curve.Stats)
				if e > tol {
					t.Errorf("case %d, %s: error %.1e at tolerance %.0e", n, which.name, e, tol)
				}
			}
			curve, err := which.direct.Solve(context.Background(), c.Times)
			if err != nil {
				t.Fatal(err)
			}
			if e := worst(curve.Risk, which.risk); e > 1e-9 {
				t.Errorf("case %d, %s from matrices: error %.1e", n, which.name, e)
			}
			rest, err := s.LimitRisk(t.Context())
			if err != nil || math.Abs(rest/which.rest-1) > 1e-9 {
				t.Errorf("case %d, %s: limit risk %v, %v, want %v", n, which.name, rest, err, which.rest)
			}
		}
	}
}
