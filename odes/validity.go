package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
)

// Verdict says whether a condition is met.
type Verdict int

// The verdicts.
const (
	Unknown Verdict = iota // what it needs is not known
	Met
	Broken
)

func (v Verdict) String() string {
	switch v {
	case Met:
		return "met"
	case Broken:
		return "broken"
	}
	return "unknown"
}

// Condition is one condition under which the limit d → ∞ tells of runs at dimension d.
type Condition struct {
	Value   float64 // NaN where it is not known
	Bound   float64 // where the verdict turns
	Verdict Verdict
	Reason  string // why Value is not known; empty where it is
}

// atMost returns the condition that value is at most the bound, with the reason why it may
// not be known.
func atMost(value, bound float64, reason string) Condition {
	return judge(value, bound, value <= bound, reason)
}

func judge(value, bound float64, met bool, reason string) Condition {
	c := Condition{Value: value, Bound: bound, Verdict: Broken}
	switch {
	case math.IsNaN(value):
		c.Verdict, c.Reason = Unknown, reason
	case met:
		c.Verdict = Met
	}
	return c
}

// Validity says how far the curve of a system tells of runs at its dimension. The bounds were
// found by simulation of 300 random problems, see examples/validity. Those of Step, Memory
// and Lag are the widest by which 95 of 100 problems of one half, if they keep them, have
// runs whose mean is within a tenth of the curve. On the other half it was 104 of 106. With
// Gap it was 200 of 202 in all, and 55 of the 57 problems with larger gaps were found.
//
// Two numbers that one might ask for add nothing to these: tr K/λ_max, the effective number
// of modes, and ‖K_σ‖.
type Validity struct {
	// Rate is the largest learning rate η up to the horizon, among those at the nodes of
	// the solution.
	Rate float64

	// Gap is the largest |Bias|/Risk of Variance up to the horizon, the relative distance of
	// the mean of runs from the curve to order 1/d. It is to be at most 0.1. It is known for
	// one-step rules and for momentum of short memory. Times before the first step, t < 1/d,
	// or before a momentum has filled, do not count. The diagonal approximation is used.
	Gap Condition

	// Spread is the largest √Variance/Risk there, the relative spread of runs about their
	// mean. It has no verdict but Unknown: Band says what follows.
	Spread float64

	// Step is the largest η h(R) λ_max/d: the part of the steepest mode that one step
	// removes. It is to be at most 0.2. Times before the first step do not count.
	Step Condition

	// Batch is B/d. It is to be at most 0.5: the theory takes B to be small against d. The
	// simulations needed no bound beside the others.
	Batch Condition

	// Memory is the number of samples that the optimizer remembers divided by d: its memory
	// in steps times B. It is to be at most 0.2. New knows the optimizer; a system made of a
	// limit does not. Long memories, which are a part of a coupled limit, do not count.
	Memory Condition

	// Lag is the largest |d log R/dt| times the memory in t: the part of the risk that goes
	// while the optimizer remembers. It is to be at most 0.1.
	Lag Condition

	// MeanSquare is Rate divided by MeanSquareRate. From 1 on the second moment of the runs
	// grows without bound at finite d, whatever the curve says. Near 1 their risk has heavy
	// tails.
	MeanSquare Condition
}

// Met reports whether no condition is broken. Those that are unknown do not count.
func (v Validity) Met() bool {
	for _, c := range v.conditions() {
		if c.Verdict == Broken {
			return false
		}
	}
	return true
}

// String names the conditions that are broken, with their values, and those not known, with
// the reasons.
func (v Validity) String() string {
	names := []string{"|bias|/R", "ηhλ_max/d", "B/d", "B memory/d", "memory |d log R/dt|", "η over the largest rate that is stable in mean square"}
	var said, unknown []string
	for i, c := range v.conditions() {
		switch c.Verdict {
		case Broken:
			said = append(said, fmt.Sprintf("%s is %.3g: should be at most %v", names[i], c.Value, c.Bound))
		case Unknown:
			unknown = append(unknown, fmt.Sprintf("%s (%s)", names[i], c.Reason))
		}
	}
	if said == nil {
		said = []string{"no condition is broken"}
	}
	if unknown != nil {
		said = append(said, "not known: "+strings.Join(unknown, ", "))
	}
	return strings.Join(said, "; ")
}

func (v Validity) conditions() []Condition {
	return []Condition{v.Gap, v.Step, v.Batch, v.Memory, v.Lag, v.MeanSquare}
}

// Validity reports how far the curve up to the horizon tells of runs at the system's
// dimension. A curve that diverges is judged up to there. For a system of Isotropic, in
// which no dimension appears, only MeanSquare is known, and it is that of d → ∞. For a
// coupled limit Gap and Step are not known, and MeanSquare is if it is SGD with momentum. It
// costs two solutions and the steps of Variance.
func (s *System) Validity(ctx context.Context, horizon float64) (Validity, error) {
	if err := s.Validate(); err != nil {
		return Validity{}, err
	}
	if err := checkHorizon(horizon); err != nil {
		return Validity{}, err
	}
	largest, err := s.MeanSquareRate()
	if err != nil {
		return Validity{}, err
	}
	w := newWitness(s, horizon)
	var stats Stats
	err = s.walk(ctx, horizon, &stats, func(p piece) bool {
		w.see(p)
		return true
	})
	var diverged *DivergedError
	if err != nil && !errors.As(err, &diverged) {
		return Validity{}, err
	}
	d, nan := float64(s.Modes.Dim), math.NaN()
	step, batch, memory, lag := w.step, nan, nan, w.lag()
	if b := s.Limit.Batch(); b > 0 {
		batch = float64(b) / d
		memory = w.memory * batch
	}
	v := Validity{Rate: w.rate, Spread: nan}
	gap, reason, unsaid := nan, "", "the system was made of a limit, which does not say"
	switch {
	case s.Limit.Coupling != nil:
		step, reason = nan, "the limit has several vectors"
	case s.dimensionless:
		step, batch, memory, lag = nan, nan, nan, nan
		reason, unsaid = "the system has no dimension", "the system has no dimension"
	case err != nil:
		reason = "the curve diverges"
	default:
		if gap, v.Spread, reason, err = s.finite(ctx, w.times); err != nil {
			return Validity{}, err
		}
	}
	v.Gap, v.Step, v.Lag = atMost(gap, 0.1, reason), atMost(step, 0.2, reason), atMost(lag, 0.1, unsaid)
	v.Batch, v.Memory = atMost(batch, 0.5, unsaid), atMost(memory, 0.2, unsaid)
	v.MeanSquare = judge(v.Rate/largest, 1, v.Rate < largest, "there is no formula for this limit")
	return v, nil
}

// finite returns the largest |Bias| and √Variance over the risk at the times, and NaN with a
// reason where they are not known.
func (s *System) finite(ctx context.Context, times []float64) (gap, spread float64, reason string, err error) {
	nan, settings := math.NaN(), VarianceSettings{Diagonal: true}
	if err := s.checkVariance(settings); err != nil {
		if f := s.Limit.Fluctuation; f != nil && f.Err != nil {
			err = f.Err
		}
		return nan, nan, err.Error(), nil
	}
	coarse := *s
	coarse.Tolerance = max(s.tolerance(), 1e-5) // far finer than what is left out
	c, err := coarse.Variance(ctx, times, settings)
	if err != nil { // such as a curve that diverges before its steps are fine enough
		return nan, nan, err.Error(), ctx.Err()
	}
	for i, r := range c.Risk {
		if r > march.MinRisk {
			gap, spread = max(gap, math.Abs(c.Bias[i])/r), max(spread, math.Sqrt(c.Variance[i])/r)
		}
	}
	return gap, spread, "", nil
}

// witness collects from a solution what Validity judges.
type witness struct {
	sys        *System
	steepest   float64
	memory     float64 // in steps; NaN where it is not known
	rate, step float64
	times      []float64 // from the first step, or when a momentum has filled, to the horizon
	risk       []float64 // as far as the solution went
}

func newWitness(s *System, horizon float64) *witness {
	w := &witness{sys: s, steepest: floats.Max(s.Modes.Lambda), memory: math.NaN()}
	if s.optimizer != nil {
		w.memory = homogenized.Memory(s.optimizer)
	}
	if f := s.Limit.Fluctuation; f != nil && math.IsNaN(w.memory) && f.Momentum > 0 {
		w.memory = 1 / (1 - f.Momentum)
	}
	first := 1.0
	if w.memory > 1 {
		first = w.memory
	}
	// The times lie closer and closer to 0, where the risk may fall fastest, and are also
	// spread over the run.
	const finer, parts = 1.5, 16
	for t := first / float64(s.Modes.Dim); t < horizon; t *= finer {
		w.times = append(w.times, t)
	}
	for k := 1; k <= parts; k++ {
		if t := horizon * float64(k) / parts; len(w.times) == 0 || t > w.times[0] {
			w.times = append(w.times, t)
		}
	}
	slices.Sort(w.times)
	w.times = slices.Compact(w.times)
	if at := s.equation().Start(); at.R >= march.MinRisk {
		w.visit(0, &at)
	}
	return w
}

// see visits the nodes of a piece of the solution.
func (w *witness) see(p piece) {
	for _, x := range collocation.Lobatto[1:] {
		t := min(p.Start+x*p.Size, math.Nextafter(p.Stop, 0))
		if at := p.Position(t); at.R >= march.MinRisk {
			w.visit(t, &at)
		}
	}
	for n := len(w.risk); n < len(w.times) && w.times[n] <= p.Stop; n++ {
		w.risk = append(w.risk, p.At(w.times[n]))
	}
}

func (w *witness) visit(t float64, at *march.Position) {
	eta := w.sys.Rate.Rate(t, at)
	if !(eta > 0) { // undefined at R = 0, or at rest
		return
	}
	w.rate = max(w.rate, eta)
	if d := float64(w.sys.Modes.Dim); t >= 1/d && w.sys.Limit.Coupling == nil {
		h, _ := w.sys.Limit.Drift(at.R)
		w.step = max(w.step, eta*h*w.steepest/d)
	}
}

// lag returns the largest |d log R/dt| between the times, times the memory beyond one step.
func (w *witness) lag() float64 {
	if w.memory <= 1 {
		return 0
	}
	slope := 0.0
	before, t := w.sys.Modes.InitialRisk(), 0.0
	for i, r := range w.risk {
		if r > march.MinRisk && before > march.MinRisk {
			slope = max(slope, math.Abs(math.Log(r/before))/(w.times[i]-t))
		}
		before, t = r, w.times[i]
	}
	return slope * (w.memory - 1) / float64(w.sys.Modes.Dim)
}
