package odes_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
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

// TestColumns says that a file has the variance, the vectors and the scalars of its curve
// under their names, and that WriteNPY writes the table that WriteCSV does.
func TestColumns(t *testing.T) {
	t.Parallel()
	p := onDiagonal([]float64{1, .1}, 1, noise.Normal{Sigma: 1})
	times := []float64{0, .5, 2}
	band := must(must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(.3))).Variance(t.Context(), times, odes.VarianceOptions{}))
	if got := strings.Join(band.Columns(), " "); got != "t risk eta variance" {
		t.Errorf("the columns of a band are %s", got)
	}
	adam := must(homogenized.LongAdam(p, 2, 3, homogenized.Corrected))
	adam = must(homogenized.AverageOf(must(homogenized.DecayOf(adam, homogenized.Fixed(.1))), homogenized.Averaging{}))
	coupled := must(must(odes.NewFromLimit(p, adam, schedule.Constant(.3))).Solve(t.Context(), times))
	if got := strings.Join(coupled.Columns(), " "); got != "t risk eta m average v" {
		t.Errorf("the columns of a coupled curve are %s", got)
	}
	for _, curve := range []*odes.Curve{band, coupled} {
		rows, cols, values := curve.Table()
		if rows != len(times) || cols != len(curve.Columns()) || len(values) != rows*cols {
			t.Fatalf("the table has %d×%d numbers, %d in all", rows, cols, len(values))
		}
		last := values[len(values)-1] // at the last time, of the last column
		want := curve.Scalar("v")
		if want == nil {
			want = curve.Variance
		}
		if last != want[rows-1] {
			t.Errorf("the last number is %v, want %v", last, want[rows-1])
		}
		var file bytes.Buffer
		if err := curve.WriteNPY(&file); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(file.String(), "('risk', '<f8')") {
			t.Errorf("the header is %q", file.String()[:128])
		}
		numbers := file.Bytes()[file.Len()-8*len(values):]
		for i, want := range values {
			if got := math.Float64frombits(binary.LittleEndian.Uint64(numbers[8*i:])); got != want {
				t.Errorf("number %d of the file is %v, want %v", i, got, want)
			}
		}
		if x, y := curve.XY(curve.Len() - 1); x != times[2] || y != curve.Risk[2] {
			t.Errorf("the last point is (%v, %v)", x, y)
		}
	}
	if err := band.WriteNPY(failing{}); !errors.Is(err, errFull) {
		t.Errorf("a full disk gives the error %v", err)
	}
}

var errFull = errors.New("no space")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
