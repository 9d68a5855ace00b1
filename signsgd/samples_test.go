package signsgd

import (
	"errors"
	"io"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// count returns a table of the numbers 0, 1, … in rows of the given length.
func count(rows, cols int) data.InMemory {
	m := data.InMemory{Cols: cols, Values: make([]float64, rows*cols)}
	for i := range m.Values {
		m.Values[i] = float64(i)
	}
	return m
}

// drain reads a stream to its end, a few samples at a time.
func drain(t *testing.T, s Stream, cols int) (x, y []float64) {
	t.Helper()
	for {
		rows, labels := make([]float64, 7*cols), make([]float64, 7)
		n, err := s.Fill(rows, labels)
		x, y = append(x, rows[:n*cols]...), append(y, labels[:n]...)
		if err == io.EOF {
			return x, y
		}
		if err != nil {
			t.Fatal(err)
		}
		if len(y) > 1000 {
			t.Fatal("the stream does not end")
		}
	}
}

// TestData checks that every pass delivers every row once with its own label, in an
// order that depends on the generator and changes from pass to pass.
func TestData(t *testing.T) {
	t.Parallel()
	const rows, passes = 50, 3
	data := Data{X: count(rows, 2), Y: count(rows, 1), Passes: passes}
	read := func(seed uint64) []float64 {
		stream, err := data.Open(ensemble.NewRand(seed, 0, "test"))
		if err != nil {
			t.Fatal(err)
		}
		x, y := drain(t, stream, 2)
		if n, err := stream.Fill(make([]float64, 2), make([]float64, 1)); n != 0 || err != io.EOF {
			t.Errorf("after the end: %d, %v", n, err)
		}
		if len(y) != rows*passes {
			t.Fatalf("%d samples", len(y))
		}
		for i, label := range y {
			if x[2*i] != 2*label || x[2*i+1] != 2*label+1 {
				t.Fatalf("sample %v has the label %v", x[2*i:2*i+2], label)
			}
		}
		for pass := range passes {
			once := slices.Sorted(slices.Values(y[pass*rows : (pass+1)*rows]))
			for i, label := range once {
				if label != float64(i) {
					t.Fatalf("pass %d delivers %v", pass, once)
				}
			}
		}
		return y
	}
	y := read(1)
	if !slices.Equal(read(1), y) {
		t.Error("one seed, two orders")
	}
	if slices.Equal(read(2), y) || slices.Equal(y[:rows], y[rows:2*rows]) || slices.IsSorted(y[:rows]) {
		t.Error("the order does not change")
	}
	data.InOrder = true
	if y := read(1); !slices.IsSorted(y[:rows]) || !slices.Equal(y[:rows], y[rows:2*rows]) {
		t.Errorf("in order: %v", y)
	}
}

// TestPermutation checks that all orders of three rows are equally likely: the χ²
// statistic of 6 cells, of 5 degrees of freedom, exceeds 30.9 with a chance of 1e-5.
func TestPermutation(t *testing.T) {
	t.Parallel()
	rng := ensemble.NewRand(1, 0, "test")
	counts := map[[3]float64]float64{}
	const n = 60000
	for range n {
		stream, err := Data{X: count(3, 1), Y: count(3, 1)}.Open(rng)
		if err != nil {
			t.Fatal(err)
		}
		var x, y [3]float64
		if _, err := stream.Fill(x[:], y[:]); err != nil {
			t.Fatal(err)
		}
		counts[y]++
	}
	statistic := 0.0
	for _, c := range counts {
		statistic += (c - n/6) * (c - n/6) / (n / 6)
	}
	if len(counts) != 6 || statistic > 30.9 {
		t.Errorf("orders %v: χ² = %v", counts, statistic)
	}
}

// TestDataLabels checks labels of a model, and noise added to either kind: ±a, each
// half of the time, within 5 deviations of n coins.
func TestDataLabels(t *testing.T) {
	t.Parallel()
	const rows = 400
	for _, data := range []Data{
		{X: count(rows, 2), Target: []float64{2, -1}, Noise: noise.Rademacher{Scale: 0.25}},
		{X: count(rows, 2), Y: data.InMemory{Cols: 1, Values: ones(rows)}, Noise: noise.Rademacher{Scale: 0.25}},
	} {
		stream, err := data.Open(ensemble.NewRand(1, 0, "test"))
		if err != nil {
			t.Fatal(err)
		}
		x, y := drain(t, stream, 2)
		up := 0
		for i, label := range y {
			clean := 1.0
			if data.Y == nil {
				clean = 2*x[2*i] - x[2*i+1]
			}
			if math.Abs(label-clean) != 0.25 {
				t.Fatalf("label %v, without noise %v", label, clean)
			}
			if label > clean {
				up++
			}
		}
		if math.Abs(float64(up)-rows/2) > 5*math.Sqrt(rows)/2 {
			t.Errorf("noise is positive %d times in %d", up, rows)
		}
	}
}

// broken is a table whose third row cannot be read.
type broken struct{ data.InMemory }

var errBroken = errors.New("bad sector")

func (b broken) Row(dst []float64, i int) error {
	if i == 2 {
		return errBroken
	}
	return b.InMemory.Row(dst, i)
}

// TestDataErrors checks bad fields, rows that cannot be read, and the end of the data.
func TestDataErrors(t *testing.T) {
	t.Parallel()
	x, y := count(10, 2), count(10, 1)
	bad := count(10, 2)
	bad.Values[3] = math.NaN()
	p := Problem{Covariance: diagonal(t, 1, 1)}
	for says, data := range map[string]Data{
		"Data.X is nil":                                            {Y: y},
		"Data.X has 0 rows":                                        {X: data.InMemory{Cols: 2}, Y: y},
		"Data.Y and Data.Target are nil":                           {X: x},
		"Data.Y and Data.Target are given":                         {X: x, Y: y, Target: ones(2)},
		"Data.Y has 10 rows and 2 columns":                         {X: x, Y: x},
		"Data.Y has 9 rows and 1 columns":                          {X: x, Y: count(9, 1)},
		"Data.Target has length 3":                                 {X: x, Target: ones(3)},
		"Data.Passes is -1":                                        {X: x, Y: y, Passes: -1},
		"Data.Noise: noise: Rademacher.Scale is -1":                {X: x, Y: y, Noise: noise.Rademacher{Scale: -1}},
		"Problem.Samples has dimension 1: must be the dimension 2": {X: y, Y: y},
		"Problem.Samples: Data.Target[1] is NaN":                   {X: x, Target: []float64{1, math.NaN()}},
		"Problem.Samples: Data.Noise: noise: Density.":             {X: x, Y: y, Noise: noise.Density{F: func(float64) float64 { return 1 }}},
		"Data.X: data: InMemory holds 3 values in rows of 2":       {X: data.InMemory{Cols: 2, Values: ones(3)}, Y: y},
		"Data.X: row 1, column 1 is NaN":                           {X: bad, Y: y, InOrder: true},
		"run 0: signsgd: Problem.Samples: Data.X: bad":             {X: broken{x}, Y: y, InOrder: true},
		"samples ran out at step 10, t = 5":                        {X: x, Y: y},
		"samples ran out at step 20, t = 10":                       {X: x, Y: y, Passes: 2},
	} {
		p.Samples = data
		horizon := 5.0 // all rows
		if strings.Contains(says, "ran out") {
			horizon = 20
		}
		_, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(1e-9), ensemble.Settings{Horizon: horizon, Runs: 1})
		requireError(t, err, says)
	}
	p.Samples = Data{X: broken{x}, Y: y, InOrder: true}
	run, err := NewRun(p, SGD{}, schedule.Constant(0), ensemble.NewRand(1, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	err = run.Advance(t.Context(), 5)
	requireIs(t, err, errBroken)
	if run.Steps() != 2 {
		t.Errorf("%d steps before the row that is broken, want 2", run.Steps())
	}
	p.Samples = Data{X: x, Y: y, Passes: 4}
	if _, err := Ensemble(t.Context(), p, SGD{}, schedule.Constant(1e-9), ensemble.Settings{Horizon: 20, Runs: 3}); err != nil {
		t.Error(err)
	}
}
