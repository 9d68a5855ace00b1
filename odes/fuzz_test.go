package odes_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/spectra"
)

// FuzzSystem asks systems from random numbers everything: within a quarter of a second every
// question has an answer that is a number, or an error by name, or obeys its context. The six
// questions leave a busy machine most of the ten seconds that fuzzing allows for an input.
func FuzzSystem(f *testing.F) {
	f.Add(uint64(1))
	f.Add(uint64(2))
	f.Fuzz(func(t *testing.T, seed uint64) {
		c := newRandomCase(rand.New(rand.NewPCG(17, seed)))
		if c.err != nil {
			return
		}
		for _, err := range c.ask(time.Second/4, func(string, time.Duration, error) {}) {
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v", c.text, err)
			}
		}
	})
}

// FuzzLimit solves limits from random numbers, as a user may write them: good ones and bad
// ones. What Validate accepts is solved, to a curve of numbers or an error.
func FuzzLimit(f *testing.F) {
	for seed := range uint64(20) {
		f.Add(seed)
	}
	f.Fuzz(solveWild)
}

// solveWild solves the limit that the seed gives.
func solveWild(t *testing.T, seed uint64) {
	rng := rand.New(rand.NewPCG(19, seed))
	d := 1 + rng.IntN(4)
	lambda, init := make([]float64, d), make([]float64, d)
	for i := range lambda {
		lambda[i], init[i] = decades(rng, -3, 1), decades(rng, -3, 1)*float64(rng.IntN(2))
	}
	p := signsgd.Problem{Covariance: must(spectra.NewDiagonal(lambda)), Init: init, Noise: noise.Normal{Sigma: decades(rng, -2, 1)}}
	if rng.IntN(2) == 0 {
		p.Target = init
		p.Init = nil
	}
	l, err := wildLimit(rng, p)
	if err != nil {
		return
	}
	checked := homogenized.CheckLimit(l)
	s, err := odes.NewFromLimit(p, l, randomSchedule(rng, 1))
	if err != nil {
		if checked == nil && !named(err) {
			t.Errorf("CheckLimit accepts the limit, NewFromLimit does not: %v", err)
		}
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	curve, err := s.Solve(ctx, []float64{0, 0.01, 1})
	if errors.Is(err, context.DeadlineExceeded) { // on a busy machine
		return
	}
	if err != nil {
		if !named(err) || strings.Contains(err.Error(), "NaN") && checked == nil {
			t.Errorf("Solve fails without a name: %v", err)
		}
		return
	}
	for i, r := range curve.Risk {
		if !(r >= 0) || math.IsInf(r, 1) {
			t.Errorf("the risk at %v is %v", curve.Times[i], r)
		}
	}
}

// wildLimit draws a limit: of an entrywise rule, or a literal of one vector or of several.
func wildLimit(rng *rand.Rand, p signsgd.Problem) (homogenized.Limit, error) {
	if rng.IntN(4) == 0 {
		p.Covariance = must(spectra.NewIsotropic(p.Dim(), decades(rng, -2, 1)))
		a, b, c, power := rng.NormFloat64(), rng.NormFloat64(), decades(rng, -2, 1), 1.5*rng.Float64()
		rules := []func(g float64) float64{
			func(g float64) float64 { return math.Tanh(a * g) },
			func(g float64) float64 { return max(-c, min(c, g)) },
			func(g float64) float64 { return math.Copysign(math.Pow(math.Abs(g), power), g) },
			func(g float64) float64 { return a*g + b*math.Sin(c*g) },
			func(g float64) float64 { return math.Copysign(max(math.Abs(g)-c, 0), g) },
			func(g float64) float64 { return math.Exp(c * g) },
		}
		return homogenized.Entrywise(p, rules[rng.IntN(len(rules))])
	}
	l := homogenized.Limit{Basis: spectra.Basis(rng.IntN(2)), Drift: wildCoefficient(rng), Centred: rng.IntN(16) == 0}
	shapes := []func(rho float64) float64{nil, math.Asin, math.Sin, func(rho float64) float64 { return rho * rho * rho }}
	for range rng.IntN(3) {
		shape := spectra.Shape{Odd: shapes[rng.IntN(len(shapes))], Scaled: rng.IntN(2) == 0}
		l.Noise = append(l.Noise, homogenized.Term{Gain: wildCoefficient(rng), Shape: shape})
	}
	if rng.IntN(2) == 0 {
		l.Coupling = wildCoupling(rng)
	}
	return l, nil
}

// wildCoefficient draws a coefficient, and now and then one that is none.
func wildCoefficient(rng *rand.Rand) homogenized.Coefficient {
	scale, at, power := decades(rng, -3, 3), decades(rng, -4, 4), 2*rng.Float64()-1
	switch rng.IntN(24) {
	case 0:
		return constant(0, 0)
	case 1:
		return constant(math.NaN(), 0)
	case 2:
		return constant(-scale, 0)
	case 3:
		return constant(scale, math.Inf(1))
	case 4:
		return constant(scale, scale) // whose slope is wrong
	}
	// scale (1 + R/at)^power
	return func(risk float64) (value, slope float64) {
		value = scale * math.Pow(1+risk/at, power)
		return value, value * power / (at + risk)
	}
}

// wildCoupling draws a coupling of up to four vectors and two scalars.
func wildCoupling(rng *rand.Rand) *homogenized.Coupling {
	c := &homogenized.Coupling{Vectors: []homogenized.Vector{{Name: "ν", Start: homogenized.Displacement}}}
	for _, name := range []string{"a", "b", "c"}[:rng.IntN(4)] {
		c.Vectors = append(c.Vectors, homogenized.Vector{Name: name, Start: homogenized.Start(rng.IntN(3))})
	}
	for _, name := range []string{"v", "w"}[:rng.IntN(3)] {
		start := decades(rng, -2, 2)
		c.Scalars = append(c.Scalars, homogenized.Scalar{Name: name, Start: func(float64) float64 { return start }})
	}
	for range rng.IntN(3) {
		c.Breaks = append(c.Breaks, decades(rng, -6, 1))
	}
	k := len(c.Vectors)
	var f, h [4][4]float64
	var s [4]float64
	for a := range k {
		for b := range k {
			f[a][b] = rng.NormFloat64() * decades(rng, -2, 2) * float64(rng.IntN(2))
			h[a][b] = rng.NormFloat64() * decades(rng, -2, 1) * float64(rng.IntN(2))
		}
		s[a] = rng.NormFloat64()
		if rng.IntN(2) == 0 { // often stable
			f[a][a], h[a][a] = math.Abs(f[a][a]), math.Abs(h[a][a])
		}
	}
	speed, kind := decades(rng, -2, 3), rng.IntN(8)
	c.Flow = func(out *homogenized.Flow, at *homogenized.State) {
		for a := range k {
			for b := range k {
				out.F[a][b], out.H[a][b] = f[a][b], h[a][b]*at.Rate*at.Drift
			}
			out.S[a] = s[a] * at.Rate
		}
		for q := range c.Scalars {
			out.Slope[q] = speed * (at.Risk() - at.Scalar[q])
		}
		switch {
		case kind == 0 && len(c.Scalars) > 0:
			out.H[0][0] /= math.Sqrt(at.Scalar[0])
		case kind == 1:
			out.F[0][0] = 1 / at.Time
		case kind == 2:
			out.F[0][0] = math.NaN()
		case kind == 3 && k > 1:
			out.F[1][1] = at.Overlap[1][1]
		}
	}
	return c
}
