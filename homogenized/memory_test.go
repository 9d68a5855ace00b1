package homogenized

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized/internal/memory"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// kappa returns the noise κ(ρ; R) of the limit in the Preconditioned basis.
func kappa(l Limit, rho, risk float64) float64 {
	sum := 0.0
	for _, term := range l.Noise {
		g, _ := term.Gain(risk)
		f := rho
		if term.Shape.Odd != nil {
			f = term.Shape.Odd(rho)
		}
		sum += g * f
	}
	return sum
}

// TestReferenceMemory compares h of Signum to 1e-9 and majority vote to 1e-14 with values
// computed in high precision.
func TestReferenceMemory(t *testing.T) {
	t.Parallel()
	var file struct {
		Signum []struct {
			Beta   float64
			Noise  string
			Params struct{ Sigma, Scale float64 }
			Risk   float64
			H      float64
		}
		Vote []struct {
			Workers int
			HRatio  float64 `json:"h_ratio"`
			Kappa   []struct{ Rho, Value float64 }
		}
	}
	b, err := os.ReadFile("testdata/memory.json")
	if err == nil {
		err = json.Unmarshal(b, &file)
	}
	if err != nil || len(file.Signum) == 0 || len(file.Vote) == 0 {
		t.Fatalf("reference cases: %v", err)
	}
	for _, c := range file.Signum {
		var law noise.Law
		switch c.Noise {
		case "normal":
			law = noise.Normal{Sigma: c.Params.Sigma}
		case "rademacher":
			law = noise.Rademacher{Scale: c.Params.Scale}
		default:
			t.Fatalf("unknown noise %q", c.Noise)
		}
		l := must(Signum(problem(t, law, 1), c.Beta))
		if h, _ := l.Drift(c.Risk); !(math.Abs(h/c.H-1) <= 1e-9) {
			t.Errorf("Signum %v under %v at R = %v: h = %v, want %v", c.Beta, law, c.Risk, h, c.H)
		}
	}
	p := problem(t, noise.Normal{Sigma: 1}, 1)
	one, _ := must(SignSGD(p)).Drift(1)
	for _, c := range file.Vote {
		l := must(Of(p, signsgd.MajorityVote{Workers: c.Workers}))
		if h, _ := l.Drift(1); !(math.Abs(h/one-c.HRatio) <= 1e-14*c.HRatio) {
			t.Errorf("vote of %d: h ratio %v, want %v", c.Workers, h/one, c.HRatio)
		}
		for _, k := range c.Kappa {
			if got := kappa(l, k.Rho, 1); !(math.Abs(got-k.Value) <= 1e-14) {
				t.Errorf("vote of %d: κ(%v) = %v, want %v", c.Workers, k.Rho, got, k.Value)
			}
		}
	}
}

// TestVoteByEnumeration compares majority vote with sums over all 4^M outcomes of the signs
// of two coordinates, for odd and even M.
func TestVoteByEnumeration(t *testing.T) {
	t.Parallel()
	p := problem(t, noise.Normal{Sigma: 1}, 1)
	one, _ := must(SignSGD(p)).Drift(1)
	for workers := 1; workers <= 8; workers++ {
		l := must(MajorityVote(p, workers))
		for _, rho := range []float64{0, 0.3, -0.8, 1} {
			equal := 0.5 + math.Asin(rho)/math.Pi // P(the two signs of a worker agree)
			want := 0.0
			for a := range 1 << workers {
				for b := range 1 << workers {
					p, s, u := 1.0, 0, 0
					for m := range workers {
						x, y := 2*(a>>m&1)-1, 2*(b>>m&1)-1
						s, u = s+x, u+y
						if x == y {
							p *= equal / 2
						} else {
							p *= (1 - equal) / 2
						}
					}
					want += p * float64(sign(s)*sign(u))
				}
			}
			if got := kappa(l, rho, 1); math.Abs(got-want) > 1e-13 {
				t.Errorf("M = %d: κ(%v) = %v, want %v", workers, rho, got, want)
			}
		}
		// A small bias δ of every sign moves the mean of the vote by M f_1 δ = E[v Σ s_m] δ.
		want := 0.0
		for a := range 1 << workers {
			s := 0
			for m := range workers {
				s += 2*(a>>m&1) - 1
			}
			want += math.Abs(float64(s)) * math.Ldexp(1, -workers)
		}
		if h, _ := l.Drift(1); math.Abs(h/one-want) > 1e-13 {
			t.Errorf("M = %d: h ratio %v, want %v", workers, h/one, want)
		}
	}
}

func sign(x int) int {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// TestMemoryLimits checks the limits in which the rules with memory become others.
func TestMemoryLimits(t *testing.T) {
	t.Parallel()
	const rho, risk = 0.6, 0.3
	same := func(what string, a, b Limit, tol float64) {
		t.Helper()
		h, _ := a.Drift(risk)
		want, _ := b.Drift(risk)
		if math.Abs(h/want-1) > tol {
			t.Errorf("%s: h = %v, want %v", what, h, want)
		}
		for _, r := range []float64{rho, -0.95, 1} {
			if k, w := kappa(a, r, risk), kappa(b, r, risk); math.Abs(k/w-1) > tol {
				t.Errorf("%s: κ(%v) = %v, want %v", what, r, k, w)
			}
		}
	}
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.Cauchy{Scale: 0.2}} {
		p := problem(t, law, 1)
		zero := must(SignSGD(p))
		same(fmt.Sprint(law, ": Signum, β = 0"), must(Signum(p, 0)), zero, 0)
		// The corrections are of order β log 1/β.
		same(fmt.Sprint(law, ": Signum, β → 0"), must(Signum(p, 1e-9)), zero, 1e-7)
		same(fmt.Sprint(law, ": Lion, β1 = 0"), must(Lion(p, 0, 0.9)), zero, 0)
		same(fmt.Sprint(law, ": Lion, β1 → 0"), must(Lion(p, 1e-9, 0.9)), zero, 1e-6)
		same(fmt.Sprint(law, ": Adam, β = 0"), must(Of(p, signsgd.Adam{})), zero, 0)
		// Equal β's by Lion's own integrals: a β1 next to β2.
		same(fmt.Sprint(law, ": Lion of equal β's"), must(Lion(p, 0.8, 0.8+1e-9)), must(Signum(p, 0.8)), 1e-6)
	}
	// β → 1: h of batch (1+β)/(1−β) and κ = (2/π) Σ arcsin(ρ β^|n|).
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.Rademacher{Scale: 0.4}} {
		const beta = 0.995
		p := problem(t, law, 1)
		l := must(Signum(p, beta))
		v2 := law.SecondMoment()
		want := math.Sqrt(2/math.Pi*(1+beta)/(1-beta)) / math.Sqrt(2*risk+v2)
		if h, _ := l.Drift(risk); math.Abs(h/want-1) > 2*(1-beta) {
			t.Errorf("%v: h at β = %v is %v, want about %v", law, beta, h, want)
		}
		sum := math.Asin(rho)
		for n := 1; n < 5000; n++ {
			sum += 2 * math.Asin(rho*math.Pow(beta, float64(n)))
		}
		if k := kappa(l, rho, risk); math.Abs(k/(2/math.Pi*sum)-1) > 2*(1-beta) {
			t.Errorf("%v: κ(%v) at β = %v is %v, want about %v", law, rho, beta, k, 2/math.Pi*sum)
		}
	}
	// β2 → 1: the heuristic, with corrections of order 1−β2.
	for _, beta1 := range []float64{0, 0.9} {
		p := problem(t, noise.Rademacher{Scale: 0.4}, 1)
		same(fmt.Sprint("Adam, β1 = ", beta1, ", β2 → 1"), must(ShortAdam(p, beta1, 0.99)), must(AdamHeuristic(p)), 0.05)
	}
	// M → ∞: corrections are of order 1/M, and at ρ = 1 of order M^{−½}.
	p := problem(t, noise.Normal{Sigma: 0.5}, 1)
	many := must(MajorityVote(p, 1001))
	want := 2 / math.Pi * math.Asin(2/math.Pi*math.Asin(rho))
	if k := kappa(many, rho, risk); math.Abs(k-want) > 2e-3 {
		t.Errorf("vote of 1001: κ(%v) = %v, want about %v", rho, k, want)
	}
	h, _ := many.Drift(risk)
	if one, _ := must(SignSGD(p)).Drift(risk); math.Abs(h/one/math.Sqrt(2*1001/math.Pi)-1) > 1e-3 {
		t.Errorf("vote of 1001: h ratio %v", h/one)
	}
	// Norms that clip nothing are SGD.
	for _, o := range []signsgd.Optimizer{signsgd.Clipped{Norm: 1e4}, signsgd.SoftClipped{Norm: 1e4}, signsgd.Momentum{}, signsgd.Nesterov{}} {
		same(fmt.Sprintf("%#v", o), must(Of(p, o)), must(SGD(p)), 1e-6)
	}
}

// TestClippedLaws compares P(|r| ≤ τ) and E min(r², τ²) of r ~ N(0,2R) − ε with sums over the
// law of the noise by the midpoint rule in its quantiles, whose error is checked by halving,
// and a mixture with its parts.
func TestClippedLaws(t *testing.T) {
	t.Parallel()
	const norm = 0.8 // the variances are 1, so this is τ too
	stable := noise.AlphaStable{Alpha: 2, C: 0.4, Mu: 0.1}
	laws := []struct {
		law      noise.Law
		quantile func(p float64) float64
	}{
		{noise.Uniform{Min: -0.7, Max: 1}, func(p float64) float64 { return 1.7*p - 0.7 }},
		{noise.Logistic{Mu: -0.2, S: 0.3}, func(p float64) float64 { return -0.2 + 0.3*math.Log(p/(1-p)) }},
		{noise.Cauchy{Mu: 0.1, Scale: 0.2}, func(p float64) float64 { return 0.1 + 0.2*math.Tan(math.Pi*(p-0.5)) }},
		{noise.Laplace{Scale: 0.3}, func(p float64) float64 {
			return math.Copysign(0.3*math.Log(min(2*p, 2-2*p)), p-0.5)
		}},
		{stable, func(p float64) float64 { return 0.1 + 0.4*2*math.Erfinv(2*p-1) }},
	}
	var all noise.Mixture
	for _, c := range laws {
		all.Laws = append(all.Laws, c.law)
		all.Weights = append(all.Weights, 1/float64(len(laws)))
	}
	for _, risk := range []float64{1e-3, 0.1, 3} {
		var drift, gain float64
		for _, c := range laws {
			l := must(Clipped(problem(t, c.law, 1), norm))
			h, _ := l.Drift(risk)
			g, _ := l.Noise[0].Gain(risk)
			drift, gain = drift+h/float64(len(laws)), gain+g/float64(len(laws))
			sums := func(n int) (h, g float64) {
				for i := range n {
					atom := must(memory.NewClippable(noise.Normal{Mu: c.quantile((float64(i) + 0.5) / float64(n))}))
					value, _, square, _ := atom.Clip(risk, norm)
					h, g = h+value/float64(n), g+square/float64(n)
				}
				return h, g
			}
			wantH, wantG := sums(40000)
			halfH, halfG := sums(20000)
			if e := math.Abs(h - wantH); e > 1e-11+math.Abs(wantH-halfH) {
				t.Errorf("%v, R = %v: P(|r| ≤ τ) = %v, want %v", c.law, risk, h, wantH)
			}
			if e := math.Abs(g - wantG); e > 1e-11+math.Abs(wantG-halfG) {
				t.Errorf("%v, R = %v: E min(r², τ²) = %v, want %v", c.law, risk, g, wantG)
			}
		}
		l := must(Clipped(problem(t, all, 1), norm))
		h, _ := l.Drift(risk)
		g, _ := l.Noise[0].Gain(risk)
		if math.Abs(h-drift) > 1e-11 || math.Abs(g-gain) > 1e-11 {
			t.Errorf("mixture, R = %v: %v and %v, want %v and %v", risk, h, g, drift, gain)
		}
	}
}

// TestMemorySlopes compares the slopes of the coefficients with differences.
func TestMemorySlopes(t *testing.T) {
	t.Parallel()
	for _, law := range []noise.Law{noise.Normal{Sigma: 0.5}, noise.Rademacher{Scale: 0.4}, noise.Cauchy{Scale: 0.2}} {
		p := problem(t, law, slices.Repeat([]float64{1, 3}, 20)...)
		for _, o := range []signsgd.Optimizer{
			signsgd.Signum{Beta: 0.7}, signsgd.MajorityVote{Workers: 3}, signsgd.Adam{Beta1: 0.5, Beta2: 0.8},
			signsgd.Clipped{Norm: 0.7}, signsgd.SoftClipped{Norm: 0.7},
		} {
			l := must(Of(p, o))
			coefficients := []Coefficient{l.Drift}
			for _, term := range l.Noise {
				coefficients = append(coefficients, term.Gain)
			}
			for n, c := range coefficients {
				for _, risk := range []float64{0.01, 0.3, 5} {
					step := 1e-4 * risk
					up, _ := c(risk + step)
					down, _ := c(risk - step)
					value, slope := c(risk)
					if math.Abs((up-down)/(2*step)-slope) > 1e-5*(math.Abs(slope)+value/risk)+1e-12/step {
						t.Errorf("%v, %v: slope of coefficient %d at %v is %v, differences give %v", law, o, n, risk, slope, (up-down)/(2*step))
					}
				}
			}
		}
	}
}

// TestMemoryErrors checks that arguments out of range are errors that name them.
func TestMemoryErrors(t *testing.T) {
	t.Parallel()
	p := problem(t, noise.Normal{Sigma: 1}, 1, 2)
	batch := p
	batch.Batch = 2
	unknown := p
	unknown.Noise = noise.Density{F: func(x float64) float64 { return math.Exp(-x*x/2) / math.Sqrt(2*math.Pi) }}
	cauchy := p
	cauchy.Noise = noise.Cauchy{Scale: 1}
	failed := func(_ Limit, err error) error { return err }
	for _, c := range []struct {
		err  error
		says string
	}{
		{failed(Signum(p, 1)), "Signum.Beta is 1"},
		{failed(Lion(p, 0.5, -1)), "Lion.Beta2 is -1"},
		{failed(Momentum(p, math.NaN())), "Momentum.Beta is NaN"},
		{failed(MajorityVote(p, 0)), "Workers is 0"},
		{failed(Clipped(p, 0)), "norm is 0"},
		{failed(SoftClipped(batch, 1)), "Problem.Batch is 2"},
		{failed(Clipped(unknown, 1)), "mixture of normal laws"},
		{failed(RMSProp(p, 2)), "RMSProp.Beta is 2"},
		{failed(ShortAdam(p, 0.9, 0.8)), "must be less than Beta2 = 0.8"},
		{failed(ShortAdam(cauchy, 0.96, 0.9)), "must be less than Beta2 = 0.9"},
		{failed(Of(p, signsgd.Adam{Beta2: 0.9, Epsilon: 1})), "Epsilon is 1"},
		{failed(Of(p, signsgd.RMSProp{Beta: 0.999})), "ShortAdam"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.says) {
			t.Errorf("error %v, want one that says %q", c.err, c.says)
		}
	}
}
