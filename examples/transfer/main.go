// Transfer asks how the best learning rate changes with the number of steps N and with the
// dimension d, for signSGD and SGD on power laws: eigenvalues j^{−b} and
// λ_j θ*_j² = j^{−(1+sb)}. It compares the best constant rates and the optimal schedules with
// a theory of small risks, and by local slopes between neighbouring N with the power laws of
// N → ∞, and the shape of the optimal decay with its asymptote.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

	"gonum.org/v1/plot/vg"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var about = program.About{
	Name: "transfer",
	Text: "Transfer follows the best constant rates and the optimal schedules over the number of steps and the size.",
	Dim:  program.Default{Full: 2000, Quick: 1000},
}

// family is an optimizer on a power law.
type family struct {
	name   string
	rule   signsgd.Optimizer
	b, s   float64
	colour color.NRGBA
}

var families = []family{
	{"SGD, b = 3/2", signsgd.SGD{}, 1.5, 2, chart.Orange},
	{"SGD, b = 2", signsgd.SGD{}, 2, 1.5, chart.Green},
	{"signSGD, b = 2", signsgd.SignSGD{}, 2, 1.5, chart.Blue},
}

// effective returns the b and s of the modes. On diagonal data those of signSGD decay by
// the roots of the variances, so its b is half as large and its s twice.
func (f family) effective() (b, s float64) {
	if _, sign := f.rule.(signsgd.SignSGD); sign {
		return f.b / 2, 2 * f.s
	}
	return f.b, f.s
}

// exponents returns the asymptotic ones of N: of the best constant rate and its risk, at
// which a bias τ^{−s} meets noise in proportion to η = τ/N, and of the optimal schedule's
// rate and risk where s ≥ 1 − 1/b.
func (f family) exponents() (constant, constantRisk, rate, risk float64) {
	b, s := f.effective()
	constant = -s / (1 + s)
	return constant, constant, -(1 + s*b - b) / (1 + s*b), -s * b / (1 + s*b)
}

// system returns the family in dimension d, under label noise N(0, 1).
func (f family) system(d int) (*odes.System, error) {
	variances, err := spectra.PowerLaw(d, f.b)
	if err != nil {
		return nil, err
	}
	k, err := spectra.NewDiagonal(variances)
	if err != nil {
		return nil, err
	}
	init := make([]float64, d)
	for j := range init {
		init[j] = math.Pow(float64(j+1), -(1+f.s*f.b-f.b)/2)
	}
	return odes.New(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 1}, Init: init}, f.rule, schedule.Constant(0))
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	steps := []float64{1e4, 1e4 * math.Sqrt(10), 1e5, 1e5 * math.Sqrt(10), 1e6}
	families := families
	if r.Quick {
		steps, families = steps[:3], families[1:]
	}
	rates := &chart.Chart{Title: fmt.Sprintf("Best rates on power laws, d = %d", r.Dim), X: "number of steps  N", Y: "step size  η/d", LogX: true, LogY: true}
	slopes := &chart.Chart{Title: "Local exponents of the rates (dotted: their limits)", X: "number of steps  N", Y: "d log η / d log N", LogX: true}
	shapes := &chart.Chart{Title: fmt.Sprintf("Optimal decay at N = %.0f (dotted: theory, dashed: N → ∞)", steps[len(steps)-1]), X: "steps that are left, 1 − k/N", Y: "η over its plateau", LogX: true, LogY: true}
	table := &program.Table{Head: "exponents"}
	table.Names = []string{"N", "best constant", "theory", "limit", "its risk", "theory", "limit", "plateau", "theory", "limit", "risk", "theory", "limit"}
	left := make([]float64, 121) // 1 − t/T
	for i := range left {
		left[i] = math.Pow(10, -3*float64(i)/120)
	}
	curves := new(program.Table)
	curves.Add("1 − k/N", left)
	for _, f := range families {
		system, err := f.system(r.Dim)
		if err != nil {
			return err
		}
		system.Tolerance = 1e-8
		theory := newTheory(system)
		n := len(steps)
		quantities := []*quantity{
			{name: "best constant rate"}, {name: "risk under it"}, {name: "optimal schedule's plateau"}, {name: "risk under it"},
		}
		quantities[0].limit, quantities[1].limit, quantities[2].limit, quantities[3].limit = f.exponents()
		var last schedule.Interpolated
		stage := r.Progress.Stage(f.name)
		for i, steps := range steps {
			horizon := steps / float64(r.Dim)
			eta, end, err := system.BestConstant(ctx, horizon)
			if err != nil {
				return err
			}
			missed, err := theory.missed(ctx, system, schedule.Constant(eta), horizon)
			if err != nil {
				return err
			}
			of, ofEnd := theory.constant(horizon)
			quantities[0].add(eta/float64(r.Dim), of/float64(r.Dim), missed)
			quantities[1].add(end, ofEnd, missed)
			if last, end, err = system.Optimal(ctx, horizon); err != nil {
				return err
			}
			if missed, err = theory.missed(ctx, system, last, horizon); err != nil {
				return err
			}
			rate, ofEnd := theory.optimal(horizon)
			// Optimal gives the risk to 1e-5. About its minimum, the rate is then free by
			// the root of that.
			quantities[2].add(afterStart(last, horizon)/float64(r.Dim), rate(0.9)/float64(r.Dim), missed+math.Sqrt(1e-5))
			quantities[3].add(end, ofEnd, missed)
			stage(i+1, n)
		}
		constant, plateau := quantities[0], quantities[2]
		rates.Line(f.name+", constant", steps, constant.exact, f.colour, chart.Dashed)
		rates.Line(f.name+", optimal", steps, plateau.exact, f.colour, chart.Solid)

		middle, _ := local(steps, constant.exact)
		ends := []float64{middle[0], middle[len(middle)-1]}
		for _, q := range []struct {
			name string
			*quantity
			dashes []vg.Length
		}{{"constant", constant, chart.Dashed}, {"optimal", plateau, chart.Solid}} {
			_, slope := local(steps, q.exact)
			slopes.Line(f.name+", "+q.name, middle, slope, f.colour, q.dashes)
			slopes.Line("", ends, []float64{q.limit, q.limit}, f.colour, chart.Dotted)
		}
		rows := make([][]float64, len(middle))
		for i := range rows {
			rows[i] = []float64{middle[i]}
		}
		for _, q := range quantities {
			_, exact := local(steps, q.exact)
			_, predicted := local(steps, q.theory)
			for i := range rows {
				rows[i] = append(rows[i], exact[i], predicted[i], q.limit)
			}
			r.Claim(q.claims(f.name, steps)...)
		}
		for _, row := range rows {
			table.AddRow(f.name, row...)
		}

		b, _ := f.effective()
		horizon := steps[n-1] / float64(r.Dim)
		shape, predicted, asymptote := make([]float64, len(left)), make([]float64, len(left)), make([]float64, len(left))
		rate, _ := theory.optimal(horizon)
		for i, x := range left {
			predicted[i] = rate(x) / rate(0.9)
			shape[i] = last.Rate((1-x)*horizon, nil) / afterStart(last, horizon)
			if asymptote[i] = math.Pow(x/0.9, 2*b-1); asymptote[i] < 1e-4 {
				asymptote[i] = math.NaN() // far below what is drawn
			}
		}
		shapes.Line(f.name, left, shape, f.colour, chart.Solid)
		shapes.Line("", left, predicted, chart.Black, chart.Dotted)
		shapes.Line("", left, asymptote, f.colour, chart.Dashed)
		curves.Add(f.name, shape)
		curves.Add("theory", predicted)
		curves.Add("(1 − k/N)^(2b−1)", asymptote)
	}
	r.Print("Local exponents of N", table, 1)
	if err := r.Save("transfer-exponents", slopes, table); err != nil {
		return err
	}
	if err := r.Save("transfer-rates", rates, nil); err != nil {
		return err
	}
	if err := r.Save("transfer-decay", shapes, curves); err != nil {
		return err
	}
	return sizes(ctx, r, families, steps[len(steps)-1])
}

// quantity is something that is followed over N, from the equations and from the theory.
type quantity struct {
	name          string
	exact, theory []float64
	missed        []float64 // the part that the theory may miss
	limit         float64   // the exponent as N → ∞
}

func (q *quantity) add(exact, theory, missed float64) {
	q.exact, q.theory, q.missed = append(q.exact, exact), append(q.theory, theory), append(q.missed, missed)
}

// claims are that the theory gives the last value, and the last local exponent, but for what
// it may miss, and that the local exponents draw near their limit as N grows.
func (q *quantity) claims(name string, steps []float64) []program.Claim {
	n := len(steps) - 1
	middle, slope := local(steps, q.exact)
	_, predicted := local(steps, q.theory)
	at := fmt.Sprintf("%s, N = %.2g: ", name, steps[n])
	between := fmt.Sprintf("%s, N = %.2g: local exponent of the ", name, middle[n-1])
	return []program.Claim{
		{What: at + q.name, Predicted: q.theory[n], Measured: q.exact[n], Allowed: q.missed[n] * q.theory[n]},
		{What: between + q.name, Predicted: predicted[n-1], Measured: slope[n-1], Allowed: (q.missed[n] + q.missed[n-1]) / math.Log(steps[n]/steps[n-1])},
		program.AtMost(fmt.Sprintf("%s: distance of that exponent to its limit %.3g, over that at N = %.2g", name, q.limit, middle[0]),
			math.Abs(slope[n-1]-q.limit)/math.Abs(slope[0]-q.limit), 1),
	}
}

// afterStart returns the rate at a tenth of the horizon. Before that the optimal schedule
// spends a burst on the fast modes, which shrinks as N grows.
func afterStart(s schedule.Interpolated, horizon float64) float64 { return s.Rate(horizon/10, nil) }

// local returns the slopes of log y against log x between neighbours, and the x in the
// middle of them.
func local(x, y []float64) (middle, slope []float64) {
	for i := 1; i < len(x); i++ {
		middle = append(middle, math.Sqrt(x[i-1]*x[i]))
		slope = append(slope, math.Log(y[i]/y[i-1])/math.Log(x[i]/x[i-1]))
	}
	return middle, slope
}

// sizes follows the best constant rate over the dimension at a number of steps. The rate of
// a step, η/d, tends to a limit where modes that larger d adds hardly matter, and then
// transfers from small problems to large ones. The theory says how nearly.
func sizes(ctx context.Context, r *program.Run, families []family, steps float64) error {
	var dims []float64
	for d := r.Dim / 16; d <= r.Dim; d *= 2 {
		dims = append(dims, float64(d))
	}
	table := new(program.Table)
	table.Add("d", dims)
	for _, f := range families {
		rate := new(quantity)
		for _, d := range dims {
			system, err := f.system(int(d))
			if err != nil {
				return err
			}
			horizon := steps / d
			eta, _, err := system.BestConstant(ctx, horizon)
			if err != nil {
				return err
			}
			theory := newTheory(system)
			missed, err := theory.missed(ctx, system, schedule.Constant(eta), horizon)
			if err != nil {
				return err
			}
			of, _ := theory.constant(horizon)
			rate.add(eta/d, of/d, missed)
		}
		middle, slope := local(dims, rate.exact)
		table.Add(f.name+", η/d", rate.exact)
		table.Add("local exponent", append([]float64{math.NaN()}, slope...))
		n := len(dims) - 1
		r.Claim(program.Claim{What: fmt.Sprintf("%s, d = %.0f: best constant step", f.name, dims[n]), Predicted: rate.theory[n], Measured: rate.exact[n], Allowed: rate.missed[n] * rate.theory[n]})
		// The exponents fall with d as the part of the noise in modes beyond d does, about
		// like d^{−(2b−1)}, which the theory has. The rates are known to 1e-7.
		_, predicted := local(dims, rate.theory)
		fall := predicted[1] / predicted[0]
		known := 1e-7 * math.Sqrt2 / math.Ln2 / math.Abs(slope[0])
		r.Claim(program.Claim{
			What:      fmt.Sprintf("%s: local exponent of d of the best constant step at d = %.0f, over that at %.0f", f.name, middle[1], middle[0]),
			Predicted: fall, Measured: slope[1] / slope[0], Allowed: fall*(rate.missed[0]+rate.missed[1]) + known,
		})
	}
	r.Print(fmt.Sprintf("Best constant step at N = %.3g", steps), table, 1)
	return r.Save("transfer-sizes", nil, table)
}
