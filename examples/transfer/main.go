// Transfer asks how the best learning rate changes with the number of steps N and with the
// dimension d, for signSGD and SGD on power laws: eigenvalues j^{−b} and
// λ_j θ*_j² = j^{−(1+sb)}. It compares the best constant rates and the optimal schedules with
// their asymptotic power laws by local slopes between neighbouring N, and the shape of the
// optimal decay with its asymptote.
package main

import (
	"context"
	"fmt"
	"image/color"
	"math"

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
	shapes := &chart.Chart{Title: fmt.Sprintf("Optimal decay at N = %.0f (dashed: its asymptote)", steps[len(steps)-1]), X: "steps that are left, 1 − k/N", Y: "η over its plateau", LogX: true, LogY: true}
	table := &program.Table{Head: "exponents"}
	table.Names = []string{"N", "best constant", "its limit", "its risk", "plateau", "its limit", "risk", "its limit"}
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
		n := len(steps)
		constant, constantRisk, plateau, risk := make([]float64, n), make([]float64, n), make([]float64, n), make([]float64, n)
		var last schedule.Interpolated
		stage := r.Progress.Stage(f.name)
		for i, steps := range steps {
			horizon := steps / float64(r.Dim)
			eta, end, err := system.BestConstant(ctx, horizon)
			if err != nil {
				return err
			}
			constant[i], constantRisk[i] = eta/float64(r.Dim), end
			if last, risk[i], err = system.Optimal(ctx, horizon); err != nil {
				return err
			}
			plateau[i] = afterStart(last, horizon) / float64(r.Dim)
			stage(i+1, n)
		}
		rates.Line(f.name+", constant", steps, constant, f.colour, chart.Dashed)
		rates.Line(f.name+", optimal", steps, plateau, f.colour, chart.Solid)

		b, _ := f.effective()
		wantConstant, wantConstantRisk, wantRate, wantRisk := f.exponents()
		middle, constantSlopes := local(steps, constant)
		_, constantRiskSlopes := local(steps, constantRisk)
		_, slope := local(steps, plateau)
		_, riskSlope := local(steps, risk)
		slopes.Line(f.name+", constant", middle, constantSlopes, f.colour, chart.Dashed)
		slopes.Line(f.name+", optimal", middle, slope, f.colour, chart.Solid)
		ends := []float64{middle[0], middle[len(middle)-1]}
		slopes.Line("", ends, []float64{wantConstant, wantConstant}, f.colour, chart.Dotted)
		slopes.Line("", ends, []float64{wantRate, wantRate}, f.colour, chart.Dotted)
		for i := range middle {
			table.AddRow(f.name, middle[i], constantSlopes[i], wantConstant, constantRiskSlopes[i], slope[i], wantRate, riskSlope[i], wantRisk)
		}
		// The corrections to the power laws fall slowly. At these N they leave a few
		// hundredths, which is what tells the exponents apart that differ by 0.1.
		end := len(middle) - 1
		at := fmt.Sprintf("%s, N = %.2g: local exponent of the ", f.name, middle[end])
		r.Claim(
			program.Claim{What: at + "best constant rate", Predicted: wantConstant, Measured: constantSlopes[end], Allowed: 0.04},
			program.Claim{What: at + "risk under it", Predicted: wantConstantRisk, Measured: constantRiskSlopes[end], Allowed: 0.04},
			program.Claim{What: at + "optimal schedule's plateau", Predicted: wantRate, Measured: slope[end], Allowed: 0.04},
			program.Claim{What: at + "risk under it", Predicted: wantRisk, Measured: riskSlope[end], Allowed: 0.05},
		)

		horizon := steps[n-1] / float64(r.Dim)
		shape, asymptote := make([]float64, len(left)), make([]float64, len(left))
		for i, x := range left {
			shape[i] = last.Rate((1-x)*horizon, nil) / afterStart(last, horizon)
			if asymptote[i] = math.Pow(x/0.9, 2*b-1); asymptote[i] < 1e-4 {
				asymptote[i] = math.NaN() // far below what is drawn
			}
		}
		shapes.Line(f.name, left, shape, f.colour, chart.Solid)
		shapes.Line("", left, asymptote, f.colour, chart.Dashed)
		curves.Add(f.name, shape)
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
// a step, η/d, tends to a limit, because the modes that larger d adds hardly matter: it
// transfers from small problems to large ones.
func sizes(ctx context.Context, r *program.Run, families []family, steps float64) error {
	var dims []float64
	for d := r.Dim / 16; d <= r.Dim; d *= 2 {
		dims = append(dims, float64(d))
	}
	table := new(program.Table)
	table.Add("d", dims)
	for _, f := range families {
		rate := make([]float64, len(dims))
		for i, d := range dims {
			system, err := f.system(int(d))
			if err != nil {
				return err
			}
			eta, _, err := system.BestConstant(ctx, steps/d)
			if err != nil {
				return err
			}
			rate[i] = eta / d
		}
		_, slope := local(dims, rate)
		table.Add(f.name+", η/d", rate)
		table.Add("local exponent", append([]float64{math.NaN()}, slope...))
		largest := slope[len(slope)-1]
		r.Claim(program.AtMost(fmt.Sprintf("%s: |local exponent of d| of the best constant step, largest d", f.name), math.Abs(largest), 0.1))
	}
	r.Print(fmt.Sprintf("Best constant step at N = %.3g", steps), table, 1)
	return r.Save("transfer-sizes", nil, table)
}
