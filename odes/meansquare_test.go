package odes_test

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// secondMoment is the exact map M ← E (1 − aS)M(1 − aS) of SGD's second moment without
// noise, S the mean of xxᵀ over a batch.
type secondMoment struct {
	k     mat.Symmetric
	a     float64
	batch float64
}

func (s secondMoment) next(m *mat.SymDense) *mat.SymDense {
	d := s.k.SymmetricDim()
	km := mat.NewDense(d, d, nil)
	trace := 0.0
	for i := range d {
		for j := range d {
			v := 0.0
			for l := range d {
				v += s.k.At(i, l) * m.At(l, j)
			}
			km.Set(i, j, v)
		}
		trace += km.At(i, i)
	}
	next := mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			kmk := 0.0
			for l := range d {
				kmk += km.At(i, l) * s.k.At(l, j)
			}
			v := m.At(i, j) - s.a*(km.At(i, j)+km.At(j, i))
			next.SetSym(i, j, v+s.a*s.a*((1+1/s.batch)*kmk+trace*s.k.At(i, j)/s.batch))
		}
	}
	return next
}

// growth is the factor by which the map multiplies a second moment in the end.
func (s secondMoment) growth() (factor float64) {
	d := s.k.SymmetricDim()
	m := mat.NewSymDense(d, nil)
	for i := range d {
		m.SetSym(i, i, 1)
	}
	for range 1500 {
		m = s.next(m)
		factor = mat.Trace(m)
		m.ScaleSym(float64(d)/factor, m)
		factor /= float64(d)
	}
	return factor
}

// TestMeanSquareRate holds the rate to the spectral radius of the exact map of the
// second moment, which it must put at 1.
func TestMeanSquareRate(t *testing.T) {
	t.Parallel()
	for _, batch := range []int{1, 3} {
		for _, d := range []int{1, 2, 5, 40} {
			iso := signsgd.Problem{Covariance: must(spectra.NewIsotropic(d, 1)), Init: ones(d), Batch: batch}
			got := must(must(odes.New(iso, signsgd.SGD{}, schedule.Constant(1))).MeanSquareRate())
			n, b := float64(d), float64(batch)
			if want := 2 * n * b / (n + b + 1); math.Abs(got/want-1) > 1e-12 {
				t.Errorf("K = I, d = %d, B = %d: %v, want 2dB/(d+B+1) = %v", d, batch, got, want)
			}
		}
		for _, lambda := range [][]float64{{1, .01}, {3, 1, .5, .2, .2}, {1, .3, .1, .03}} {
			k := must(spectra.NewRotated(lambda, rand.New(rand.NewPCG(1, 2))))
			p := signsgd.Problem{Covariance: k, Init: ones(len(lambda)), Batch: batch}
			for which, o := range []signsgd.Optimizer{signsgd.SGD{}, signsgd.PreconditionedSGD{}} {
				s := must(odes.New(p, o, schedule.Constant(1)))
				rate := must(s.MeanSquareRate())
				seen := mat.Symmetric(k)
				if which == 1 { // the same map with S = D^{-1/2}KD^{-1/2}
					seen = must(spectra.NewDense(must(spectra.Symmetrized(k))))
				}
				for _, c := range []struct {
					factor float64
					grows  bool
				}{{0.999, false}, {1.001, true}} {
					m := secondMoment{seen, c.factor * rate / float64(len(lambda)), float64(batch)}
					if g := m.growth(); (g > 1) != c.grows {
						t.Errorf("%T, λ = %v, B = %d: at %v of the rate the second moment grows by the factor %v", o, lambda, batch, c.factor, g)
					}
				}
				if limit := must(s.LargestRate(t.Context())); !(rate < limit) {
					t.Errorf("%T: the rate at finite d is %v, above that of the limit, %v", o, rate, limit)
				}
			}
		}
	}
	big := signsgd.Problem{Covariance: must(spectra.NewIsotropic(1000, 1)), Init: ones(1000), Noise: noise.Normal{Sigma: 1}}
	s := must(odes.New(big, signsgd.SGD{}, schedule.Constant(1)))
	if r, l := must(s.MeanSquareRate()), must(s.LargestRate(t.Context())); math.Abs(r/l*1002/1000-1) > 1e-9 {
		t.Errorf("at d = 1000 the rate is %v, that of the limit %v", r, l)
	}
	for _, o := range []signsgd.Optimizer{signsgd.SignSGD{}, signsgd.AdamHeuristic{}} {
		s := must(odes.New(big, o, schedule.Constant(1)))
		if r := must(s.MeanSquareRate()); !math.IsInf(r, 1) {
			t.Errorf("%T: the rate is %v, want +Inf", o, r)
		}
	}
}

// TestSecondMomentOfRuns holds the exact map to runs of SGD: their mean risk after a few
// steps, on both sides of MeanSquareRate, within 4.5 standard errors.
func TestSecondMomentOfRuns(t *testing.T) {
	t.Parallel()
	lambda := []float64{2, 1, .5, .25}
	d := len(lambda)
	for _, batch := range []int{1, 2} {
		p := onDiagonal(lambda, 1, nil)
		p.Batch = batch
		largest := must(must(odes.New(p, signsgd.SGD{}, schedule.Constant(1))).MeanSquareRate())
		for _, factor := range []float64{.7, 1.3} {
			eta := factor * largest
			steps := 3
			band := must(signsgd.Ensemble(context.Background(), p, signsgd.SGD{}, schedule.Constant(eta),
				ensemble.Settings{Runs: 8000, Seed: 5, Horizon: float64(steps) / float64(d)}))
			k := mat.NewSymDense(d, nil)
			m := mat.NewSymDense(d, nil)
			for i := range d {
				k.SetSym(i, i, lambda[i])
				for j := range d {
					m.SetSym(i, j, 1)
				}
			}
			for range steps {
				m = secondMoment{k, eta / float64(d), float64(batch)}.next(m)
			}
			want := 0.0
			for i := range d {
				want += lambda[i] * m.At(i, i) / 2
			}
			last := len(band.Times) - 1
			mean, se := band.Risk.Mean()[last], band.Risk.StdErr()[last]
			if math.Abs(mean-want) > 4.5*se {
				t.Errorf("B = %d at %v of the rate: the mean risk after %d steps is %v ± %v, the map says %v", batch, factor, steps, mean, se, want)
			}
		}
	}
}

// TestMeanSquareRateOfMomentum holds the rate to the growth of the exact moments E y², E ym
// and E m² of SGD with momentum, of short and of long memory.
func TestMeanSquareRateOfMomentum(t *testing.T) {
	t.Parallel()
	for _, beta := range []float64{0.5, 0.9, 0.98} {
		for _, batch := range []int{1, 3} {
			for _, lambda := range [][]float64{{1, 1, 1, 1}, {3, 1, .5, .2, .2}} {
				p := onDiagonal(lambda, 1, nil)
				p.Batch = batch
				s := must(odes.New(p, signsgd.Momentum{Beta: beta}, schedule.Constant(1)))
				rate := must(s.MeanSquareRate())
				for _, c := range []struct {
					factor float64
					grows  bool
				}{{0.99, false}, {1.01, true}} {
					if g := momentumGrowth(lambda, c.factor*rate/float64(len(lambda)), beta, float64(batch)); (g > 1) != c.grows {
						t.Errorf("β = %v, B = %d, λ = %v: at %v of the rate %v the second moment grows by %v a step", beta, batch, lambda, c.factor, rate, g)
					}
				}
			}
		}
	}
}

// momentumGrowth is the factor of a step, in the end, in the second moments of SGD with
// momentum without noise.
func momentumGrowth(lambda []float64, a, beta, batch float64) (factor float64) {
	n := len(lambda)
	yy, ym, mm := ones(n), make([]float64, n), make([]float64, n)
	for range 40_000 {
		trace := floats.Dot(lambda, yy)
		for i, l := range lambda {
			gg := (1+1/batch)*l*l*yy[i] + l*trace/batch
			mm[i], ym[i] = beta*beta*mm[i]+2*beta*l*ym[i]+gg, beta*ym[i]+l*yy[i]
			yy[i] += -2*a*ym[i] + a*a*mm[i]
			ym[i] -= a * mm[i]
		}
		factor = floats.Sum(yy) + a*a*floats.Sum(mm)
		for _, x := range [][]float64{yy, ym, mm} {
			floats.Scale(1/factor, x)
		}
	}
	return factor
}

// TestMeanSquareRateOfNesterov says that the rate is not known, whether the system is made of
// the optimizer or of its limit.
func TestMeanSquareRateOfNesterov(t *testing.T) {
	t.Parallel()
	p, o, eta := onDiagonal([]float64{1, 2}, 1, noise.Normal{Sigma: 1}), signsgd.Nesterov{Beta: 0.5}, schedule.Constant(0.1)
	for _, s := range []*odes.System{
		must(odes.New(p, o, eta)), must(odes.NewFromLimit(p, must(homogenized.Of(p, o)), eta)),
	} {
		if rate := must(s.MeanSquareRate()); !math.IsNaN(rate) {
			t.Errorf("the rate is %v, want NaN", rate)
		}
	}
}
