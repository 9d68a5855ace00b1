package odes

import (
	"context"
	"encoding/json"
	"math"
	"os"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// coupledCase is a small problem whose coupled limits are known to about twelve digits.
type coupledCase struct {
	K      [][]float64
	Nu     []float64 `json:"init_minus_target"`
	Target []float64
	Noise  string
	Sigma  float64
	Times  []float64
	Limit  string
	Params map[string]float64
	Curves map[string][]float64
}

func coupledCases(t testing.TB) []coupledCase {
	t.Helper()
	var file struct{ Cases []coupledCase }
	b, err := os.ReadFile("testdata/coupled.json")
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil || len(file.Cases) == 0 {
		t.Fatalf("reference cases: %v", err)
	}
	return file.Cases
}

// system returns the system of the case.
func (c coupledCase) system(t testing.TB) *System {
	t.Helper()
	if c.Noise != "normal" {
		t.Fatalf("unknown noise %q", c.Noise)
	}
	k := mat.NewSymDense(len(c.K), nil)
	for i, row := range c.K {
		for j := i; j < len(row); j++ {
			k.SetSym(i, j, row[j])
		}
	}
	init := make([]float64, len(c.Nu))
	for i, v := range c.Nu {
		init[i] = v + c.Target[i]
	}
	p := signsgd.Problem{Covariance: must(spectra.NewDense(k)), Noise: noise.Normal{Sigma: c.Sigma}, Init: init, Target: c.Target}
	base := func(name string) homogenized.Limit {
		if strings.HasSuffix(name, "/sgd") {
			return must(homogenized.SGD(p))
		}
		return must(homogenized.SignSGD(p))
	}
	v := c.Params
	eta := schedule.Constant(v["eta"])
	var l homogenized.Limit
	switch {
	case strings.HasPrefix(c.Limit, "average/"):
		l = must(homogenized.AverageOf(base(c.Limit), homogenized.Averaging{Rate: homogenized.Fixed(v["omega"])}))
	case strings.HasPrefix(c.Limit, "decay/"):
		l = must(homogenized.DecayOf(base(c.Limit), homogenized.Fixed(v["decay"])))
	case strings.HasPrefix(c.Limit, "momentum/"):
		l = must(homogenized.MomentumOf(base(c.Limit), homogenized.LongMomentum{Delta: homogenized.Fixed(v["delta"]),
			Gamma1: homogenized.Fixed(v["g1"]), Gamma2: homogenized.Fixed(v["g2"]), Gamma3: homogenized.Fixed(v["g3"])}))
	case c.Limit == "adam/slow":
		l = must(homogenized.SlowAdam(p, v["gamma2"], homogenized.Corrected))
		if w := v["decay"]; w > 0 {
			l = must(homogenized.DecayOf(l, homogenized.Fixed(w)))
		}
	case c.Limit == "adam/long/warm":
		l = must(homogenized.LongAdam(p, v["gamma1"], v["gamma2"], homogenized.Warm))
	default:
		t.Fatalf("unknown limit %q", c.Limit)
	}
	return must(NewFromLimit(p, l, eta))
}

// curve returns the curve of the given name in the reference file.
func (c coupledCase) curve(t testing.TB, from *Curve, name string) []float64 {
	switch name {
	case "risk":
		return from.Risk
	case "average":
		return from.Overlap("average", "average")
	case "v":
		return from.Scalar("v")
	}
	t.Fatalf("unknown curve %q", name)
	return nil
}

// TestReferenceCoupled compares the coupled limits with the reference values at the
// default tolerance, and shows that the error follows the tolerance asked for.
func TestReferenceCoupled(t *testing.T) {
	t.Parallel()
	for n, c := range coupledCases(t) {
		s := c.system(t)
		for _, tol := range []float64{1e-4, 1e-6, 1e-8, 1e-10, 0} {
			s.Tolerance = tol
			curve, err := s.Solve(context.Background(), c.Times)
			if err != nil {
				t.Errorf("case %d, %s: %v", n, c.Limit, err)
				break
			}
			allowed := tol
			if tol == 0 {
				allowed = 1e-9
			}
			for name, want := range c.Curves {
				e := 0.0
				for i, got := range c.curve(t, curve, name) {
					if want[i] != 0 {
						e = max(e, math.Abs(got/want[i]-1))
					} else if got != 0 {
						t.Errorf("case %d, %s, %s: %v at t = %v, want 0", n, c.Limit, name, got, c.Times[i])
					}
				}
				t.Logf("case %2d, %-16s %-7s tolerance %.0e, error %.1e, %+v", n, c.Limit, name, tol, e, curve.Stats)
				if !(e <= allowed) {
					t.Errorf("case %d, %s, %s: error %.1e at tolerance %.0e", n, c.Limit, name, e, tol)
				}
			}
		}
	}
}

// TestCoupledTolerance shows that the error follows the tolerance where the modes are many,
// so that they are condensed: for every method, and every overlap that it has.
func TestCoupledTolerance(t *testing.T) {
	t.Parallel()
	const d = 400
	p := coupledProblem(t, d, false, noise.StudentsT{Nu: 5, Sigma: 0.4})
	times := floats.Span(make([]float64, 41), 0, 8)
	for _, m := range coupledMethods(d) {
		s := must(New(p, m.optimizer, schedule.Constant(m.eta)))
		s.Tolerance = 1e-12
		want := must(s.Solve(context.Background(), times))
		for _, tol := range []float64{1e-4, 1e-6, 1e-8, 1e-10} {
			s.Tolerance = tol
			got := must(s.Solve(context.Background(), times))
			e := worst(got.Risk, want.Risk)
			for _, v := range s.Limit.Coupling.Vectors {
				if v.Start == homogenized.Displacement { // ν and averages, which are not 0 at the start
					e = max(e, worst(got.Overlap(v.Name, v.Name), want.Overlap(v.Name, v.Name)))
				}
			}
			t.Logf("%-42s tolerance %.0e, error %.1e, %+v", m.name, tol, e, got.Stats)
			if !(e <= tol) {
				t.Errorf("%s: error %.1e at tolerance %.0e", m.name, e, tol)
			}
		}
	}
}
