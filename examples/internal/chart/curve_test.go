package chart

import (
	"context"
	"testing"

	"gonum.org/v1/plot/plotter"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// gonum/plot takes a curve as it is.
func TestCurveIsALine(t *testing.T) {
	l, err := homogenized.SGDWith(0.25, 1)
	if err != nil {
		t.Fatal(err)
	}
	s, err := odes.Isotropic(l, 1, schedule.Constant(0.5))
	if err != nil {
		t.Fatal(err)
	}
	curve, err := s.Solve(context.Background(), []float64{0, 1, 2})
	if err != nil {
		t.Fatal(err)
	}
	line, err := plotter.NewLine(curve)
	if err != nil {
		t.Fatal(err)
	}
	for i, point := range line.XYs {
		if point.X != curve.Times[i] || point.Y != curve.Risk[i] {
			t.Errorf("point %d is %v, want (%v, %v)", i, point, curve.Times[i], curve.Risk[i])
		}
	}
	if len(line.XYs) != 3 {
		t.Errorf("the line has %d points, want 3", len(line.XYs))
	}
}
