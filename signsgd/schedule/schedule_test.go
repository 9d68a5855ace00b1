package schedule

import (
	"math"
	"slices"
	"strings"
	"testing"
)

// fixed is a position with given values.
type fixed struct{ risk, plain, preconditioned float64 }

func (f fixed) Risk() float64 { return f.risk }

func (f fixed) Descent(preconditioned bool) float64 {
	if preconditioned {
		return f.preconditioned
	}
	return f.plain
}

// TestSchedules compares schedules with values worked out by hand.
func TestSchedules(t *testing.T) {
	t.Parallel()
	wsd := WarmupStableDecay{Peak: 2, End: 0.5, Warmup: 1, Stable: 2, Decay: 3}
	step := StepDecay{Start: 8, Factor: 0.5, Times: []float64{1, 2.5}}
	cosine := Cosine{Start: 3, End: 1, Horizon: 4}
	bent := Interpolated{Times: []float64{1, 2, 4, 6}, Rates: []float64{4, 5, 2, 1}}
	for _, c := range []struct {
		eta     Schedule
		t, want float64
	}{
		{Constant(0.7), 5, 0.7},
		{cosine, 0, 3}, {cosine, 2, 2}, {cosine, 4. / 3, 2.5}, {cosine, 4, 1}, {cosine, 9, 1},
		{Exponential{Start: 2, Decay: math.Ln2}, 0, 2}, {Exponential{Start: 2, Decay: math.Ln2}, 3, 0.25},
		{Power{Start: 2, Scale: 3, Exponent: 0.5}, 0, 2}, {Power{Start: 2, Scale: 3, Exponent: 0.5}, 9, 1},
		{step, 0, 8}, {step, math.Nextafter(1, 0), 8}, {step, 1, 4}, {step, 2.4, 4}, {step, 2.5, 2}, {step, 100, 2},
		{wsd, 0, 0}, {wsd, 0.25, 0.5}, {wsd, 1, 2}, {wsd, 2.9, 2}, {wsd, 3, 2}, {wsd, 5, 1}, {wsd, 6, 0.5}, {wsd, 7, 0.5},
		{WarmupStableDecay{Peak: 2, End: 1, Stable: 3}, 0, 2}, {WarmupStableDecay{Peak: 2, End: 1, Stable: 3}, 3, 1},
		{bent, 0, 4}, {bent, 1, 4}, {bent, 1.5, 4.5}, {bent, 2, 5}, {bent, 4, 2}, {bent, 6, 1}, {bent, 9, 1},
		{Interpolated{Times: []float64{3}, Rates: []float64{2}}, 1, 2},
		{Func(math.Sqrt), 4, 2},
		{Matched{Sign: step, SecondMoment: 2, Gain: 1}, 1, 2 / math.Pi * 4 / 2}, // at risk 1
	} {
		if got, err := At(c.eta, c.t, fixed{1, 2, 3}); err != nil || math.Abs(got-c.want) > 1e-15*8 {
			t.Errorf("%+v at t = %v: %v, %v, want %v", c.eta, c.t, got, err, c.want)
		}
	}
}

// TestBreaks checks the breaks of schedules, and that they are where rates jump, from
// the right, or bend: away from them the second difference is of the order of its step
// squared.
func TestBreaks(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		eta    Schedule
		breaks []float64
	}{
		{Constant(1), nil},
		{Func(math.Sqrt), nil},
		{Cosine{Start: 3, End: 1, Horizon: 4}, []float64{4}},
		{Exponential{Start: 1, Decay: 2}, nil},
		{Power{Start: 1, Scale: 2, Exponent: 1}, nil},
		{StepDecay{Start: 8, Factor: 0.5, Times: []float64{1, 2.5}}, []float64{1, 2.5}},
		{WarmupStableDecay{Peak: 2, End: 1, Warmup: 1, Stable: 2, Decay: 3}, []float64{1, 3, 6}},
		{WarmupStableDecay{Peak: 2, End: 1, Stable: 2, Decay: 3}, []float64{2, 5}},
		{WarmupStableDecay{Peak: 2, End: 1, Warmup: 1, Decay: 3}, []float64{1, 4}},
		{WarmupStableDecay{Peak: 2}, nil},
		{Interpolated{Times: []float64{0, 2, 4, 6}, Rates: []float64{4, 5, 2, 1}}, []float64{2, 4, 6}},
		{Matched{Sign: Cosine{Start: 3, Horizon: 4}, Gain: 1}, []float64{4}},
		{Matched{Sign: Constant(1), Gain: 1}, nil},
	} {
		if got := Breaks(c.eta); !slices.Equal(got, c.breaks) {
			t.Errorf("%+v has the breaks %v, want %v", c.eta, got, c.breaks)
		}
		const h = 1e-3
		for at := 0.5; at < 8; at += h {
			second := 0.0
			for i, weight := range []float64{1, -2, 1} {
				second += weight * c.eta.Rate(at+float64(i-1)*h, fixed{1, 1, 1})
			}
			near := slices.ContainsFunc(c.breaks, func(b float64) bool { return math.Abs(b-at) < 1.5*h })
			if !near && math.Abs(second) > 10*h*h {
				t.Errorf("%+v bends at %v", c.eta, at)
				break
			}
		}
		for _, b := range c.breaks {
			if l, r := c.eta.Rate(b, fixed{1, 1, 1}), c.eta.Rate(b+1e-9, fixed{1, 1, 1}); math.Abs(l-r) > 1e-8 {
				t.Errorf("%+v is %v at %v and %v after", c.eta, l, b, r)
			}
		}
	}
}

// TestGreedy checks the greedy schedule against (26), (27) and the definition: the
// quadratic dR/dt has its least value at η*.
func TestGreedy(t *testing.T) {
	t.Parallel()
	phi := func(risk float64) float64 { return 2 / math.Pi * math.Sqrt(2*risk/(2*risk+0.64)) } // of N(0, 0.8²)
	drift := func(risk float64) float64 { return phi(risk) / math.Sqrt(2*risk) }
	constant := func(c float64) func(float64) float64 { return func(float64) float64 { return c } }
	sign := Greedy{Preconditioned: true, Drift: drift, Noise: constant(1)}
	sgd := Greedy{Drift: constant(1), Noise: func(risk float64) float64 { return (2*risk + 0.64) / 3 }} // B = 3
	general := Greedy{Preconditioned: true, Drift: drift, Noise: constant(1.7)}
	for _, r := range []float64{1e-6, 0.1, 3, 1e5} {
		isotropic := fixed{r, r, r}
		if got, want := sign.Rate(0, isotropic), phi(r)*math.Sqrt(2*r); math.Abs(got/want-1) > 1e-15*4 {
			t.Errorf("(26) at %v: %v, want %v", r, got, want)
		}
		if got, want := sgd.Rate(0, isotropic), 3*r/(r+0.32); math.Abs(got/want-1) > 1e-15*4 {
			t.Errorf("(27) at %v: %v, want %v", r, got, want)
		}
		at := fixed{r, math.NaN(), 0.3 * r}
		slope := func(eta float64) float64 {
			return -2*eta*general.Drift(r)*at.preconditioned + eta*eta*general.Noise(r)/2
		}
		best := general.Rate(0, at)
		if slope(best) >= slope(0.99*best) || slope(best) >= slope(1.01*best) || slope(best) >= 0 {
			t.Errorf("at %v the rate %v gives the slope %v, next to it %v and %v", r, best, slope(best), slope(0.99*best), slope(1.01*best))
		}
		if got := sgd.Rate(0, fixed{r, 0.5 * r, math.NaN()}); math.Abs(got/(1.5*r/(r+0.32))-1) > 1e-15*4 {
			t.Errorf("SGD at %v: %v is not of the descent in the plain basis", r, got)
		}
	}
	if rate, err := At(sign, 0, fixed{}); err != nil || rate != 0 {
		t.Errorf("at risk 0 the rate is %v, %v", rate, err)
	}
	if text := sign.Describe(); text != "" {
		t.Errorf("without a name it is %q", text)
	}
	sgd.Name, sign.Name = "sgd", "sgd"
	if a, b := sgd.Describe(), sign.Describe(); a == b || a == "" {
		t.Errorf("descriptions %q and %q", a, b)
	}
}

// TestBadSchedules checks that bad parameters are named.
func TestBadSchedules(t *testing.T) {
	t.Parallel()
	nan, inf := math.NaN(), math.Inf(1)
	one := func(float64) float64 { return 1 }
	for says, eta := range map[string]Schedule{
		"schedule is nil":                 nil,
		"Constant is NaN":                 Constant(nan),
		"Cosine.Start is -1":              Cosine{Start: -1, Horizon: 1},
		"Cosine.End is +Inf":              Cosine{End: inf, Horizon: 1},
		"Cosine.Horizon is 0":             Cosine{},
		"Exponential.Start is -1":         Exponential{Start: -1},
		"Exponential.Decay is -1":         Exponential{Decay: -1},
		"Power.Start is NaN":              Power{Start: nan, Scale: 1},
		"Power.Scale is 0":                Power{},
		"Power.Exponent is -1":            Power{Scale: 1, Exponent: -1},
		"StepDecay.Start is -1":           StepDecay{Start: -1},
		"StepDecay.Factor is -1":          StepDecay{Factor: -1},
		"StepDecay.Times[0] is 0":         StepDecay{Times: []float64{0}},
		"StepDecay.Times[1] is 1 after 2": StepDecay{Times: []float64{2, 1}},
		"WarmupStableDecay.Peak is -1":    WarmupStableDecay{Peak: -1},
		"WarmupStableDecay.End is -1":     WarmupStableDecay{End: -1},
		"WarmupStableDecay.Warmup is -1":  WarmupStableDecay{Warmup: -1},
		"WarmupStableDecay.Stable is -1":  WarmupStableDecay{Stable: -1},
		"WarmupStableDecay.Decay is NaN":  WarmupStableDecay{Decay: nan},
		"Matched.Sign: Constant is -1":    Matched{Sign: Constant(-1), Gain: 1},
		"Matched.SecondMoment is +Inf":    Matched{Sign: Constant(1), SecondMoment: inf, Gain: 1},
		"Matched.Gain is 0":               Matched{Sign: Constant(1)},
		"Func is nil":                     Func(nil),
		"has 2 times and 1 rates":         Interpolated{Times: []float64{1, 2}, Rates: []float64{1}},
		"has 0 times":                     Interpolated{},
		"Interpolated.Times[1] is 1":      Interpolated{Times: []float64{1, 1}, Rates: []float64{1, 1}},
		"Interpolated.Times[0] is -1":     Interpolated{Times: []float64{-1}, Rates: []float64{1}},
		"Interpolated.Times[1] is +Inf":   Interpolated{Times: []float64{1, inf}, Rates: []float64{1, 1}},
		"Interpolated.Rates[1] is -1":     Interpolated{Times: []float64{1, 2}, Rates: []float64{1, -1}},
		"Greedy.Drift is nil":             Greedy{Noise: one},
		"Greedy.Noise is nil":             Greedy{Drift: one},
	} {
		if err := Validate(eta); err == nil || !strings.HasPrefix(err.Error(), "schedule: ") || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
}
