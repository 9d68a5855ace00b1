package odes_test

import (
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// curves returns a curve of each kind: of the clock, of the march in time with a rate that is
// undefined at first, with its variance, and of a coupled limit.
func curves(t *testing.T, times []float64) map[string]*odes.Curve {
	t.Helper()
	ctx, p, rested := context.Background(), onDiagonal([]float64{1, .5, .1}, 1, noise.Normal{Sigma: 1}), onDiagonal([]float64{1, .1}, 0, noise.Normal{Sigma: 1})
	undefined := rateFunc(func(_ float64, at schedule.Position) float64 {
		if at.Risk() == 0 {
			return math.NaN()
		}
		return .3
	})
	average := signsgd.Averaged{Optimizer: signsgd.AdamW{Beta2: 0.99}, Averages: []signsgd.Average{{Name: "tail", Start: 0.5}}}
	constant := must(odes.New(p, signsgd.SignSGD{}, schedule.Constant(.2)))
	return map[string]*odes.Curve{
		"constant": must(constant.Solve(ctx, times)),
		"march":    must(must(odes.New(rested, signsgd.SignSGD{}, undefined)).Solve(ctx, times)),
		"variance": must(constant.Variance(ctx, times, odes.VarianceSettings{})),
		"coupled":  must(must(odes.New(p, average, schedule.Constant(.1))).Solve(ctx, times)),
	}
}

// TestCurveJSON checks that curves of each kind are read back whole, bit for bit.
func TestCurveJSON(t *testing.T) {
	t.Parallel()
	same := func(a, b float64) bool { return math.Float64bits(a) == math.Float64bits(b) }
	for name, c := range curves(t, []float64{0, 1. / 3, 1. / 3, 7}) {
		text, err := json.Marshal(*c) // the value, as where it is a field
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		var back odes.Curve
		if err := json.Unmarshal(text, &back); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		names, values := c.Table()
		gotNames, got := back.Table()
		if strings.Join(names, ",") != strings.Join(gotNames, ",") || len(values) != len(got) || back.Stats != c.Stats {
			t.Fatalf("%s: read %d values under %q with %+v, want %d under %q with %+v", name, len(got), gotNames, back.Stats, len(values), names, c.Stats)
		}
		for i, v := range values {
			if !same(v, got[i]) {
				t.Errorf("%s: %s is %v, want %v", name, names[i%len(names)], got[i], v)
			}
		}
		for _, time := range []float64{0, 1e-9, 0.01, 0.5, 3, 7, 8} {
			if a, b := c.At(time), back.At(time); !same(a, b) && !(math.IsNaN(a) && math.IsNaN(b)) {
				t.Errorf("%s: at %v the risk is %v, want %v", name, time, b, a)
			}
		}
		for _, v := range []string{"none", "tail"} {
			a, b := c.Overlap("ν", v), back.Overlap("ν", v)
			if len(a) != len(b) || (name == "coupled" && v == "tail") != (len(a) > 0) || len(a) > 0 && !same(a[2], b[2]) {
				t.Errorf("%s: the overlap with %s is %v, want %v", name, v, b, a)
			}
		}
	}
}

// TestCurveJSONErrors checks that what is not a whole curve is refused, and leaves the curve
// that was there.
func TestCurveJSONErrors(t *testing.T) {
	t.Parallel()
	text := string(must(json.Marshal(curves(t, []float64{0, 1})["coupled"])))
	for says, change := range map[string][2]string{
		"the column \"risc\" is unknown":       {`"risk"`, `"risc"`},
		"the column \"t\" is unknown or there": {`"risk"`, `"t"`},
		"3 names of 1 columns":                 {`"columns":[`, `"columns":[[1]],"old":[`},
		"differ in length":                     {`"columns":[[0,`, `"columns":[[`},
		"must be there":                        {`"names":["t","risk","eta"]`, `"names":["t","bias","eta"]`},
		"times[1] is NaN":                      {`"columns":[[0,1]`, `"columns":[[0,"NaN"]`},
		"before the last time":                 {`"columns":[[0,1]`, `"columns":[[0,100]`},
		"segment 0 is":                         {`"segments":[[`, `"segments":[[1,`},
		"segment 1 from 0 to 1 of the size -1": {`"segments":[`, `"segments":[[0,1,1,0,0,0,0,0,0,0,0,0,0],[0,-1,1,0,0,0,0,0,0,0,0,0,0],`},
		"do not have a start":                  {`"vectors":[`, `"vectors":["x",`},
		"values of an overlap":                 {`"overlaps":[[`, `"overlaps":[[3,`},
		"must go on from 0":                    {`"segments":[[0,`, `"segments":[[0.5,`},
		"there twice":                          {`"vectors":["ν"`, `"vectors":["tail"`},
		"cannot unmarshal":                     {`"start":`, `"start":[],"begin":`},
	} {
		changed := strings.Replace(text, change[0], change[1], 1)
		if changed == text {
			t.Fatalf("%s: nothing to change", says)
		}
		c := odes.Curve{Times: []float64{5}}
		if err := json.Unmarshal([]byte(changed), &c); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
		if len(c.Times) != 1 || c.Times[0] != 5 {
			t.Errorf("%s: the curve has changed", says)
		}
	}
}
