package signsgd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// coordinate is one coordinate of a published update written down plainly: it is given
// the gradients g_1, …, g_k of all steps so far and the rates, and returns how far θ
// moves at step k. Everything that the library remembers, it computes again from the
// whole history.
type coordinate func(g, rates []float64) float64

func sgn(x float64) float64 {
	switch {
	case x > 0:
		return 1
	case x < 0:
		return -1
	}
	return 0
}

// mean is the exponential mean (1 − β) Σ_j β^{k−j} f(g_j).
func mean(g []float64, beta float64, f func(float64) float64) float64 {
	sum := 0.0
	for j, v := range g {
		sum += math.Pow(beta, float64(len(g)-1-j)) * f(v)
	}
	return (1 - beta) * sum
}

func same(x float64) float64   { return x }
func square(x float64) float64 { return x * x }

// sequence returns gradients of the given dimension, some of their entries zero and
// their sizes within a factor of ten, and the rates of the steps.
func sequence(steps, d int) (grads [][]float64, rates []float64) {
	rng := rand.New(rand.NewPCG(8, 15))
	for k := range steps {
		g := make([]float64, d)
		for i := range g {
			if g[i] = rng.NormFloat64() * math.Pow(10, -float64(i%2)); rng.IntN(5) == 0 {
				g[i] = 0
			}
		}
		grads = append(grads, g)
		rates = append(rates, 0.01/float64(1+k%7))
	}
	return grads, rates
}

// TestTranscriptions runs every optimizer whose coordinates do not see each other
// beside its published update, on one sequence of gradients and rates. After the first
// half another state of the same optimizer makes a step.
func TestTranscriptions(t *testing.T) {
	t.Parallel()
	const steps, d, beta1, beta2, eps = 200, 6, 0.8, 0.95, 1e-3
	scale := []float64{0.5, 1, 2, 0.1, 3, 0.7}
	last := func(x []float64) float64 { return x[len(x)-1] }
	for name, c := range map[string]struct {
		optimizer Optimizer
		update    func(i int) coordinate
	}{
		"SignSGD": {SignSGD{}, func(int) coordinate {
			return func(g, rates []float64) float64 { return -last(rates) * sgn(last(g)) }
		}},
		"SGD": {SGD{}, func(int) coordinate {
			return func(g, rates []float64) float64 { return -last(rates) * last(g) }
		}},
		"Momentum": {Momentum{beta1}, func(int) coordinate {
			return func(g, rates []float64) float64 { return -last(rates) * mean(g, beta1, same) / (1 - beta1) }
		}},
		"Signum": {Signum{beta1}, func(int) coordinate {
			return func(g, rates []float64) float64 { return -last(rates) * sgn(mean(g, beta1, same)) }
		}},
		"Lion": {Lion{beta1, beta2}, func(int) coordinate {
			return func(g, rates []float64) float64 {
				return -last(rates) * sgn(beta1*mean(g[:len(g)-1], beta2, same)+(1-beta1)*last(g))
			}
		}},
		"RMSProp": {RMSProp{beta2, eps}, func(int) coordinate {
			return func(g, rates []float64) float64 {
				return -last(rates) * last(g) / (math.Sqrt(mean(g, beta2, square)) + eps)
			}
		}},
		"Adam": {Adam{beta1, beta2, eps}, func(int) coordinate {
			return func(g, rates []float64) float64 {
				k := float64(len(g))
				m := mean(g, beta1, same) / (1 - math.Pow(beta1, k))
				v := mean(g, beta2, square) / (1 - math.Pow(beta2, k))
				return -last(rates) * m / (math.Sqrt(v) + eps)
			}
		}},
		"PreconditionedSGD": {PreconditionedSGD{scale}, func(i int) coordinate {
			return func(g, rates []float64) float64 { return -last(rates) * last(g) / scale[i] }
		}},
	} {
		grads, rates := sequence(steps, d)
		state := c.optimizer.Start(d)
		theta, want := make([]float64, d), make([]float64, d)
		history := make([][]float64, d)
		worst := 0.0
		for k, g := range grads {
			if k == steps/2 { // another state of the optimizer changes nothing
				c.optimizer.Start(d).Step(make([]float64, d), ones(d), 1)
			}
			kept := append([]float64{}, g...)
			state.Step(theta, g, rates[k])
			for i := range g {
				if g[i] != kept[i] {
					t.Fatalf("%s changes the gradient", name)
				}
				history[i] = append(history[i], g[i])
				want[i] += c.update(i)(history[i], rates[:k+1])
				worst = max(worst, math.Abs(theta[i]-want[i]))
			}
		}
		if !(worst <= 1e-14) {
			t.Errorf("%s: θ differs by %.2g within %d steps", name, worst, steps)
		}
	}
}

// TestHeavyBall compares Momentum with the formula of Polyak's heavy ball.
func TestHeavyBall(t *testing.T) {
	t.Parallel()
	grads, _ := sequence(200, 3)
	state := Momentum{0.7}.Start(3)
	theta := []float64{1, 2, 3}
	before, now := []float64{1, 2, 3}, []float64{1, 2, 3}
	for _, g := range grads {
		state.Step(theta, g, 0.01)
		for i := range g {
			before[i], now[i] = now[i], now[i]-0.01*g[i]+0.7*(now[i]-before[i])
			if math.Abs(theta[i]-now[i]) > 1e-14*10 { // θ is of order 10
				t.Fatalf("θ is %v, heavy ball %v", theta[i], now[i])
			}
		}
	}
}

// TestClipped compares clipped SGD with its formula; some gradients are clipped and
// some are not.
func TestClipped(t *testing.T) {
	t.Parallel()
	grads, rates := sequence(200, 4)
	const norm = 1.5
	state := Clipped{norm}.Start(4)
	theta, want := make([]float64, 4), make([]float64, 4)
	clipped := 0
	for k, g := range grads {
		size := math.Hypot(math.Hypot(g[0], g[1]), math.Hypot(g[2], g[3]))
		factor := 1.0
		if size > norm {
			factor = norm / size
			clipped++
		}
		state.Step(theta, g, rates[k])
		for i := range g {
			want[i] -= rates[k] * factor * g[i]
			if math.Abs(theta[i]-want[i]) > 1e-14 {
				t.Fatalf("step %d: θ is %v, want %v", k, theta, want)
			}
		}
	}
	if clipped < 20 || clipped > 180 {
		t.Errorf("%d of 200 gradients were clipped", clipped)
	}
}

// TestMajorityVote compares the vote with its count, also where workers abstain and
// where there are ties.
func TestMajorityVote(t *testing.T) {
	t.Parallel()
	for _, workers := range []int{1, 2, 3, 4} {
		grads, rates := sequence(100*workers, 5)
		state := MajorityVote{workers}.Start(5)
		theta, want := make([]float64, 5), make([]float64, 5)
		for k := range 100 {
			var all []float64
			for _, g := range grads[k*workers : (k+1)*workers] {
				all = append(all, g...)
			}
			state.Step(theta, all, rates[k])
			for i := range want {
				yes, no := 0, 0
				for m := range workers {
					if g := grads[k*workers+m][i]; g > 0 {
						yes++
					} else if g < 0 {
						no++
					}
				}
				if yes > no {
					want[i] -= rates[k]
				} else if no > yes {
					want[i] += rates[k]
				}
				if math.Abs(theta[i]-want[i]) > 1e-14 {
					t.Fatalf("%d workers, step %d: θ is %v, want %v", workers, k, theta, want)
				}
			}
		}
	}
}

// TestAdamHeuristic compares the rule (264) of a problem with its formula, R(θ) being
// computed entry by entry.
func TestAdamHeuristic(t *testing.T) {
	t.Parallel()
	k := rotated(t, 5)
	p := Problem{Covariance: k, Noise: noise.Normal{Mu: 0.5, Sigma: 1}, Target: []float64{1, 0, -1, 2, 0.5}, Batch: 3}
	o, err := AdamHeuristic{}.Bind(p)
	if err != nil {
		t.Fatal(err)
	}
	grads, rates := sequence(200, 5)
	state := o.Start(5)
	theta, want := make([]float64, 5), make([]float64, 5)
	for step, g := range grads {
		state.Step(theta, g, rates[step])
		moment := 0.5*0.5 + 1.0
		for i := range want {
			for j := range want {
				moment += (want[i] - p.Target[i]) * k.At(i, j) * (want[j] - p.Target[j])
			}
		}
		for i := range want {
			want[i] -= rates[step] * g[i] / math.Sqrt(k.At(i, i)) / math.Sqrt(moment/3)
		}
		for i := range want {
			if math.Abs(theta[i]-want[i]) > 1e-14 {
				t.Fatalf("step %d: θ is %v, want %v", step, theta, want)
			}
		}
	}
	still := AdamHeuristic{Scale: ones(1), MeanSquare: func(_, _ []float64) float64 { return 0 }}.Start(1)
	optimum := []float64{3}
	if still.Step(optimum, []float64{0}, 1); optimum[0] != 3 {
		t.Errorf("at the optimum without noise θ moves to %v", optimum[0])
	}
}

// TestSpecialValues checks what signs and quotients of 0, −0, Inf and NaN do.
func TestSpecialValues(t *testing.T) {
	t.Parallel()
	grad := []float64{3, -0.5, 0, math.Copysign(0, -1), math.Inf(1), math.Inf(-1), math.NaN(), 5e-324}
	moved := []float64{0.75, 1.25, 1, 1, 0.75, 1.25, math.NaN(), 0.75}
	for _, o := range []Optimizer{SignSGD{}, Signum{}, Lion{}, MajorityVote{1}} {
		theta := ones(len(grad))
		o.Start(len(grad)).Step(theta, grad, 0.25)
		for i, want := range moved {
			if theta[i] != want && !(math.IsNaN(want) && math.IsNaN(theta[i])) {
				t.Errorf("%T, gradient %v: θ is %v, want %v", o, grad[i], theta[i], want)
			}
		}
	}
	for _, o := range []Optimizer{Adam{}, RMSProp{}, Adam{Beta1: 0.9, Beta2: 0.99}} {
		theta := ones(3)
		o.Start(3).Step(theta, []float64{2, 0, math.NaN()}, 0.25)
		if !(math.Abs(theta[0]-0.75) <= 1e-15 && theta[1] == 1 && math.IsNaN(theta[2])) {
			t.Errorf("%+v: the first step goes to %v", o, theta)
		}
	}
}

// all returns every optimizer, ready for the problem.
func all(t testing.TB, p Problem) []Optimizer {
	t.Helper()
	optimizers := []Optimizer{SignSGD{}, SGD{}, Momentum{0.9}, Signum{0.9}, Lion{0.9, 0.99}, RMSProp{0.99, 1e-8},
		Adam{0.9, 0.999, 1e-8}, AdamHeuristic{}, PreconditionedSGD{}, Clipped{50}, MajorityVote{3}}
	for i, o := range optimizers {
		if b, ok := o.(Binder); ok {
			var err error
			if optimizers[i], err = b.Bind(p); err != nil {
				t.Fatal(err)
			}
		}
	}
	return optimizers
}

// TestOptimizersRun checks that every optimizer lowers the risk of a problem, in batches
// too, and that its steps do not allocate.
func TestOptimizersRun(t *testing.T) {
	for _, batch := range []int{1, 4} {
		p := Problem{Covariance: rotated(t, 60), Noise: noise.Normal{Sigma: 0.1}, Init: ones(60), Batch: batch}
		for _, o := range all(t, p) {
			run, err := NewRun(p, o, schedule.Constant(0.05), ensemble.NewRand(1, 0, "test"))
			if err != nil {
				t.Fatal(err)
			}
			now := 0.0
			if n := testing.AllocsPerRun(10, func() {
				now++
				if err := run.Advance(context.Background(), now); err != nil {
					t.Fatal(err)
				}
			}); n != 0 && !raceDetector {
				t.Errorf("%T: %v allocations in 60 steps", o, n)
			}
			if r := run.Risk(); !(r < 0.9*p.InitialRisk()) {
				t.Errorf("%T, batch %d: the risk goes from %v to %v", o, batch, p.InitialRisk(), r)
			}
		}
	}
}

// TestVoteRun replays a majority vote in a run on the samples that it draws: 2 workers
// with 3 samples each.
func TestVoteRun(t *testing.T) {
	t.Parallel()
	const d, workers, batch, eta = 4, 2, 3, 0.3
	p := Problem{Covariance: rotated(t, d), Noise: noise.Normal{Sigma: 1}, Target: ones(d), Batch: batch}
	run, err := NewRun(p, MajorityVote{workers}, schedule.Constant(eta), ensemble.NewRand(5, 0, "test"))
	if err != nil {
		t.Fatal(err)
	}
	if err := run.Advance(context.Background(), 2); err != nil {
		t.Fatal(err)
	}
	stream := newModelStream(p, ensemble.NewRand(5, 0, "test"))
	x, y := make([]float64, 64*d), make([]float64, 64)
	if spectra.ChunkRows(d) != 64 {
		t.Fatal("the run draws other chunks")
	}
	stream.Fill(x, y)
	theta := make([]float64, d)
	for step := range 2 * d {
		votes := make([]float64, d)
		for m := range workers {
			g := make([]float64, d)
			for j := range batch {
				n := (step*workers+m)*batch + j
				residual := -y[n]
				for i, v := range theta {
					residual += x[n*d+i] * v
				}
				for i := range g {
					g[i] += residual * x[n*d+i]
				}
			}
			for i, v := range g {
				votes[i] += sgn(v)
			}
		}
		for i, v := range votes {
			theta[i] -= eta / d * sgn(v)
		}
	}
	for i, v := range run.Theta() {
		if math.Abs(v-theta[i]) > 1e-14 {
			t.Errorf("θ[%d] is %v, want %v", i, v, theta[i])
		}
	}
}
