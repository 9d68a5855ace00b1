// Mydata fits a problem to one half of a CSV file, and predicts the risk of signSGD on the other.
package main

import (
	"context"
	"fmt"
	"log"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

func main() {
	ctx := context.Background()

	// A header, then one sample a line: x0, …, x19 and the label y.
	file, err := data.OpenCSV(ctx, "examples/mydata/samples.csv", true)
	check(err)
	defer file.Close()
	rows, cols := file.Dims()
	x, y, err := data.Split(file, cols-1)
	check(err)

	// Least squares on the first half of the rows gives θ*, the second moments K and the
	// residuals ε. Runs on these very rows would end below the curve.
	half := rows / 2
	fit, err := signsgd.LeastSquares(ctx, part(x, 0, half), part(y, 0, half))
	check(err)
	law, err := noise.FitStudentsT(ctx, fit.Residuals, nil)
	check(err)
	p, err := fit.Problem(law.Law)
	check(err)
	fmt.Printf("the features explain %.0f%% of the labels; noise %v\n", 100*fit.Explained(), law.Law)

	// The prediction, and runs that go once through the second half, each in an order of its own.
	horizon, eta := float64(rows-half)/float64(p.Dim()), schedule.Constant(0.2)
	system, err := odes.New(p, signsgd.SignSGD{}, eta)
	check(err)
	times := ensemble.LinearTimes(horizon, 6)
	curve, err := system.Solve(ctx, times)
	check(err)
	p.Samples = signsgd.Data{X: part(x, half, rows), Y: part(y, half, rows)}
	runs, err := signsgd.Ensemble(ctx, p, signsgd.SignSGD{}, eta, ensemble.Settings{Horizon: horizon, Runs: 64, Times: times})
	check(err)
	fmt.Printf("curve %.4g\nruns  %.4g\n", curve.Risk, runs.Risk.Mean())
}

func part(t data.Rows, first, last int) data.Rows {
	rows, err := data.Range(t, first, last)
	check(err)
	return rows
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
