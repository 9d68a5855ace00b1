package main

import (
	"context"
	"flag"
	"fmt"
	"math"

	"gonum.org/v1/gonum/mat"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

var _ = mat.NewDense

func problem(d int, seed uint64, diag bool) signsgd.Problem {
	rng := ensemble.NewRand(seed, 0, "problem")
	lambda, _ := spectra.LogSpaced(d, 0.1, 1)
	scales, _ := spectra.LogSpaced(d, 0.3, 3)
	p := signsgd.Problem{Noise: noise.Normal{Sigma: 0.5}, Init: make([]float64, d)}
	if diag {
		for i := range scales {
			scales[i] *= scales[i] * 0.39
		}
		k, _ := spectra.NewDiagonal(scales)
		p.Covariance = k
	} else {
		k, _ := spectra.NewRotated(lambda, rng)
		s, _ := k.Congruent(scales)
		p.Covariance = s
	}
	spectra.FillNormal(p.Init, rng)
	p, _ = p.WithInitialRisk(2)
	return p
}

func main() {
	diag := flag.Bool("diag", false, "")
	dmin := flag.Int("dmin", 200, "")
	dmax := flag.Int("dmax", 800, "")
	runs := flag.Int("runs", 16, "")
	beta := flag.Float64("beta", 0.9, "")
	horizon := flag.Float64("T", 15, "")
	flag.Parse()
	times := []float64{0.25, 0.5, 1, 2, 4, 6, 8, 10, 12, 15}
	for d := *dmin; d <= *dmax; d *= 2 {
		p := problem(d, 1, *diag)
		eta := 0.3 / math.Sqrt(math.Pi/2*(1+*beta)/(1-*beta))
		o := signsgd.Signum{Beta: *beta}
		if *beta == 0 {
			eta = 0.3
		}
		sys, err := odes.New(p, o, schedule.Constant(eta))
		if err != nil {
			panic(err)
		}
		c, err := sys.Solve(context.Background(), times)
		if err != nil {
			panic(err)
		}
		band, err := signsgd.Ensemble(context.Background(), p, o, schedule.Constant(eta), ensemble.Settings{Horizon: *horizon, Runs: *runs, Seed: 7, Times: times})
		if err != nil {
			panic(err)
		}
		m, se := band.Risk.Mean(), band.Risk.StdErr()
		lim, _ := sys.LimitRisk()
		fmt.Printf("d=%d limit risk %.4g\n", d, lim)
		for i := range times {
			fmt.Printf("  t=%5.2f curve %.4g sim %.4g gap %.4f ± %.4f  gap*d/mem %.3f\n", times[i], c.Risk[i], m[i], m[i]/c.Risk[i]-1, se[i]/c.Risk[i], (m[i]/c.Risk[i]-1)*float64(d)*(1-*beta))
		}
	}
}
