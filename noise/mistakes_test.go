package noise

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// TestMistakes makes mistakes, and checks what is said of each. Those that depend on data
// are errors. What only a programmer can get wrong panics, with a message of this package
// and not from inside.
func TestMistakes(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	rng := func() *rand.Rand { return rand.New(rand.NewPCG(1, 2)) }
	valid := func(l Law) func() error { return func() error { return Validate(l) } }
	parse := func(word string) func() error { return func() error { _, err := Parse(word); return err } }
	call := func(f func()) func() error { return func() error { f(); return nil } }
	tabulate := func(c Compression, lo, hi, tol float64) func() error {
		return func() error { _, err := Tabulate(context.Background(), c, lo, hi, tol); return err }
	}
	fit := func(f func(sample, weights []float64) error, sample, weights []float64) func() error {
		return func() error { return f(sample, weights) }
	}
	normal := func(s, w []float64) error { _, err := FitNormal(s, w); return err }
	student := func(s, w []float64) error { _, err := FitStudentsT(context.Background(), s, w); return err }
	mixture := func(k int, rng *rand.Rand) func(s, w []float64) error {
		return func(s, w []float64) error {
			_, err := FitNormalMixture(context.Background(), s, w, k, rng, MixtureSettings{})
			return err
		}
	}
	sample := []float64{1, 2, 4, 7, 11, 16, 22, 29}
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"noise: law is nil", valid(nil)},
		{"noise: Normal.Sigma is -1: must be nonnegative and finite", valid(Normal{Sigma: -1})},
		{"noise: Normal.Mu is NaN: must be finite", valid(Normal{Mu: nan, Sigma: 1})},
		{"noise: Rademacher.Scale is -2: must be nonnegative and finite", valid(Rademacher{Scale: -2})},
		{"noise: Uniform.Max is 1: must be above Min = 1", valid(Uniform{Min: 1, Max: 1})},
		{"noise: Uniform.Min is -Inf: must be finite", valid(Uniform{Min: -inf, Max: 1})},
		{"noise: Laplace.Scale is 0: must be positive and finite", valid(Laplace{})},
		{"noise: Logistic.S is 0: must be positive and finite", valid(Logistic{})},
		{"noise: StudentsT.Nu is 0: must be positive and finite", valid(StudentsT{Sigma: 1})},
		{"noise: StudentsT.Sigma is 0: must be positive and finite", valid(StudentsT{Nu: 3})},
		{"noise: Cauchy.Scale is +Inf: must be positive and finite", valid(Cauchy{Scale: inf})},
		{"noise: AlphaStable.Alpha is 2.5: must be in (0, 2]", valid(AlphaStable{Alpha: 2.5, C: 1})},
		{"noise: AlphaStable.C is 0: must be positive and finite", valid(AlphaStable{Alpha: 1})},
		{"noise: Discrete.Weights is empty: at least one is needed", valid(Discrete{})},
		{"noise: Discrete.Weights sum to 0.5: must sum to 1", valid(Discrete{Atoms: []float64{1}, Weights: []float64{0.5}})},
		{"noise: Discrete has 1 weights for 2 parts: the lengths must agree", valid(Discrete{Atoms: []float64{1, 2}, Weights: []float64{1}})},
		{"noise: Discrete.Weights[0] is -1: must be nonnegative", valid(Discrete{Atoms: []float64{1, 2}, Weights: []float64{-1, 2}})},
		{"noise: Discrete.Atoms[1] is NaN: must be finite", valid(Discrete{Atoms: []float64{1, nan}, Weights: []float64{0.5, 0.5}})},
		{"noise: Empirical.Sample is empty: at least one value is needed", valid(Empirical{})},
		{"noise: Empirical.Sample[0] is +Inf: must be finite", valid(Empirical{Sample: []float64{inf}})},
		{"noise: NormalMixture.Weights is empty", valid(NormalMixture{})},
		{"noise: Mixture.Weights is empty", valid(Mixture{})},
		{"noise: Mixture.Laws[0]: noise: law is nil", valid(Mixture{Weights: []float64{1}, Laws: []Law{nil}})},
		{"noise: Mixture.Laws[1]: noise: Normal.Sigma is -1", valid(Mixture{Weights: []float64{0.5, 0.5}, Laws: []Law{None{}, Normal{Sigma: -1}}})},
		{"noise: Density.F is not set: there is no φ without it", valid(Density{})},
		{"noise: Density.V2 is -1: must be positive, or 0 if it is not known", valid(Density{F: distuv.UnitNormal.Prob, V2: -1})},
		{"noise: Density.Breaks[0] is NaN: must be finite", valid(Density{F: distuv.UnitNormal.Prob, Breaks: []float64{nan}})},
		{"noise: Characteristic.Chi is not set", valid(Characteristic{})},
		{"noise: Distuv.Dist is not set", valid(Distuv{})},
		{"noise: Tabulated.Table is nil", valid(Tabulated{Law: None{}})},
		{"noise: law is nil", valid(Tabulated{Table: new(Table)})},
		{"noise: MiniBatch.Batch is 0: must be at least 1", func() error { return MiniBatch{Law: None{}}.Validate() }},
		{"noise: law is nil", func() error { return MiniBatch{Batch: 1}.Validate() }},
		{"noise: Density.Quantile is not set: there is no sampling without it", func() error { return CheckRand(Density{F: distuv.UnitNormal.Prob}) }},
		{"noise: Density.V2 is not set: there is no second moment without it", func() error { _, err := FiniteSecondMoment(Density{F: distuv.UnitNormal.Prob}); return err }},
		{"noise: the second moment E ε² is infinite: Cauchy(", func() error { _, err := FiniteSecondMoment(Cauchy{Scale: 1}); return err }},
		{"noise: law is nil", func() error { _, err := FiniteSecondMoment(nil); return err }},
		{"noise: law is nil", func() error { return CheckRand(nil) }},
		{"noise: law is nil", func() error { return Check(context.Background(), nil, rng()) }},
		{"noise: Psi: the law is nil", call(func() { Psi(nil, 1) })},
		{"noise: PsiAtZero: the law is nil", call(func() { PsiAtZero(nil) })},
		{"noise: MiniBatch.Phi: the law is nil", call(func() { MiniBatch{Batch: 2}.Phi(1) })},
		{"noise: Tabulate: compression is nil", tabulate(nil, 1, 2, 1e-9)},
		{"noise: Tabulate: lo is 0: must be at least 2^-400", tabulate(None{}, 0, 2, 1e-9)},
		{"noise: Tabulate: hi is 1: must be above lo = 2", tabulate(None{}, 2, 1, 1e-9)},
		{"noise: Tabulate: hi is +Inf: must be above lo = 2 and at most 2^400", tabulate(None{}, 2, inf, 1e-9)},
		{"noise: Tabulate: tol is 1e-20: must be in [1e-13, 1)", tabulate(None{}, 1, 2, 1e-20)},
		{"noise: Tabulate: tol is NaN", tabulate(None{}, 1, 2, nan)},
		{"noise: Normal.Sigma is -1", tabulate(Normal{Sigma: -1}, 1, 2, 1e-9)},
		{"compression is nil", func() error { _, err := TabulateLazily(nil, 1e-9); return err }},
		{"tol is 2: must be in [1e-13, 1)", func() error { _, err := TabulateLazily(None{}, 2); return err }},
		{`noise: Parse: "gauss:1": must be none, normal:SIGMA`, parse("gauss:1")},
		{`noise: Parse: "": must be none`, parse("")},
		{`noise: Parse: "normal": must be none`, parse("normal")},
		{`noise: Parse: "normal:x": "x" is not a number`, parse("normal:x")},
		{`noise: Parse: "normal:1,": "" is not a number`, parse("normal:1,")},
		{`noise: Parse: "student:3,-1": noise: StudentsT.Sigma is -1`, parse("student:3,-1")},
		{`noise: Parse: "normal:nan": noise: Normal.Sigma is NaN`, parse("normal:nan")},
		{`noise: Parse: "uniform:2,1": noise: Uniform.Max is 1: must be above Min = 2`, parse("uniform:2,1")},
		{"noise: the sample is empty: at least two different values are needed", fit(normal, nil, nil)},
		{"noise: the variance of the sample is 0: must be positive and finite", fit(normal, []float64{3}, nil)},
		{"noise: fit.sample[1] is NaN: must be finite", fit(student, []float64{1, nan}, nil)},
		{"noise: fit.weights[0] is -1: must be nonnegative", fit(student, []float64{1, 2}, []float64{-1, 1})},
		{"noise: lengths of sample and weights differ", fit(normal, sample, []float64{1})},
		{"noise: fit of NormalMixture: k is 0: must be between 1 and", fit(mixture(0, rng()), sample, nil)},
		{"noise: fit of NormalMixture: rng is nil", fit(mixture(2, nil), sample, nil)},
	} {
		mistake(t, "noise: ", c.says, c.do)
	}
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	if err := do(); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}
