package plan

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// everyOptimizer is a word for each family, and the endings.
var everyOptimizer = []string{
	"signsgd", "sgd", "preconditioned", "adamheuristic", "signum:0.3", "lion:0.3,0.4", "vote:3", "clipped:2", "softclipped:2",
	"momentum:0.5", "momentum:0.98", "nesterov", "nesterov:0.98", "longmomentum:1", "longsigns:1,1,0.5", "dana:8,1,0.3",
	"rmsprop:0.5", "rmsprop", "adam:0.5,0.6,0", "adam", "adam:0.98", "adamw",
	"sgd+average", "signsgd+decay:0.1", "adamw:0.9,0.99+average:2,0.5", "signsgd+decay:1e-3+average:1",
}

// TestProduct computes every quantity of every optimizer under every schedule: each is
// there, or the point says why not. Under a constant rate all are there if the optimizer has
// a limit; without a variance of the noise, what follows the gradient has none.
func TestProduct(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, word := range everyOptimizer {
		known[strings.FieldsFunc(word, func(r rune) bool { return r == ':' || r == '+' })[0]] = true
	}
	for _, f := range families {
		if !known[f.name] {
			t.Errorf("no point has the optimizer %s", f.name)
		}
	}
	for noise, optimizers := range map[string][]string{
		"normal:0.5": everyOptimizer,
		"cauchy:0,1": {"signsgd", "sgd", "vote:3", "clipped:2", "longsigns:1", "momentum:0.5", "adam", "sgd+average"},
	} {
		s, err := Parse("spec.json", []byte(`{"dimension": 24, "eigenvalues": "log:0.5,1", "noise": "`+noise+`",
			"optimizer": ["`+strings.Join(optimizers, `", "`)+`"], "schedule": ["constant", "cosine", "exponential:0.5", "matched"],
			"rate": 0.05, "horizon": 2, "compute": ["curve", "limit", "rate", "best", "ensemble", "band", "sde"], "runs": 2, "records": 3}`))
		if err != nil {
			t.Fatal(err)
		}
		c := NewComputer(s, 1)
		for i := range s.Points {
			out, _, err := c.Compute(t.Context(), i)
			if err != nil {
				t.Fatal(err)
			}
			checkProduct(t, s, s.Point(i), out)
		}
	}
}

// checkProduct checks the outcome of a point of TestProduct.
func checkProduct(t *testing.T, s *Specification, p *Point, out Outcome) {
	t.Helper()
	optimizer := p.Word("optimizer")
	normal := p.Word("noise") == "normal:0.5"
	limited := optimizer != "rmsprop" // whose memory has no limit that Of knows
	if !normal {
		limited = slices.Contains([]string{"signsgd", "vote:3", "clipped:2", "longsigns:1"}, optimizer)
	}
	if p.Word("schedule") == "constant" && (out.Status == "ok") != limited {
		t.Errorf("%s: %s, %s", p.Name(), out.Status, out.Error)
	}
	value := map[string]string{}
	for i, name := range s.Columns() {
		value[name] = out.Values[i]
	}
	for _, q := range s.Compute {
		there := 0
		for _, name := range columns[q] {
			if v := value[name]; v != "" {
				there++
				if x, err := strconv.ParseFloat(v, 64); err != nil || math.IsNaN(x) || x < 0 {
					t.Errorf("%s: %s is %s", p.Name(), name, v)
				}
			}
		}
		if there > 0 && there < len(columns[q]) || there == 0 && (out.Status == "ok" || out.Error == "") {
			t.Errorf("%s: %s has %d of its values, with status %s and error %q", p.Name(), q, there, out.Status, out.Error)
		}
		if name := averageColumns[q]; name != "" {
			if want := strings.Contains(optimizer, "average") && there > 0; (value[name] != "") != want {
				t.Errorf("%s: %s is %q", p.Name(), name, value[name])
			}
		}
	}
}
