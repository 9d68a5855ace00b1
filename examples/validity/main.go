// Validity asks when the dimension is large enough for a risk curve to tell of runs. It draws
// random problems, simulates them, and compares the mean of the runs with the curve. From
// one half of the problems it chooses the bounds of odes.Validity; on the other half it
// says how often they are right.
package main

import (
	"context"
	"errors"
	"fmt"
	"image/color"
	"math"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
)

var about = program.About{
	Name: "validity",
	Text: "Validity compares runs of random problems with their curves, and with what odes.Validity says of them.",
}

var problems = program.OptionalFlag("problems", "`number` of problems (default 300, with -quick 40)")

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	number, e := 300.0, effort{precision: 0.02, runs: 16, most: 1.5e7}
	if r.Quick {
		number, e = 40, effort{precision: 0.03, runs: 16, most: 3e6}
	}
	number = problems.Or(number)
	if !(number >= 20) || number != math.Trunc(number) {
		return fmt.Errorf("-problems is %v: must be a whole number of at least 20", number)
	}
	var outcomes []*outcome
	progress := r.Progress.Stage("problems")
	for i := range int(number) {
		o, err := simulate(ctx, r.Seed, i, e)
		if err != nil {
			return fmt.Errorf("problem %d: %w", i, err)
		}
		if o != nil {
			outcomes = append(outcomes, o)
		}
		progress(i+1, int(number))
	}
	r.Printf("%d problems, of which the library takes no limit of %d\n\n", int(number), int(number)-len(outcomes))
	if !r.Quick {
		bounds(r, outcomes)
	}
	verdicts(r, outcomes)
	if !r.Quick {
		others(r, outcomes)
	}
	if err := predicted(r, outcomes); err != nil {
		return err
	}
	return worst(r, outcomes)
}

// simulate draws and simulates a problem. The outcome of one that has no limit is nil.
func simulate(ctx context.Context, seed uint64, index int, e effort) (*outcome, error) {
	t, err := newTrial(seed, index)
	var none *homogenized.NoLimitError
	if errors.As(err, &none) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return t.measure(ctx, seed, e)
}

// bounds prints the bounds that each half of the problems chooses, beside the library's, and
// what they say of the other half.
func bounds(r *program.Run, outcomes []*outcome) {
	halves := [2][]*outcome{}
	for i, o := range outcomes {
		halves[i%2] = append(halves[i%2], o)
	}
	t := &program.Table{Head: "bounds"}
	for _, q := range quantities {
		t.Names = append(t.Names, q.name)
	}
	t.Names = append(t.Names, "accepted", "good of these", "precision", "recall")
	add := func(name string, at []float64, judged []*outcome) {
		s := judge(judged, func(o *outcome) bool {
			for k, q := range quantities {
				if q.of(o) > at[k] {
					return false
				}
			}
			return true
		})
		t.AddRow(name, append(append([]float64{}, at...), float64(s.accepted), float64(s.acceptedGood), s.precision(), s.recall())...)
	}
	names := [2]string{"first half, on the second", "second half, on the first"}
	for i, half := range halves {
		add(names[i], choose(half), halves[1-i])
	}
	var own []float64
	for _, q := range quantities {
		own = append(own, q.bound(outcomes[0].validity))
	}
	add("library, on all", own, outcomes)
	r.Print("Bounds without Gap", t, 1)
}

// verdicts prints how often Validity is right, and claims that of the problems that it
// accepts at least 95% are good.
func verdicts(r *program.Run, outcomes []*outcome) {
	t := &program.Table{Head: "verdict", Names: []string{"problems", "good", "accepted", "good of these", "precision", "recall"}}
	for _, c := range []struct {
		name string
		of   func(o *outcome) bool
	}{
		{"all", func(*outcome) bool { return true }},
		{"Gap known", func(o *outcome) bool { return !math.IsNaN(o.validity.Gap.Value) }},
		{"Gap not known", func(o *outcome) bool { return math.IsNaN(o.validity.Gap.Value) }},
	} {
		var some []*outcome
		for _, o := range outcomes {
			if c.of(o) {
				some = append(some, o)
			}
		}
		s := judge(some, func(o *outcome) bool { return o.validity.Met() })
		t.AddRow(c.name, float64(s.all), float64(s.good), float64(s.accepted), float64(s.acceptedGood), s.precision(), s.recall())
		if c.name == "all" {
			n := float64(s.accepted)
			claim := program.AtMost("share of accepted problems with a gap above 10%", float64(s.missed())/n, 1-least)
			claim.Allowed = 3 * math.Sqrt(least*(1-least)/n)
			r.Claim(claim)
		}
	}
	r.Print("odes.Validity: a problem is good if the mean of its runs is within 10% of the curve", t, 1)

	t = &program.Table{Head: "Gap is known", Names: []string{"problems", "above", "Gap above", "precision", "recall"}}
	for _, limit := range []float64{0.05, 0.1, 0.3} {
		var all, above, said, both float64
		for _, o := range outcomes {
			if g := o.validity.Gap.Value; !math.IsNaN(g) {
				all++
				isAbove, isSaid := math.Abs(o.gap) > limit, g > limit
				if isAbove {
					above++
				}
				if isSaid {
					said++
				}
				if isAbove && isSaid {
					both++
				}
			}
		}
		t.AddRow(fmt.Sprintf("a gap of %g%%", 100*limit), all, above, said, both/said, both/above)
	}
	r.Print("Gap alone as a prediction of the gap that runs have", t, 1)
}

// others prints what numbers that Validity does not judge would add.
func others(r *program.Run, outcomes []*outcome) {
	t := &program.Table{Head: "accepted problems with", Names: []string{"number", "good of these"}}
	for _, c := range []struct {
		name string
		is   func(o *outcome) bool
	}{
		{"tr A/λ_max below 10", func(o *outcome) bool { return o.breadth < 10 }},
		{"tr A/λ_max of 10 and more", func(o *outcome) bool { return o.breadth >= 10 }},
		{"‖K_σ‖ above 5", func(o *outcome) bool { return o.norm > 5 }},
		{"a resolvent of Assumption 3 above 0.5", func(o *outcome) bool { return o.resolvent > 0.5 }},
	} {
		var some []*outcome
		for _, o := range outcomes {
			if c.is(o) {
				some = append(some, o)
			}
		}
		s := judge(some, func(o *outcome) bool { return o.validity.Met() })
		t.AddRow(c.name, float64(s.accepted), float64(s.acceptedGood))
	}
	r.Print("What other numbers would add", t, 1)
}

// seen is the least gap in the pictures, of the order of its standard error. Smaller ones are
// drawn there.
const seen = 1e-3

// kinds are the optimizers with their colours.
var kinds = []struct {
	name   string
	colour color.NRGBA
	is     func(o signsgd.Optimizer) bool
}{
	{"signSGD", chart.Blue, is[signsgd.SignSGD]},
	{"SGD", chart.Green, is[signsgd.SGD]},
	{"Adam heuristic", chart.Vermillion, is[signsgd.AdamHeuristic]},
	{"SGD with momentum", chart.Purple, is[signsgd.Momentum]},
	{"Signum", chart.Orange, is[signsgd.Signum]},
}

func is[T signsgd.Optimizer](o signsgd.Optimizer) bool { _, ok := o.(T); return ok }

// predicted draws the gap against the one that theory predicts at the same time, and claims
// that they agree where they are small.
func predicted(r *program.Run, outcomes []*outcome) error {
	c := &chart.Chart{
		Title: "Mean of runs against the curve, where they differ most", X: "predicted |bias|/R", Y: "|mean of runs/curve − 1|, ± s.e.",
		LogX: true, LogY: true,
	}
	t := &program.Table{Head: "optimizer", Names: []string{"d", "B", "gap", "s.e.", "bias", "Gap", "Spread", "Step", "Batch", "Memory", "Lag", "MeanSquare"}}
	agree, n := 0, 0
	for _, k := range kinds {
		var x, y, e []float64
		for _, o := range outcomes {
			if !k.is(o.trial.optimizer) {
				continue
			}
			v := o.validity
			t.AddRow(k.name, float64(o.trial.problem.Dim()), float64(o.trial.problem.Batch), o.gap, o.stdErr, o.bias, v.Gap.Value, v.Spread, v.Step.Value, v.Batch.Value, v.Memory.Value, v.Lag.Value, v.MeanSquare.Value)
			if math.IsNaN(o.bias) {
				continue
			}
			x, y, e = append(x, max(math.Abs(o.bias), seen)), append(y, max(math.Abs(o.gap), seen)), append(e, o.stdErr)
			if v.Met() {
				n++
				if math.Abs(o.gap-o.bias) <= 4*o.stdErr+math.Abs(o.bias)/3+0.01 {
					agree++
				}
			}
		}
		if len(x) > 0 {
			c.Points(k.name, x, y, e, k.colour)
		}
	}
	c.Line("equal", []float64{seen, 10}, []float64{seen, 10}, chart.Black, chart.Dashed)
	share := float64(agree) / float64(n)
	claim := program.AtMost("share of accepted problems whose gap is not the predicted one within 4 s.e., a third and 1%", 1-share, 0.05)
	claim.Allowed = 3 * math.Sqrt(0.05*0.95/float64(n))
	r.Claim(claim)
	return r.Save("validity-gap", c, t)
}

// worst draws the gap against the largest ratio of a condition to its bound.
func worst(r *program.Run, outcomes []*outcome) error {
	c := &chart.Chart{
		Title: "Where a condition of Validity is broken, runs leave the curve", X: "largest value of a condition over its bound", Y: "|mean of runs/curve − 1|",
		LogX: true, LogY: true,
	}
	t := &program.Table{Head: "optimizer", Names: []string{"ratio", "gap"}}
	for _, k := range kinds {
		var x, y []float64
		for _, o := range outcomes {
			if k.is(o.trial.optimizer) {
				ratio := 0.0
				v := o.validity
				for _, v := range []odes.Condition{v.Gap, v.Step, v.Batch, v.Memory, v.Lag, v.MeanSquare} {
					if !math.IsNaN(v.Value) {
						ratio = max(ratio, v.Value/v.Bound)
					}
				}
				x, y = append(x, ratio), append(y, max(math.Abs(o.gap), seen))
				t.AddRow(k.name, ratio, math.Abs(o.gap))
			}
		}
		if len(x) > 0 {
			c.Points(k.name, x, y, nil, k.colour)
		}
	}
	c.Line("bounds", []float64{1, 1}, []float64{seen, 10}, chart.Black, chart.Dashed)
	c.Line("", []float64{1e-2, 100}, []float64{tolerated, tolerated}, chart.Black, chart.Dashed)
	return r.Save("validity-worst", c, t)
}
