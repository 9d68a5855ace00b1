package noise

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"testing"
)

// referenceRow is a row of testdata/phi.json, values to about 16 digits.
type referenceRow struct {
	Noise     string
	Params    json.RawMessage
	Risk, Phi float64
	Batch     int
	CTimesPhi float64 `json:"c_times_phi"`
	C         float64
}

func reference(t *testing.T) (ref struct{ Phi, MiniBatch []referenceRow }) {
	t.Helper()
	b, err := os.ReadFile("testdata/phi.json")
	if err == nil {
		err = json.Unmarshal(b, &ref)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func (r referenceRow) law(t *testing.T) Law {
	t.Helper()
	var p struct {
		Mu, Sigma, Location, Scale, S, Nu, Alpha, Min, Max json.RawMessage
		X, W, Weights                                      []float64
	}
	if err := json.Unmarshal(r.Params, &p); err != nil {
		t.Fatal(err)
	}
	number := func(raw json.RawMessage) (x float64) {
		if err := json.Unmarshal(raw, &x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	numbers := func(raw json.RawMessage) (x []float64) {
		if err := json.Unmarshal(raw, &x); err != nil {
			t.Fatal(err)
		}
		return x
	}
	switch r.Noise {
	case "normal":
		return Normal{Mu: number(p.Mu), Sigma: number(p.Sigma)}
	case "uniform":
		return Uniform{Min: number(p.Min), Max: number(p.Max)}
	case "laplace":
		return Laplace{Mu: number(p.Mu), Scale: number(p.Scale)}
	case "logistic":
		return Logistic{Mu: number(p.Mu), S: number(p.S)}
	case "cauchy":
		return Cauchy{Mu: number(p.Location), Scale: number(p.Scale)}
	case "students_t":
		return StudentsT{Mu: number(p.Mu), Sigma: number(p.Sigma), Nu: number(p.Nu)}
	case "stable":
		return AlphaStable{Alpha: number(p.Alpha), C: number(p.Scale), Mu: number(p.Mu)}
	case "rademacher":
		return Rademacher{Scale: number(p.Scale)}
	case "discrete":
		return Discrete{Atoms: p.X, Weights: p.W}
	case "normal_mixture":
		return NormalMixture{Weights: p.Weights, Mu: numbers(p.Mu), Sigma: numbers(p.Sigma)}
	}
	t.Fatalf("unknown law %q", r.Noise)
	return nil
}

// closed are the laws with closed forms, of which more is asked.
var closed = []string{"normal", "uniform", "laplace", "cauchy", "rademacher", "discrete", "normal_mixture"}

// TestReference holds every law to the reference values and reports its worst
// error. The allowance beyond the law's own is |log φ| 1e-16: half a rounding
// error of the exponent.
func TestReference(t *testing.T) {
	t.Parallel()
	worst, median := map[string]float64{}, map[string][]float64{}
	for _, r := range reference(t).Phi {
		phi, _ := r.law(t).Phi(r.Risk)
		if r.Phi < 1e-307 { // no full precision left
			if phi > 2*r.Phi+1e-307 {
				t.Errorf("%s %s: φ(%v) = %v, want %v", r.Noise, r.Params, r.Risk, phi, r.Phi)
			}
			continue
		}
		err := math.Abs(phi/r.Phi - 1)
		excess := max(0, err-1e-16*math.Abs(math.Log(r.Phi)))
		allowed := 1e-13
		if r.Noise == "stable" {
			allowed = 1e-12
		}
		if excess > allowed {
			t.Errorf("%s %s: φ(%v) = %v, want %v: relative error %.1e", r.Noise, r.Params, r.Risk, phi, r.Phi, err)
		}
		worst[r.Noise] = max(worst[r.Noise], excess)
		median[r.Noise] = append(median[r.Noise], excess)
	}
	table := fmt.Sprintf("%-15s %9s %9s  (relative error beyond |log φ| 1e-16)\n", "law", "worst", "median")
	for name, all := range median {
		slices.Sort(all)
		m := all[len(all)/2]
		table += fmt.Sprintf("%-15s %9.1e %9.1e\n", name, worst[name], m)
		if slices.Contains(closed, name) && (m > 1e-15 || worst[name] > 4e-15) {
			t.Errorf("%s: worst error %.1e, median %.1e: a closed form should do better", name, worst[name], m)
		}
	}
	t.Log("\n" + table)
}

// TestReferenceMiniBatch holds c_B φ_B to the reference values.
func TestReferenceMiniBatch(t *testing.T) {
	t.Parallel()
	worst := 0.0
	for _, r := range reference(t).MiniBatch {
		phi, _ := MiniBatch{Law: r.law(t), Batch: r.Batch}.Phi(r.Risk)
		c := BatchFactor(r.Batch)
		if e := math.Abs(c/r.C - 1); e > 2e-15 {
			t.Errorf("c_%d = %v, want %v", r.Batch, c, r.C)
		}
		err := math.Abs(c*phi/r.CTimesPhi - 1)
		worst = max(worst, err)
		if err > 1e-13 {
			t.Errorf("%s %s: φ_%d(%v): relative error %.1e", r.Noise, r.Params, r.Batch, r.Risk, err)
		}
	}
	t.Logf("worst relative error %.1e", worst)
}
