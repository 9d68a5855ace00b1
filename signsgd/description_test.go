package signsgd

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// experiment is all that says what an ensemble is.
type experiment struct {
	p   Problem
	o   Optimizer
	eta schedule.Schedule
	s   ensemble.Settings
}

// mine is an optimizer with a parameter that is not a plain value.
type mine struct {
	SignSGD
	parameter *float64
}

// described is one that says what it is.
type described struct{ mine }

func (d described) Describe() string { return "mine" }

// TestDescription checks that whatever changes an ensemble is refused by Merge and by
// Resume, that the part at fault is named, and that nothing else is refused.
func TestDescription(t *testing.T) {
	t.Parallel()
	base := func() experiment {
		return experiment{
			Problem{Covariance: rotated(t, 8), Noise: noise.Normal{Sigma: 1}, Init: ones(8), Target: make([]float64, 8)},
			Signum{0.99}, schedule.StepDecay{Start: 0.1, Factor: 0.5, Times: []float64{0.3}},
			ensemble.Settings{Horizon: 1, Runs: 1, Seed: 1, Times: []float64{0, 0.5, 1}, Observers: []ensemble.Observer{{Name: "a", Of: sum}}},
		}
	}
	adam := func(epsilon float64) func(e *experiment) {
		return func(e *experiment) { e.o = Adam{0.9, 0.999, epsilon} }
	}
	optimizer := func(o Optimizer) func(e *experiment) { return func(e *experiment) { e.o = o } }
	rate := func(eta schedule.Schedule) func(e *experiment) { return func(e *experiment) { e.eta = eta } }
	samples := func(s Source) func(e *experiment) { return func(e *experiment) { e.p.Samples = s } }
	observers := func(o ...ensemble.Observer) func(e *experiment) {
		return func(e *experiment) { e.s.Observers = o }
	}
	greedy := func(name string, preconditioned bool) schedule.Greedy {
		one := func(float64) float64 { return 1e-3 }
		return schedule.Greedy{Name: name, Preconditioned: preconditioned, Drift: one, Noise: one}
	}
	law := func(l noise.Law) func(e *experiment) { return func(e *experiment) { e.p.Noise = l } }
	density := func(name string) noise.Density {
		return noise.Density{Name: name, F: func(x float64) float64 { return math.Exp(-math.Abs(x)) / 2 }, V2: 2,
			Quantile: func(p float64) float64 { return p - 0.5 }}
	}
	difference := func(x float64) ensemble.Observer {
		return ensemble.Observer{Name: "a", Of: func([]float64) float64 { return x }}
	}
	one := 1.0
	far := count(100, 8)
	far.Values[799]++
	for name, c := range map[string]struct {
		first, second func(e *experiment)
		part          string // "" if they are the same
	}{
		"a rate's rounding":      {rate(schedule.Constant(1. / 3)), rate(schedule.Constant(math.Nextafter(1./3, 1))), ""},
		"an observer's rounding": {observers(difference(0)), observers(difference(1e-17)), ""},
		"tabulated":              {law(tabulated(t, noise.Normal{Sigma: 1})), law(tabulated(t, noise.Normal{Sigma: 1})), ""},
		"another tabulated law":  {law(tabulated(t, noise.Normal{Sigma: 1})), law(tabulated(t, noise.Normal{Sigma: 2})), "noise"},
		"a named density":        {law(density("a")), law(density("a")), ""},
		"another density":        {law(density("a")), law(density("b")), "noise"},
		"greedy's functions":     {rate(greedy("x", true)), rate(schedule.Greedy{Name: "x", Preconditioned: true, Drift: math.Sqrt, Noise: math.Sqrt}), "schedule"},
		"covariance":             {nil, func(e *experiment) { e.p.Covariance = diagonal(t, ones(8)...) }, "covariance"},
		"eigenvectors":           {nil, func(e *experiment) { e.p.Covariance = flipped(t, rotated(t, 8)) }, "covariance"},
		"dimension":              {nil, func(e *experiment) { e.p = Problem{Covariance: diagonal(t, 1, 1), Noise: e.p.Noise} }, "covariance"},
		"noise":                  {nil, func(e *experiment) { e.p.Noise = noise.Normal{Sigma: 1.01} }, "noise"},
		"law":                    {nil, func(e *experiment) { e.p.Noise = noise.Rademacher{Scale: 1} }, "noise"},
		"init":                   {nil, func(e *experiment) { e.p.Init[3] = 2 }, "init"},
		"target":                 {nil, func(e *experiment) { e.p.Target[3] = 0.5 }, "target"},
		"both":                   {nil, func(e *experiment) { e.p.Target[3], e.p.Init[3] = 0.5, 1.5 }, "target"},
		"target at the origin":   {nil, func(e *experiment) { e.p.Target = nil }, ""},
		"batch":                  {nil, func(e *experiment) { e.p.Batch = 2 }, "batch"},
		"batch of one":           {nil, func(e *experiment) { e.p.Batch = 1 }, ""},
		"samples":                {nil, samples(Data{X: count(100, 8), Target: ones(8)}), "samples"},
		"same data":              {samples(Data{X: count(100, 8), Target: ones(8)}), samples(&Data{X: count(100, 8), Target: ones(8)}), ""},
		"other data":             {samples(Data{X: count(100, 8), Target: ones(8)}), samples(Data{X: count(100, 8), Target: make([]float64, 8)}), "samples"},
		"a number in the data":   {samples(Data{X: count(100, 8), Target: ones(8)}), samples(Data{X: far, Target: ones(8)}), "samples"},
		"labels":                 {samples(Data{X: count(100, 8), Y: count(100, 1)}), samples(Data{X: count(100, 8), Y: data.InMemory{Cols: 1, Values: ones(100)}}), "samples"},
		"data in order":          {samples(Data{X: count(100, 8), Target: ones(8)}), samples(Data{X: count(100, 8), Target: ones(8), InOrder: true}), "samples"},
		"passes":                 {samples(Data{X: count(100, 8), Target: ones(8)}), samples(Data{X: count(100, 8), Target: ones(8), Passes: 2}), "samples"},
		"noise of the data":      {samples(Data{X: count(100, 8), Target: ones(8)}), samples(Data{X: count(100, 8), Target: ones(8), Noise: noise.Normal{Sigma: 1}}), "samples noise"},
		"a source of its own":    {samples(endless{100}), samples(endless{101}), "samples"},
		"Signum":                 {nil, optimizer(Signum{0.999}), "optimizer"},
		"SignSGD":                {nil, optimizer(SignSGD{}), "optimizer"},
		"Adam's ε":               {adam(1e-8), adam(0), "optimizer"},
		"same Adam":              {adam(1e-8), adam(1e-8), ""},
		"RMSProp's ε":            {optimizer(RMSProp{0.99, 1e-8}), optimizer(RMSProp{0.99, 0}), "optimizer"},
		"Clipped":                {optimizer(Clipped{10}), optimizer(Clipped{20}), "optimizer"},
		"Lion":                   {optimizer(Lion{0.9, 0.99}), optimizer(Lion{0.9, 0.98}), "optimizer"},
		"votes":                  {optimizer(MajorityVote{1}), optimizer(MajorityVote{3}), "optimizer"},
		"scale":                  {optimizer(PreconditionedSGD{}), optimizer(PreconditionedSGD{ones(8)}), "optimizer"},
		"same scale":             {optimizer(PreconditionedSGD{ones(8)}), optimizer(PreconditionedSGD{ones(8)}), ""},
		"the heuristic":          {optimizer(AdamHeuristic{}), optimizer(AdamHeuristic{}), ""},
		"a pointer":              {optimizer(mine{}), optimizer(mine{parameter: &one}), "optimizer"},
		"a description":          {optimizer(described{mine{parameter: &one}}), optimizer(described{}), ""},
		"constants":              {rate(schedule.Constant(0.1)), rate(schedule.Constant(0.11)), "schedule"},
		"breaks between records": {nil, rate(schedule.StepDecay{Start: 0.1, Factor: 0.5, Times: []float64{0.4}}), "schedule"},
		"a schedule's type":      {rate(schedule.Exponential{Start: 0.1}), rate(schedule.Constant(0.1)), "schedule"},
		"matched": {rate(schedule.Matched{Sign: schedule.Constant(0.1), SecondMoment: 1, Gain: 1}),
			rate(schedule.Matched{Sign: schedule.Constant(0.2), SecondMoment: 1, Gain: 1}), "schedule"},
		"same matched": {rate(schedule.Matched{Sign: schedule.Constant(0.1), SecondMoment: 1, Gain: 1}),
			rate(schedule.Matched{Sign: schedule.Constant(0.1), SecondMoment: 1, Gain: 1}), ""},
		"greedy":          {rate(greedy("x", true)), rate(greedy("y", true)), "schedule"},
		"same greedy":     {rate(greedy("x", true)), rate(greedy("x", true)), ""},
		"greedy's basis":  {rate(greedy("x", true)), rate(greedy("x", false)), "schedule"},
		"horizon":         {nil, func(e *experiment) { e.s.Horizon = 1.5 }, "horizon"},
		"times":           {nil, func(e *experiment) { e.s.Times[1] = 0.6 }, "times"},
		"number of times": {nil, func(e *experiment) { e.s.Times = nil }, "times"},
		"seed":            {nil, func(e *experiment) { e.s.Seed = 2 }, "seed"},
		"stream":          {nil, func(e *experiment) { e.s.Stream = "another" }, "stream"},
		"same stream":     {nil, func(e *experiment) { e.s.Stream = "simulation" }, ""},
		"workers":         {nil, func(e *experiment) { e.s.Workers = 1 }, ""},
		"name":            {nil, observers(ensemble.Observer{Name: "b", Of: sum}), "observers"},
		"one name":        {nil, observers(ensemble.Observer{Name: "a", Of: func(theta []float64) float64 { return -sum(theta) }}), "observed values"},
		"no observers":    {nil, observers(), "observed values"},
		"same observers":  {nil, observers(ensemble.Observer{Name: "a", Of: sum}), ""},
	} {
		shard := func(change func(e *experiment), first, runs int, resume *ensemble.Band) (*ensemble.Band, error) {
			e := base()
			if change != nil {
				change(&e)
			}
			e.s.First, e.s.Runs, e.s.Resume = first, runs, resume
			return Ensemble(t.Context(), e.p, e.o, e.eta, e.s)
		}
		a, err := shard(c.first, 0, 1, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		b, err := shard(c.second, 1, 2, nil)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		saved := copied(t, a)
		_, merge := ensemble.Merge(saved, b)
		_, resume := shard(c.second, 0, 2, saved)
		for call, err := range map[string]error{"Merge": merge, "Resume": resume} {
			var difference *ensemble.DifferenceError
			switch {
			case c.part == "" && err != nil:
				t.Errorf("%s, %s: %v", name, call, err)
			case c.part != "" && (!errors.As(err, &difference) || difference.Part != c.part || !errors.Is(err, ensemble.ErrDifferentEnsemble)):
				t.Errorf("%s, %s: error %v, want one of the part %q", name, call, err, c.part)
			}
		}
	}
}

// TestNoDescription checks that what cannot be compared is neither resumed nor merged,
// and that it does run.
func TestNoDescription(t *testing.T) {
	t.Parallel()
	one := 1.0
	p := Problem{Covariance: diagonal(t, ones(4)...), Noise: noise.Normal{Sigma: 1}}
	source := p
	source.Samples = unlimited{&one}
	heuristic := AdamHeuristic{MeanSquare: func(_, _ []float64) float64 { return 1 }}
	law := p
	law.Noise = pointing{noise.Normal{Sigma: 1}, &one}
	for part, e := range map[string]experiment{
		"optimizer": {p, mine{parameter: &one}, schedule.Constant(0.1), ensemble.Settings{}},
		"Optimizer": {p, heuristic, schedule.Constant(0.1), ensemble.Settings{}},
		"schedule":  {p, SignSGD{}, schedule.Func(math.Exp), ensemble.Settings{}},
		"samples":   {source, SignSGD{}, schedule.Constant(0.1), ensemble.Settings{}},
		"noise":     {law, SignSGD{}, schedule.Constant(0.1), ensemble.Settings{}},
	} {
		if part == "Optimizer" {
			part = "optimizer"
		}
		a, err := Ensemble(t.Context(), e.p, e.o, e.eta, ensemble.Settings{Horizon: 1, Runs: 2})
		if err != nil {
			t.Fatal(err)
		}
		_, resume := Ensemble(t.Context(), e.p, e.o, e.eta, ensemble.Settings{Horizon: 1, Runs: 3, Resume: a})
		_, merge := ensemble.Merge(a, a)
		for _, err := range []error{resume, merge} {
			requireIs(t, err, ensemble.ErrNoDescription)
			requireError(t, err, `there is no description of the part "`+part+`": give `)
		}
	}
}

// tabulated returns the law with a table of it.
func tabulated(t testing.TB, l noise.Law) noise.Tabulated {
	t.Helper()
	table, err := noise.Tabulate(t.Context(), l, 1e-3, 1e3, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	return noise.Tabulated{Law: l, Table: table}
}

// TestDescribed says which laws, schedules and optimizers have a description, and what to
// do about the others.
func TestDescribed(t *testing.T) {
	t.Parallel()
	one := func(float64) float64 { return 1 }
	chi := func(float64) complex128 { return 1 }
	for _, c := range []struct {
		v      any
		reason string // "" if it has a description
	}{
		{noise.None{}, ""},
		{noise.Normal{Sigma: 1}, ""},
		{noise.NormalMixture{Weights: []float64{1}, Mu: []float64{0}, Sigma: []float64{1}}, ""},
		{noise.Cauchy{Scale: 1}, ""},
		{noise.AlphaStable{Alpha: 1.5, C: 1}, ""},
		{noise.StudentsT{Sigma: 1, Nu: 3}, ""},
		{noise.Laplace{Scale: 1}, ""},
		{noise.Logistic{S: 1}, ""},
		{noise.Uniform{Min: -1, Max: 1}, ""},
		{noise.Rademacher{Scale: 1}, ""},
		{noise.Discrete{Atoms: []float64{1}, Weights: []float64{1}}, ""},
		{noise.Empirical{Sample: []float64{1, 2}}, ""},
		{noise.Mixture{Weights: []float64{1}, Laws: []noise.Law{noise.Normal{Sigma: 1}}}, ""},
		{noise.Mixture{Weights: []float64{1}, Laws: []noise.Law{noise.Density{F: one}}}, "set Density.Name"},
		{noise.Distuv{Dist: distuv.Normal{Sigma: 1, Src: rand.NewPCG(1, 2)}}, ""},
		{noise.Density{Name: "a", F: one}, ""},
		{noise.Density{F: one}, "set Density.Name"},
		{noise.Characteristic{Name: "a", Chi: chi}, ""},
		{noise.Characteristic{Chi: chi}, "set Characteristic.Name"},
		{tabulated(t, noise.Normal{Sigma: 1}), ""},
		{noise.Tabulated{Law: noise.Density{F: one}, Table: tabulated(t, noise.None{}).Table}, "set Density.Name"},

		{schedule.Constant(1), ""},
		{schedule.Power{}, ""},
		{schedule.Exponential{}, ""},
		{schedule.Cosine{}, ""},
		{schedule.StepDecay{}, ""},
		{schedule.Interpolated{}, ""},
		{schedule.WarmupStableDecay{}, ""},
		{schedule.Matched{Sign: schedule.Constant(1)}, ""},
		{schedule.Matched{Sign: schedule.Func(one)}, "give schedule.Func the method"},
		{schedule.Greedy{Name: "a", Drift: one, Noise: one}, ""},
		{schedule.Greedy{Drift: one, Noise: one}, "set Greedy.Name"},
		{schedule.Func(one), "give schedule.Func the method Describe() string, or embed it in a type that has the method"},

		{SGD{}, ""},
		{SignSGD{}, ""},
		{Signum{0.9}, ""},
		{Momentum{0.9}, ""},
		{Lion{0.9, 0.99}, ""},
		{Clipped{1}, ""},
		{Adam{0.9, 0.99, 0}, ""},
		{RMSProp{0.9, 0}, ""},
		{MajorityVote{3}, ""},
		{PreconditionedSGD{ones(3)}, ""},
		{AdamHeuristic{}, ""},
		{AdamHeuristic{MeanSquare: func(_, _ []float64) float64 { return 1 }}, "give signsgd.AdamHeuristic the method"},
	} {
		p := ensemble.Describe("x", c.v)
		if (p.Text == "") != (c.reason != "") || !strings.HasPrefix(p.Reason, c.reason) || c.reason == "" && p.Reason != "" {
			t.Errorf("%T: %q, reason %q, want %q", c.v, p.Text, p.Reason, c.reason)
		}
	}
}

// stateless is an optimizer that forgets to make a state.
type stateless struct{}

func (stateless) Start(int) State { return nil }

func TestNilState(t *testing.T) {
	t.Parallel()
	p := Problem{Covariance: diagonal(t, 1, 1), Noise: noise.Normal{Sigma: 1}}
	_, err := NewRun(p, stateless{}, schedule.Constant(0.1), rand.New(rand.NewPCG(1, 2)))
	requireError(t, err, "the optimizer signsgd.stateless: Start returns a nil State")
	_, err = Ensemble(t.Context(), p, stateless{}, schedule.Constant(0.1), ensemble.Settings{Horizon: 1, Runs: 2})
	requireError(t, err, "Start returns a nil State")
}

// pointing is a law that holds a pointer.
type pointing struct {
	noise.Normal
	p *float64
}

// unlimited is a Source that holds a pointer.
type unlimited struct{ p *float64 }

func (unlimited) Open(rng *rand.Rand) (Stream, error) { return &endless{1000}, nil }

// copied returns what is read of a band that was saved.
func copied(t testing.TB, b *ensemble.Band) *ensemble.Band {
	t.Helper()
	encoded, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	read := new(ensemble.Band)
	if err := json.Unmarshal(encoded, read); err != nil {
		t.Fatal(err)
	}
	return read
}

func sum(theta []float64) float64 {
	total := 0.0
	for _, v := range theta {
		total += v
	}
	return total
}

// flipped returns PKP for the matrix P that changes the sign of the first coordinate: it
// has the same diagonal and eigenvalues.
func flipped(t testing.TB, k *spectra.Dense) *spectra.Dense {
	t.Helper()
	m := mat.DenseCopyOf(k)
	for i := 1; i < k.Dim(); i++ {
		m.Set(0, i, -m.At(0, i))
		m.Set(i, 0, -m.At(i, 0))
	}
	other, err := spectra.NewDense(m)
	if err != nil {
		t.Fatal(err)
	}
	return other
}
