// Package conditioning makes Figures 8 and 9 of arXiv:2411.12135: signSGD and SGD on
// diagonal covariances of growing condition number.
package conditioning

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Figure returns Figures 8 and 9.
func Figure() figure.Figure {
	return figure.Figure{
		Name:  "conditioning",
		About: "Figures 8 and 9, signSGD and SGD at their best rates against the conditioning of K",
		Full:  figure.Size{Dim: 200, Runs: 32},
		Quick: figure.Size{Dim: 160, Runs: 32},
		Make:  makeFigure,
	}
}

// highest is the largest power of the grid: condition numbers up to 1111.
const highest = 2

// small is the c at which rates are held against Theorem 4.
const small = 0.02

// outcome is what became of one optimizer on one problem, at its best rate.
type outcome struct {
	c           float64
	final       float64       // R at the horizon, by the ODE
	curve       []float64     // R, by the ODE
	runs        signsgd.Paths // simulated
	condition   float64       // average condition number
	rate        float64       // of decay at c = small, by linearization
	decay       float64       // the same, by the nonlinear ODE
	theoretical float64       // the same, by Theorem 4
}

// end returns the mean risk of the runs at the horizon and its standard error.
func (o *outcome) end() (mean, se float64) {
	last := len(o.runs[0]) - 1
	return o.runs.Mean()[last], o.runs.StdErr()[last]
}

// round is a contest with its outcomes, in the order of players.
type round struct {
	*contest
	outcomes []*outcome
}

func makeFigure(ctx context.Context, c figure.Config) (*figure.Result, error) {
	crossing, slope, err := crossover(ctx, c.Dim)
	if err != nil {
		return nil, err
	}
	powers := []float64{0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, highest}
	if c.Quick {
		powers = []float64{0.25, 1, highest}
	}
	times := signsgd.Settings{Horizon: horizon}.RecordTimes()
	var rounds []*round
	stage := c.Progress.Stage("powers")
	for i, power := range append(powers, crossing) {
		r, err := play(ctx, power, times, c)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, r)
		stage(i+1, len(powers)+1)
	}
	even := rounds[len(powers)]
	rounds = rounds[:len(powers)]
	return &figure.Result{
		Panels: []figure.Panel{curves(rounds, times), finals(rounds, crossing), rates(rounds)},
		Claims: claims(rounds, even, crossing, slope, c),
	}, nil
}

// play runs both optimizers on one problem.
func play(ctx context.Context, power float64, times []float64, c figure.Config) (*round, error) {
	q, err := newContest(c.Dim, power)
	if err != nil {
		return nil, err
	}
	r := &round{contest: q}
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
			signsgd.Settings{Horizon: horizon, Runs: c.Runs, Seed: c.Seed, Times: times})
		if err != nil {
			return nil, err
		}
		o.runs = band.Risk
		if system, err = p.system(q, small); err != nil {
			return nil, err
		}
		if o.rate, err = system.LocalRate(); err != nil {
			return nil, err
		}
		if o.decay, err = decay(ctx, system, p.rate(q, small), o.rate); err != nil {
			return nil, err
		}
		r.outcomes = append(r.outcomes, o)
	}
	return r, nil
}

func claims(rounds []*round, even *round, crossing, slope float64, c figure.Config) []figure.Claim {
	var result []figure.Claim
	for j, p := range players {
		share, worst := -1.0, figure.Claim{}
		off, law := 0.0, 0.0
		for _, r := range rounds {
			o := r.outcomes[j]
			mean, se := o.end()
			allowed := figure.Sigmas(c.Runs)*se + figure.FiniteSize(c.Dim)*o.final
			if s := math.Abs(mean-o.final) / allowed; s > share {
				share = s
				worst = figure.Claim{
					What:      fmt.Sprintf("final risk of %s at its best rate, worst at power %g", p.name, r.power),
					Predicted: o.final, Measured: mean, Allowed: allowed,
				}
			}
			off = max(off, math.Abs(o.decay/o.rate-1))
			law = max(law, math.Abs(o.rate/o.theoretical-1))
		}
		result = append(result, worst,
			// Displaced by 1e-3, the system is linear to that order.
			figure.Claim{What: fmt.Sprintf("rate of %s near R∞ off its linearization, share", p.name), Measured: off, Allowed: 2e-3},
			// R∞ is of order c v², and the drift at R∞ off its value at 0 by that share.
			figure.Claim{What: fmt.Sprintf("rate of %s off %.3g c λ_min d/%s at c = %g, share", p.name, p.speed, p.trace, small), Measured: law, Allowed: 2 * small})
	}
	// At the crossover both risks are equal. Their measured ratio moves it by its own
	// logarithm over the slope of the advantage.
	sign, signErr := even.outcomes[0].end()
	sgd, sgdErr := even.outcomes[1].end()
	se := math.Hypot(signErr/sign, sgdErr/sgd)
	return append(result, figure.Claim{
		What:      "power from which on signSGD wins",
		Predicted: crossing,
		Measured:  crossing - math.Log(sgd/sign)/slope,
		Allowed:   (figure.Sigmas(c.Runs)*se + figure.FiniteSize(c.Dim)) / slope,
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
