// Conditioning reproduces Figures 8 and 9 of "Exact risk curves of signSGD in high
// dimensions" (arXiv:2411.12135): signSGD and SGD, each at its best learning rate, on
// diagonal covariances of growing condition number; where signSGD begins to win; and
// their rates of convergence beside Theorem 4.
package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

var about = program.About{
	Name: "conditioning",
	Text: "Conditioning makes Figures 8 and 9: signSGD and SGD at their best rates against the conditioning of K.",
	Dim:  program.Default{Full: 200, Quick: 160},
	Runs: program.Default{Full: 32, Quick: 32},
}

// highest is the largest power of the grid: condition numbers up to 1111.
const highest = 2

// small is the c at which rates are held against Theorem 4.
const small = 0.02

// outcome is what became of one optimizer on one problem, at its best rate.
type outcome struct {
	c           float64
	final       float64          // R at the horizon, by the ODE
	curve       []float64        // R, by the ODE
	runs        ensemble.Summary // simulated
	condition   float64          // average condition number
	rate        float64          // of decay at c = small, by linearization
	decay       float64          // the same, by the nonlinear ODE
	theoretical float64          // the same, by Theorem 4
}

// end returns the mean risk of the runs at the horizon and its standard error.
func (o *outcome) end() (mean, se float64) {
	last := len(o.curve) - 1
	return o.runs.Mean[last], o.runs.StdErr[last]
}

// round is a contest with its outcomes, in the order of players.
type round struct {
	*contest
	outcomes []*outcome
}

func main() { program.Main(about, draw) }

func draw(ctx context.Context, r *program.Run) error {
	crossing, slope, err := crossover(ctx, r.Dim)
	if err != nil {
		return err
	}
	powers := []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, highest}
	if r.Quick {
		powers = []float64{0.25, 1, highest}
	}
	times := ensemble.Settings{Horizon: horizon}.RecordTimes()
	stage := r.Progress.Stage("powers")
	var rounds []*round
	for i, power := range append(powers, crossing) {
		q, err := play(ctx, r, power, times)
		if err != nil {
			return err
		}
		rounds = append(rounds, q)
		stage(i+1, len(powers)+1)
	}
	even := rounds[len(powers)]
	rounds = rounds[:len(powers)]
	claim(r, rounds, even, crossing, slope)
	if err := curves(r, rounds, times); err != nil {
		return err
	}
	if err := finals(r, rounds, crossing); err != nil {
		return err
	}
	return rates(r, rounds)
}

// play runs both optimizers on one problem.
func play(ctx context.Context, r *program.Run, power float64, times []float64) (*round, error) {
	q, err := newContest(r.Dim, power)
	if err != nil {
		return nil, err
	}
	result := &round{contest: q}
	for _, p := range players {
		o := &outcome{condition: p.condition(q.problem.Covariance)}
		o.theoretical = p.speed * small / o.condition
		if o.c, o.final, err = p.best(ctx, q); err != nil {
			return nil, err
		}
		system, err := p.system(q, o.c)
		if err != nil {
			return nil, err
		}
		curve, err := system.Solve(ctx, times)
		if err != nil {
			return nil, err
		}
		o.curve = curve.Risk
		band, err := signsgd.Ensemble(ctx, q.problem, p.optimizer, p.rate(q, o.c),
			ensemble.Settings{Horizon: horizon, Runs: r.Runs, Seed: r.Seed, Times: times})
		if err != nil {
			return nil, err
		}
		o.runs = band.Risk.Summary(0.8)
		if system, err = p.system(q, small); err != nil {
			return nil, err
		}
		if o.decay, o.rate, err = decay(ctx, system); err != nil {
			return nil, err
		}
		result.outcomes = append(result.outcomes, o)
	}
	return result, nil
}

// claim makes the claims: final risks and rates of convergence of both, and the power at
// which they are equal.
func claim(r *program.Run, rounds []*round, even *round, crossing, slope float64) {
	for j, p := range players {
		var finals []program.Claim
		off, law := 0.0, 0.0
		for _, q := range rounds {
			o := q.outcomes[j]
			mean, se := o.end()
			finals = append(finals, program.Claim{
				What:      fmt.Sprintf("final risk of %s at its best rate, worst at power %g", p.name, q.power),
				Predicted: o.final, Measured: mean, Allowed: program.Sigmas(r.Runs)*se + program.FiniteSize(r.Dim)*o.final,
			})
			off = max(off, math.Abs(o.decay/o.rate-1))
			law = max(law, math.Abs(o.rate/o.theoretical-1))
		}
		r.Claim(program.Worst(finals),
			// Displaced by 1e-3, the system is linear to that order.
			program.AtMost(fmt.Sprintf("rate of %s near R∞ off its linearization, share", p.name), off, 2e-3),
			// R∞ is of order c v², and the drift at R∞ off its value at 0 by that share.
			program.AtMost(fmt.Sprintf("rate of %s off %.3g c λ_min d/%s at c = %g, share", p.name, p.speed, p.trace, small), law, 2*small))
	}
	// At the crossover both risks are equal. Their measured ratio moves it by its own
	// logarithm over the slope of the advantage.
	sign, signErr := even.outcomes[0].end()
	sgd, sgdErr := even.outcomes[1].end()
	r.Claim(program.Claim{
		What:      "power from which on signSGD wins",
		Predicted: crossing,
		Measured:  crossing - math.Log(sgd/sign)/slope,
		Allowed:   (program.Sigmas(r.Runs)*math.Hypot(signErr/sign, sgdErr/sgd) + program.FiniteSize(r.Dim)) / slope,
	})
}

// column returns a number of every round.
func column(rounds []*round, of func(r *round) float64) []float64 {
	x := make([]float64, len(rounds))
	for i, r := range rounds {
		x[i] = of(r)
	}
	return x
}

// conditionNumber is that of K itself.
func conditionNumber(r *round) float64 {
	variances := r.problem.Covariance.Variances(nil)
	return floats.Max(variances) / floats.Min(variances)
}
