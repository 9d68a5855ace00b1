package odes_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestCSV says that a curve reads back from its file bit for bit, NaN included.
func TestCSV(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, .1}, 0, noise.Normal{Sigma: 1})
	matched := rateFunc(func(_ float64, at schedule.Position) float64 {
		if at.Risk() == 0 {
			return math.NaN()
		}
		return .3
	})
	curve := must(must(odes.New(p, signsgd.SignSGD{}, matched)).Solve(context.Background(), []float64{0, 1. / 3, 7}))
	var file bytes.Buffer
	if err := curve.WriteCSV(&file); err != nil {
		t.Fatal(err)
	}
	lines := must(csv.NewReader(&file).ReadAll())
	if strings.Join(lines[0], " ") != "t risk eta" || len(lines) != 4 {
		t.Fatalf("the file is %v", lines)
	}
	for i, line := range lines[1:] {
		for j, want := range []float64{curve.Times[i], curve.Risk[i], curve.Rate[i]} {
			if got := must(strconv.ParseFloat(line[j], 64)); math.Float64bits(got) != math.Float64bits(want) && !(math.IsNaN(got) && math.IsNaN(want)) {
				t.Errorf("line %d, column %d: %v, want %v", i, j, got, want)
			}
		}
	}
	if err := curve.WriteCSV(failing{}); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives the error %v", err)
	}
	if curve.WriteCSV(nil) == nil {
		t.Errorf("a nil writer is accepted")
	}
}

var errFull = errors.New("no space")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
