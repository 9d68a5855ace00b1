package odes_test

import (
	"context"
	"math"
	"math/rand/v2"
	"strings"
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

// TestValidity says that each condition is broken where it must be, and only there.
func TestValidity(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	d := 500
	lambda := make([]float64, d)
	for i := range lambda {
		lambda[i] = math.Pow(float64(i+1), -1.2)
	}
	p := onDiagonal(lambda, .1, noise.Normal{Sigma: .5})
	report := func(p signsgd.Problem, o signsgd.Optimizer, eta float64) odes.Validity {
		return must(must(odes.New(p, o, schedule.Constant(eta))).Validity(ctx, 5))
	}
	large := report(p, signsgd.SGD{}, 230)
	if largest := must(must(odes.New(p, signsgd.SGD{}, schedule.Constant(1))).LargestRate(t.Context())); largest < 230 {
		t.Fatalf("LargestRate is %v", largest)
	}
	for name, c := range map[string]odes.Condition{"Step": large.Step, "Breadth": large.Breadth, "MeanSquare": large.MeanSquare} {
		if c.Verdict != odes.Broken {
			t.Errorf("at η = 230 %s is %v: %v", name, c.Verdict, c.Value)
		}
	}
	if math.Abs(large.Step.Value-.46) > 1e-9 || large.Rate != 230 || large.Met() {
		t.Errorf("ηλ_max/d is %v, want 0.46; the rate is %v; met: %v", large.Step.Value, large.Rate, large.Met())
	}
	if text := large.String(); !strings.Contains(text, "mean square") || !strings.Contains(text, "at least 10") {
		t.Errorf("the report reads %q", text)
	}
	if small := report(p, signsgd.SGD{}, 10); small.Step.Verdict != odes.Met || small.MeanSquare.Verdict != odes.Met || small.Batch.Verdict != odes.Met || small.Memory.Verdict != odes.Met {
		t.Errorf("at η = 10: %v", small)
	}
	flat := onDiagonal(ones(d), 1, noise.Normal{Sigma: .5})
	if v := report(flat, signsgd.SignSGD{}, .7); !v.Met() || v.MeanSquare.Value != 0 || v.Breadth.Value != float64(d) {
		t.Errorf("signSGD of the paper: %+v", v)
	}
	batched := flat
	batched.Batch = d
	if v := report(batched, signsgd.SignSGD{}, .1); v.Batch.Verdict != odes.Broken || v.Batch.Value != 1 {
		t.Errorf("a batch of d: %+v", v.Batch)
	}
	if v := report(flat, signsgd.Signum{}, .7); v.Memory.Value != 0 {
		t.Errorf("the memory of Signum{Beta: 0} is %v", v.Memory.Value)
	}
	// A schedule counts by its largest rate, and one that starts from R = 0 by its times
	// after the first step.
	if v := must(must(odes.New(p, signsgd.SGD{}, schedule.WarmupStableDecay{Peak: 230, Warmup: 1, Stable: 1, Decay: 1})).Validity(ctx, 5)); math.Abs(v.Rate/230-1) > 1e-9 || v.MeanSquare.Verdict != odes.Broken {
		t.Errorf("a warmup to 230: %+v", v)
	}
	flat.Init = make([]float64, d)
	if v := report(flat, signsgd.SignSGD{}, .7); !v.Met() || v.Rate != .7 {
		t.Errorf("signSGD from θ*: %+v", v)
	}
	iso := must(odes.Isotropic(must(homogenized.SGDWith(.25, 1)), 1, schedule.Constant(1)))
	if v := must(iso.Validity(ctx, 5)); v.Step.Verdict != odes.Unknown || v.MeanSquare.Value != .5 {
		t.Errorf("isotropic: %+v", v)
	}
	if v := report(p, signsgd.SGD{}, 1e4); v.MeanSquare.Verdict != odes.Broken { // the curve diverges
		t.Errorf("a curve that diverges: %+v", v)
	}
}

// TestCompareTellsOfValidity says that Compare reports a best rate that runs cannot take.
func TestCompareTellsOfValidity(t *testing.T) {
	t.Parallel()
	lambda := make([]float64, 30)
	for i := range lambda {
		lambda[i] = math.Pow(float64(i+1), -2)
	}
	ranked := must(odes.Compare(context.Background(), onDiagonal(lambda, 1, nil), 30, signsgd.SGD{}, signsgd.SignSGD{}))
	for _, c := range ranked {
		if c.Validity.Rate != c.Rate {
			t.Errorf("%T: the report is of the rate %v, the best is %v", c.Optimizer, c.Validity.Rate, c.Rate)
		}
		if c.Validity.Breadth.Verdict != odes.Broken || c.Validity.Memory.Verdict != odes.Met {
			t.Errorf("%T: %+v", c.Optimizer, c.Validity)
		}
	}
	if sum := floats.Sum(lambda); sum > 1.7 {
		t.Errorf("tr K is %v", sum)
	}
}
