package main

import (
	"io"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 3)) }

// gaussian returns n Gaussian inputs in p dimensions with labels ⟨x, θ⟩ + ε, ε of the law.
func gaussian(n, p int, law noise.Law, rng *rand.Rand) *Labelled {
	x := data.InMemory{Cols: p, Values: make([]float64, n*p)}
	labels := make([]float64, n)
	for i := range n {
		for j := range p {
			x.Values[i*p+j] = rng.NormFloat64()
			labels[i] += x.Values[i*p+j] / math.Sqrt(float64(p))
		}
		labels[i] += law.Rand(rng)
	}
	l, err := every("synthetic", x, labels)
	if err != nil {
		panic(err)
	}
	return l
}

// TestRun makes everything of data on which theory holds: Gaussian inputs, linear features
// of them, and independent noise from a mixture. The likelihood finds the law, the report
// finds nothing wrong, and signODE follows the runs on the data as it does those on the
// model.
func TestRun(t *testing.T) {
	law := noise.NormalMixture{Weights: []float64{0.5, 0.5}, Mu: []float64{-0.8, 0.8}, Sigma: []float64{0.2, 0.2}}
	l := gaussian(12_000, 80, law, newRand(1))
	p, err := NewProblem(t.Context(), l, Features{Dim: 80, Layers: 1, Linear: true, Regularizer: 0.5}, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p.Best.Name != "mixture" {
		t.Errorf("the best law is %s", p.Best.Name)
	}
	of := p.Report
	root := math.Sqrt(float64(of.Samples))
	if math.Abs(of.NoiseSignal)*root > 4 || math.Abs(of.NoiseSize)*root > 4 {
		t.Errorf("rank correlations %v and %v", of.NoiseSignal, of.NoiseSize)
	}
	if e := math.Sqrt(24 / float64(of.Samples)); math.Abs(of.Signal) > 5*e || math.Abs(of.Coordinates) > 5*e || of.Random > 1.5*e {
		t.Errorf("kurtoses %v, %v, %v with the standard error %v", of.Signal, of.Coordinates, of.Random, e)
	}
	r, err := simulate(t.Context(), p, config{name: "synthetic", eta: 0.2, horizon: 40, runs: 32, seed: 1}, program.NewProgress(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range r.claims() {
		if !c.Holds() {
			t.Errorf("%s: predicted %v, measured %v, allowed ±%v", c.What, c.Predicted, c.Measured, c.Allowed)
		}
	}
	for i, want := range []bool{false, true, false, true} {
		name := p.Laws[i].Name
		if c := program.Follows(name, r.times, r.signODE[i], r.redrawn.Mean, r.redrawn.StdErr, 32, 80); c.Holds() != want {
			t.Errorf("signODE with the %s law follows the runs: %v, want %v (%+v)", name, c.Holds(), want, c)
		}
	}
}

func TestFeatures(t *testing.T) {
	l := gaussian(3000, 20, noise.None{}, newRand(3))
	for i := range 3000 { // other locations and scales, and one that never varies
		row := l.X.(data.InMemory).Values[i*20 : (i+1)*20]
		row[0], row[1] = 7, 1e3+50*row[1]
	}
	x, dropped, err := Features{Dim: 400, Layers: 1, Linear: true}.Of(t.Context(), l, newRand(4), nil)
	if err != nil || dropped != 0 {
		t.Fatal(dropped, err)
	}
	if n, d := x.Dims(); n != 3000 || d != 400 {
		t.Errorf("%d×%d features", n, d)
	}
	// The mean square is 1 on average over W.
	if square := floats.Dot(x.Values, x.Values) / float64(len(x.Values)); math.Abs(square-1) > 0.3 {
		t.Errorf("mean square %v, want about 1", square)
	}
	for j := range 400 {
		mean := 0.0
		for i := range 3000 {
			mean += x.Values[i*400+j] / 3000
		}
		if math.Abs(mean) > 1e-12 {
			t.Fatalf("feature %d has the mean %v", j, mean)
		}
	}
	l.X.(data.InMemory).Values[41] = math.NaN()
	if _, _, err := (Features{Dim: 3, Layers: 1}).Of(t.Context(), l, newRand(4), nil); err == nil {
		t.Error("NaN in the inputs: no error")
	}
	constant := &Labelled{Name: "constant", X: data.InMemory{Cols: 1, Values: []float64{2, 2, 2}}, Rows: []int{0, 1, 2}, Labels: []float64{1, -1, 1}}
	if _, _, err := (Features{Dim: 3, Layers: 1}).Of(t.Context(), constant, newRand(4), nil); err == nil {
		t.Error("constant inputs: no error")
	}
	constant.Labels = []float64{1, 1, 1}
	if _, err := NewProblem(t.Context(), constant, Features{Dim: 3, Layers: 1}, 1, nil); err == nil {
		t.Error("one class: no error")
	}
}

func TestCentred(t *testing.T) {
	x, dropped := centred(data.InMemory{Cols: 3, Values: []float64{1, 0.1, 5, 3, 0.1, 6, 5, 0.1, 7}})
	if dropped != 1 || x.Cols != 2 || !slices.Equal(x.Values, []float64{-2, -1, 0, 0, 2, 1}) {
		t.Errorf("%v, dropped %d", x, dropped)
	}
}

func TestRanks(t *testing.T) {
	if got, want := ranks([]float64{3, 1, 3, 2, 3}), []float64{3, 0, 3, 1, 3}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestBins(t *testing.T) {
	rng := newRand(5)
	values := make([]float64, 1000)
	for i := range values {
		values[i] = rng.NormFloat64()
	}
	edges, heights := bins(values)
	area := 0.0
	for i, h := range heights {
		area += h * (edges[i+1] - edges[i])
	}
	if math.Abs(area-1) > 1e-12 || len(heights) < 10 {
		t.Errorf("area %v in %d bins", area, len(heights))
	}
}
