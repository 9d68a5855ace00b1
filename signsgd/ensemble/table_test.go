package ensemble_test

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// line is a walk whose risk is 1 + its start − t, and diverges after t = 1.
type line struct{ start, t float64 }

func (w *line) Advance(_ context.Context, t float64) error { w.t = t; return nil }
func (w *line) Observe(dst []float64) {
	dst[0], dst[1] = 1+w.start-w.t, -w.t
	if w.t > 1 {
		dst[0] = math.NaN()
	}
}

// TestTable writes a band as CSV and as NPY, and reads it back.
func TestTable(t *testing.T) {
	t.Parallel()
	band, err := ensemble.Gather(t.Context(), ensemble.Settings{
		Horizon: 2, Runs: 3, First: 4, Times: []float64{0, 0.5, 1},
		Observers: []ensemble.Observer{{Name: "−t, \"minus\"", Of: func([]float64) float64 { return 0 }}},
	}, ensemble.Subject{Start: func(rng *rand.Rand) (ensemble.Walk, error) { return &line{start: rng.Float64()}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	names, values := band.Table()
	if want := []string{"run", "t", "risk", "−t, \"minus\""}; !slices.Equal(names, want) {
		t.Errorf("names %q, want %q", names, want)
	}
	var want []float64
	for i := range 3 {
		for j, at := range band.Times {
			want = append(want, float64(4+i), at, band.Risk[i][j], -at)
		}
	}
	if !slices.Equal(values, want) {
		t.Errorf("values %v, want %v", values, want)
	}
	folder := t.TempDir()
	var text, numbers bytes.Buffer
	if err := data.WriteCSV(&text, names, values); err != nil {
		t.Fatal(err)
	}
	if err := data.WriteNPY(&numbers, len(values)/len(names), len(names), values); err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"band.csv": text.Bytes(), "band.npy": numbers.Bytes()} {
		if err := os.WriteFile(filepath.Join(folder, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	table, err := data.OpenCSV(t.Context(), filepath.Join(folder, "band.csv"), true)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if !slices.Equal(table.Names, names) {
		t.Errorf("names %q read, want %q", table.Names, names)
	}
	array, err := data.OpenNPY(t.Context(), filepath.Join(folder, "band.npy"))
	if err != nil {
		t.Fatal(err)
	}
	defer array.Close()
	for _, rows := range []data.Rows{table, array} {
		if m, err := data.Load(t.Context(), rows); err != nil || m.Cols != len(names) || !slices.Equal(m.Values, values) {
			t.Errorf("read %v, %v, want %v", m, err, values)
		}
	}
}

// TestTableDiverged checks that a run which has diverged is +Inf in the table.
func TestTableDiverged(t *testing.T) {
	t.Parallel()
	band, err := ensemble.Gather(t.Context(), ensemble.Settings{
		Horizon: 2, Runs: 1, Times: []float64{0, 2}, Observers: []ensemble.Observer{{Name: "t", Of: func([]float64) float64 { return 0 }}},
	}, ensemble.Subject{Start: func(*rand.Rand) (ensemble.Walk, error) { return &line{}, nil }})
	if err != nil {
		t.Fatal(err)
	}
	names, values := band.Table()
	if inf := math.Inf(1); !slices.Equal(values, []float64{0, 0, 1, 0, 0, 2, inf, inf}) {
		t.Errorf("values %v", values)
	}
	if err := data.WriteCSV(new(bytes.Buffer), names, values); err == nil {
		t.Error("two columns are named t: no error")
	}
}
