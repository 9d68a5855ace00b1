package data

import (
	"slices"
	"testing"
)

func TestSplit(t *testing.T) {
	t.Parallel()
	table := InMemory{Cols: 3, Values: []float64{1, 2, 3, 4, 5, 6}}
	x, y, err := Split(table, 1)
	if err != nil {
		t.Fatal(err)
	}
	row, label := make([]float64, 2), make([]float64, 1)
	if err := x.Row(row, 1); err != nil || !slices.Equal(row, []float64{4, 6}) {
		t.Errorf("samples %v, %v", row, err)
	}
	if err := y.Row(label, 1); err != nil || label[0] != 5 {
		t.Errorf("label %v, %v", label, err)
	}
	for _, label := range []int{-1, 3} {
		if _, _, err := Split(table, label); err == nil {
			t.Errorf("label %d: no error", label)
		}
	}
	if _, _, err := Split(InMemory{Cols: 1, Values: []float64{1}}, 0); err == nil {
		t.Error("no samples: no error")
	}
}
