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

// Closure: each coordinate normal with mean a_i, var b_i; diag K.
func main() {
	d := flag.Int("d", 200, "")
	beta := flag.Float64("beta", 0.9, "")
	flag.Parse()
	p := problem(*d, 1, true)
	eta := 0.3 / math.Sqrt(math.Pi/2*(1+*beta)/(1-*beta))
	o := signsgd.Signum{Beta: *beta}
	sys, _ := odes.New(p, o, schedule.Constant(eta))
	times := []float64{1, 4, 8, 10, 15}
	c, _ := sys.Solve(context.Background(), times)
	lim := sys.Limit
	kap := 0.0
	for _, t := range lim.Noise {
		g, _ := t.Gain(1)
		f := 1.0
		if t.Shape.Odd != nil {
			f = t.Shape.Odd(1)
		}
		kap += g * f
	}
	v := p.Covariance.Variances(nil)
	nu := p.Displacement(nil, p.Init)
	a, b := append([]float64{}, nu...), make([]float64, *d)
	dt := 0.01
	t := 0.0
	x := []float64{-2.8569700138728, -1.355626179974266, 0, 1.355626179974266, 2.8569700138728}
	w := []float64{0.011257411327721, 0.222075922005613, 0.533333333333333, 0.222075922005613, 0.011257411327721}
	k := 0
	for k < len(times) {
		R := 0.0
		for i := range v {
			R += 0.5 * v[i] * (a[i]*a[i] + b[i])
		}
		if t > times[k]-1e-9 {
			fmt.Printf("t=%v curve %.4g closure %.4g ratio %.4f\n", times[k], c.Risk[k], R, R/c.Risk[k]-1)
			k++
		}
		h, _ := lim.Drift(R)
		for i := range v {
			D := math.Sqrt(v[i])
			s := math.Sqrt((1+*beta)/(1-*beta)) / math.Sqrt(2*R+0.25)
			// drift f(nu)= h D nu * sat(s D nu), sat = sqrt(pi/2) erf(x/sqrt2)/x
			m, m2 := 0.0, 0.0
			sd := math.Sqrt(b[i])
			for q := range x {
				n := a[i] + sd*x[q]*1
				y := s * D * n
				f := h * D * n
				if math.Abs(y) > 1e-6 {
					f *= math.Sqrt(math.Pi/2) * math.Erf(y/math.Sqrt2) / y
				}
				m += w[q] * f
				m2 += w[q] * f * (n - a[i])
			}
			a[i] -= eta * dt * m
			b[i] += dt * (-2*eta*m2 + eta*eta*kap/float64(*d))
		}
		t += dt
	}
}
