package odes_test

import (
	"context"
	"math"
	"path/filepath"
	"slices"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestTable says that the columns of a table are those of the curve, a rate that is
// undefined included.
func TestTable(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, .1}, 0, noise.Normal{Sigma: 1})
	matched := rateFunc(func(_ float64, at schedule.Position) float64 {
		if at.Risk() == 0 {
			return math.NaN()
		}
		return .3
	})
	times := []float64{0, 1. / 3, 7}
	plain := must(must(odes.New(p, signsgd.SignSGD{}, matched)).Solve(context.Background(), times))
	spread := must(must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(.1))).Variance(context.Background(), times, odes.VarianceSettings{}))
	for _, c := range []struct {
		curve *odes.Curve
		want  map[string][]float64
	}{
		{plain, map[string][]float64{"t": times, "risk": plain.Risk, "eta": plain.Rate}},
		{spread, map[string][]float64{"t": times, "risk": spread.Risk, "eta": spread.Rate, "variance": spread.Variance, "bias": spread.Bias}},
	} {
		names, values := c.curve.Table()
		if len(names) != len(c.want) || len(values) != len(names)*len(times) {
			t.Fatalf("%d values under %q", len(values), names)
		}
		for j, name := range names {
			for i := range times {
				if got, want := values[i*len(names)+j], c.want[name][i]; got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
					t.Errorf("%s at %v: %v, want %v", name, times[i], got, want)
				}
			}
		}
	}
}

// TestTableOfCoupled says that a coupled curve has the columns of the paths of its limit, and
// that they read back from a file.
func TestTableOfCoupled(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, .5, .1}, 1, noise.Normal{Sigma: 1})
	o := signsgd.Averaged{Optimizer: signsgd.AdamW{Beta2: 0.99}, Averages: []signsgd.Average{{Name: "tail", Start: 0.5}}}
	times := []float64{0, 1, 2}
	curve := must(must(odes.New(p, o, schedule.Constant(.1))).Solve(context.Background(), times))
	names, values := curve.Table()

	paths := must(must(homogenized.New(p, o, schedule.Constant(.1))).Ensemble(context.Background(), ensemble.Settings{Horizon: 2, Runs: 1, Times: times}))
	if want := slices.Concat([]string{"t", "risk", "eta"}, paths.Names); !slices.Equal(names, want) {
		t.Fatalf("the columns are %q, want %q", names, want)
	}
	path := filepath.Join(t.TempDir(), "curve.csv")
	if err := data.Save(path, curve); err != nil {
		t.Fatal(err)
	}
	back := must(data.ReadCSV(t.Context(), path, true))
	if back.Cols != len(names) || !slices.Equal(back.Values, values) {
		t.Errorf("read back %v, want %v", back, values)
	}
	for i, v := range curve.Scalar("v") {
		if got := back.At(i, slices.Index(names, "v")); got != v {
			t.Errorf("v at %v: %v, want %v", times[i], got, v)
		}
	}
}
