package odes

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// random returns a dense problem with correlations and variances of different sizes,
// started away from its target.
func random(t *testing.T, d int) signsgd.Problem {
	t.Helper()
	rng := rand.New(rand.NewPCG(7, 8))
	g := mat.NewDense(2*d, d, nil)
	g.Apply(func(_, j int, _ float64) float64 { return rng.NormFloat64() * (0.3 + float64(j)/float64(d)) }, g)
	var k mat.SymDense
	k.SymOuterK(1/float64(2*d), g.T())
	p := signsgd.Problem{Covariance: must(spectra.NewDense(&k)), Noise: noise.Laplace{Scale: 0.4}, Target: make([]float64, d), Init: make([]float64, d)}
	for i := range d {
		p.Target[i], p.Init[i] = rng.NormFloat64(), rng.NormFloat64()
	}
	return p
}

// TestShapes solves limits whose noise has either shape in either basis and compares the
// risk with the quadratic form of K, which takes the noise in the modes as a matrix, and
// with Euler steps of the moment equation of ν itself,
//
//	dE/dt = −ηh (A E + E Aᵀ) + (η²/d) Σ g Q,  E = E ννᵀ,
//
// which know neither modes nor weights.
func TestShapes(t *testing.T) {
	t.Parallel()
	const d, eta, end = 12, 0.3, 2.0
	p := random(t, d)
	k := p.Covariance.(*spectra.Dense)
	sd := spectra.StandardDeviations(k)
	h := func(r float64) (float64, float64) { return 1 / (1 + r), -1 / ((1 + r) * (1 + r)) }
	g := func(r float64) (float64, float64) { return 1 + 0.1*r, 0.1 }
	cube := func(x float64) float64 { return x * x * x }
	for _, basis := range []spectra.Basis{spectra.Plain, spectra.Preconditioned} {
		for _, shape := range []spectra.Shape{{}, {Scaled: true}, {Odd: math.Asin}, {Odd: math.Asin, Scaled: true}, {Odd: cube, Scaled: true}} {
			l := homogenized.Limit{Basis: basis, Drift: h, Noise: []homogenized.Term{{Gain: g, Shape: shape}}}
			s := must(NewFromLimit(p, l, schedule.Constant(eta)))
			risk := risks(t, s, end)[0]
			form := must(s.Quadratic(t.Context(), []float64{end}, k))[0][0]
			if math.Abs(form/risk-1) > 1e-9 {
				t.Errorf("%v, scaled %v: the form of K is %v, the risk %v", basis, shape.Scaled, form, risk)
			}
			q := mat.NewSymDense(d, nil)
			a := mat.DenseCopyOf(k)
			for i := range d {
				for j := range d {
					rho := k.At(i, j) / sd[i] / sd[j]
					if i == j {
						rho = 1
					}
					if shape.Odd != nil {
						rho = shape.Odd(rho)
					}
					if shape.Scaled {
						rho *= sd[i] * sd[j]
					}
					q.SetSym(i, j, rho)
					if basis == spectra.Preconditioned {
						a.Set(i, j, k.At(i, j)/sd[i])
					}
				}
			}
			euler := func(n int) float64 {
				nu := mat.NewVecDense(d, p.Displacement(nil, p.Init))
				var e, ae, ek mat.Dense
				e.Outer(1, nu, nu)
				dt := end / float64(n)
				for step := 0; ; step++ {
					ek.Mul(&e, k)
					r := mat.Trace(&ek) / 2
					if step == n {
						return r
					}
					hr, _ := h(r)
					gr, _ := g(r)
					ae.Mul(a, &e)
					for i := range d {
						for j := range d {
							e.Set(i, j, e.At(i, j)+dt*(-eta*hr*(ae.At(i, j)+ae.At(j, i))+eta*eta*gr/d*q.At(i, j)))
						}
					}
				}
			}
			coarse, fine := euler(2000), euler(4000)
			if want := 2*fine - coarse; math.Abs(risk/want-1) > 1e-6 {
				t.Errorf("%v, scaled %v: risk %v, moments of ν give %v", basis, shape.Scaled, risk, want)
			}
		}
	}
}

// TestWith checks that changed systems are those made anew, whatever was solved before.
func TestWith(t *testing.T) {
	t.Parallel()
	times := []float64{0.5, 1, 5}
	for _, d := range []int{30, 150} { // the second is compressed
		p := random(t, d)
		one := must(New(p, signsgd.SignSGD{}, schedule.Constant(0.2)))
		risks(t, one, times...) // fills the cache
		if e := worst(risks(t, one.WithRate(schedule.Constant(0.5)), times...), risks(t, must(New(p, signsgd.SignSGD{}, schedule.Constant(0.5))), times...)); e > 1e-12 {
			t.Errorf("d = %d: another rate is off by %v", d, e)
		}
		scaled := must(p.WithInitialRisk(7))
		form := mat.NewDiagDense(d, ones(d))
		a, b := must(one.WithInitialRisk(7)), must(New(scaled, signsgd.SignSGD{}, schedule.Constant(0.2)))
		if e := worst(risks(t, a, times...), risks(t, b, times...)); e > 1e-9 {
			t.Errorf("d = %d: another initial risk is off by %v", d, e)
		}
		qa, qb := must(a.Quadratic(t.Context(), times, form)), must(b.Quadratic(t.Context(), times, form))
		if e := worst(qa[0], qb[0]); e > 1e-9 {
			t.Errorf("d = %d: forms from another initial risk are off by %v", d, e)
		}
		// From rest, the risk stays.
		lin := must(one.Linearize(t.Context()))
		if e := worst(risks(t, must(one.WithStart(lin.Modes)), 1, 100), []float64{lin.Risk, lin.Risk}); e > 1e-8 {
			t.Errorf("d = %d: the risk leaves its rest by %v", d, e)
		}
		// Numbers written to a copy are seen, although a solution was kept for the old ones.
		written := *one
		written.Modes.Risk = append([]float64{}, one.Modes.Risk...)
		floats.Scale(9, written.Modes.Risk)
		if e := worst(risks(t, &written, times...), risks(t, must(one.WithInitialRisk(9*one.Modes.InitialRisk())), times...)); e > 1e-12 {
			t.Errorf("d = %d: a copy with other risks is off by %v", d, e)
		}
		louder := p
		louder.Noise = noise.Laplace{Scale: 0.9}
		c, e := must(one.WithLimit(must(homogenized.Of(louder, signsgd.SignSGD{})))), must(New(louder, signsgd.SignSGD{}, schedule.Constant(0.2)))
		if e := worst(risks(t, c, times...), risks(t, e, times...)); e > 1e-12 {
			t.Errorf("d = %d: another limit is off by %v", d, e)
		}
		if sum := floats.Sum(lin.Direction(lin.Slowest())); math.Abs(sum-1) > 1e-9 {
			t.Errorf("d = %d: the direction sums to %v", d, sum)
		}
	}
}

// TestStrangers checks that a limit of another problem and modes of another limit are
// refused.
func TestStrangers(t *testing.T) {
	t.Parallel()
	p := random(t, 10)
	eta := schedule.Constant(0.1)
	l := must(homogenized.Of(p, signsgd.SignSGD{}))
	louder, batched := p, p
	louder.Noise, batched.Batch = noise.Laplace{Scale: 0.5}, 4
	plain := must(New(p, signsgd.SGD{}, eta)).Modes
	wrong := must(New(p, signsgd.PreconditionedSGD{}, eta)).Modes
	moved := must(must(New(p, signsgd.SignSGD{}, eta)).WithStart(ones(10)))
	for name, c := range map[string]struct {
		err  error
		says string
	}{
		"noise":    {second(NewFromLimit(louder, l, eta)), "under the noise"},
		"batch":    {second(NewFromLimit(batched, l, eta)), "at batch 1"},
		"basis":    {second(NewFromModes(plain, l, eta)), "Plain basis"},
		"shape":    {second(NewFromModes(wrong, l, eta)), "another shape of noise"},
		"schedule": {must(New(p, signsgd.SGD{}, eta)).WithRate(schedule.Matched{Sign: eta, SecondMoment: 100, Gain: 1}).Validate(), "Matched.SecondMoment"},
		"none":     {second(Compare(t.Context(), p, 1)), "no optimizers"},
		"start":    {second(moved.WithStart(ones(9))), "length 9"},
		"risk":     {second(moved.WithInitialRisk(-1)), "risk is -1"},
		"forms":    {second(moved.Quadratic(t.Context(), []float64{1}, mat.NewDiagDense(10, ones(10)))), "not a start θ_0"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("%s: error %v, want one that says %q", name, c.err, c.says)
		}
	}
	if _, err := NewFromLimit(p, l, eta); err != nil {
		t.Error(err)
	}
}

func second[T any](_ T, err error) error { return err }

// TestUncoupled checks the direction of a mode that noise does not couple to the others.
func TestUncoupled(t *testing.T) {
	t.Parallel()
	one := func(float64) (float64, float64) { return 1, 0 }
	l := homogenized.Limit{Drift: one, Noise: []homogenized.Term{{Gain: one, Shape: spectra.Shape{Scaled: true}}}}
	s := must(NewFromLimit(diagonalProblem(t, nil, 1, 2, 3), l, schedule.Constant(0.1)))
	lin := must(s.Linearize(t.Context()))
	if d := lin.Direction(lin.Slowest()); d[0] != 1 || d[1] != 0 || d[2] != 0 {
		t.Errorf("direction %v", d)
	}
}
