package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/spectra"
)

// assumption measures what Assumption 3 bounds, in growing dimensions. Matrices with the
// spectrum of Marchenko and Pastur in a random basis meet it. The covariance of an
// autoregressive series does not: however large d is, neighbours stay correlated.
func assumption(ctx context.Context, r *program.Run) error {
	table := &program.Table{Head: "d", Names: []string{"λ_min", "λ_max", "‖K_σ‖", "off-diagonal", "AR(1), off-diagonal"}}
	var dims, overLog []float64
	for _, d := range []int{64, 128, 256, 512} {
		lambda, err := spectra.MarchenkoPastur(d, 0.5)
		if err != nil {
			return err
		}
		rotated, err := spectra.NewRotated(lambda, ensemble.NewRand(r.Seed, d, "assumption"))
		if err != nil {
			return err
		}
		series, err := spectra.NewAR1(d, 1, 0.5)
		if err != nil {
			return err
		}
		meets, err := spectra.CheckAssumption3(ctx, rotated, 4)
		if err != nil {
			return err
		}
		fails, err := spectra.CheckAssumption3(ctx, series, 4)
		if err != nil {
			return err
		}
		table.AddRow(fmt.Sprint(d), meets.MinK, meets.MaxK, meets.KSigma, meets.OffDiagonal, fails.OffDiagonal)
		dims, overLog = append(dims, float64(d)), append(overLog, meets.OffDiagonal/math.Sqrt(math.Log(float64(d))))
	}
	r.Print("Assumption 3", table, 1)

	// The entries of the resolvent are of order d^{−1/2}, and the largest of d² random ones
	// is √(log d) times that. It varies by a tenth, and so the exponent by 0.06.
	exponent, _ := fit(dims, overLog)
	sigma, series := table.Columns[2], table.Columns[4]
	r.Claim(
		program.Claim{What: "Marchenko–Pastur: exponent of the resolvent off its diagonal", Predicted: 0.5, Measured: exponent, Allowed: 0.24},
		program.AtMost("Marchenko–Pastur: ‖K_σ‖, largest over smallest", floats.Max(sigma)/floats.Min(sigma), 1.2),
		program.AtMost("AR(1): the resolvent off its diagonal, largest over smallest", floats.Max(series)/floats.Min(series), 1.05),
	)
	return r.Save("spectra-assumption", nil, table)
}
