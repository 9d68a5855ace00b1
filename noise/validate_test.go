package noise

import (
	"math"
	"strings"
	"testing"
)

func TestValidate(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	for _, l := range zoo {
		if err := Validate(l); err != nil {
			t.Errorf("%v: %v", l, err)
		}
	}
	for _, c := range []struct {
		law   interface{ Validate() error }
		names string // what the error must name
	}{
		{Normal{Sigma: -1}, "Sigma is -1"}, {Normal{Mu: nan, Sigma: 1}, "Mu"}, {Normal{Sigma: inf}, "Sigma"},
		{Rademacher{Scale: -1}, "Scale is -1"}, {Rademacher{Scale: nan}, "Scale"},
		{Uniform{Min: 1, Max: 1}, "Max is 1"}, {Uniform{Min: -inf, Max: 1}, "Min"}, {Uniform{Max: nan}, "Max"},
		{Laplace{}, "Scale is 0"}, {Laplace{Mu: nan, Scale: 1}, "Mu"},
		{Logistic{S: -2}, "S is -2"}, {Logistic{Mu: inf, S: 1}, "Mu"},
		{StudentsT{Sigma: 1}, "Nu is 0"}, {StudentsT{Sigma: 1, Nu: -1}, "Nu"}, {StudentsT{Nu: 3}, "Sigma"}, {StudentsT{Sigma: 1, Nu: inf}, "Nu"},
		{Cauchy{}, "Scale"}, {Cauchy{Mu: nan, Scale: 1}, "Mu"},
		{AlphaStable{Alpha: 0, C: 1}, "Alpha is 0"}, {AlphaStable{Alpha: 2.1, C: 1}, "Alpha"}, {AlphaStable{Alpha: nan, C: 1}, "Alpha"}, {AlphaStable{Alpha: 1, C: 0}, "C is 0"},
		{Mixture{}, "Weights is empty"}, {Mixture{Weights: []float64{1}, Laws: []Law{nil}}, "Laws[0]"},
		{Mixture{Weights: []float64{1}, Laws: []Law{Normal{Sigma: -1}}}, "Sigma"},
		{Mixture{Weights: []float64{0.5, 0.4}, Laws: []Law{None{}, None{}}}, "sum to 0.9"},
		{Mixture{Weights: []float64{1}, Laws: []Law{None{}, None{}}}, "1 weights for 2"},
		{NormalMixture{Weights: []float64{1.5, -0.5}, Mu: []float64{0, 0}, Sigma: []float64{1, 1}}, "Weights[1] is -0.5"},
		{NormalMixture{Weights: []float64{1}, Mu: []float64{0}, Sigma: []float64{nan}}, "Sigma[0]"},
		{NormalMixture{Weights: []float64{1}, Mu: []float64{inf}, Sigma: []float64{1}}, "Mu[0]"},
		{NormalMixture{Weights: []float64{1}, Mu: []float64{0}, Sigma: []float64{1, 2}}, "1 means and 2"},
		{Discrete{}, "empty"}, {Discrete{Atoms: []float64{nan}, Weights: []float64{1}}, "Atoms[0]"},
		{Discrete{Atoms: []float64{1}, Weights: []float64{nan}}, "Weights[0]"},
		{Empirical{}, "empty"}, {Empirical{Sample: []float64{1, nan}}, "Sample[1]"},
		{MiniBatch{Law: None{}}, "Batch is 0"}, {MiniBatch{Batch: 1}, "law is nil"}, {MiniBatch{Law: Normal{Sigma: -1}, Batch: 1}, "Sigma"},
		{Tabulated{Law: None{}}, "Table"},
		{Density{F: math.Exp, Breaks: []float64{nan}}, "Breaks[0]"}, {Density{F: math.Exp, V2: -1}, "V2 is -1"},
		{Characteristic{Chi: func(float64) complex128 { return 1 }, V2: nan}, "V2"},
	} {
		err := c.law.Validate()
		if err == nil || !strings.Contains(err.Error(), c.names) || !strings.Contains(err.Error(), "noise: ") {
			t.Errorf("%T %+v: error %q does not name %q", c.law, c.law, err, c.names)
		}
	}
	if err := Validate(nil); err == nil {
		t.Error("nil law: no error")
	}
}
