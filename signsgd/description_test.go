package signsgd

import (
	"encoding/json"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/mat"

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
	one := 1.0
	far := count(100, 8)
	far.Values[799]++
	for name, c := range map[string]struct {
		first, second func(e *experiment)
		part          string // "" if they are the same
	}{
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
			requireError(t, err, `the part "`+part+`" has no description: its type must be a plain value or have the method Describe() string`)
		}
	}
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
