package odes

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"

	"gonum.org/v1/gonum/floats"
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
}

// atMost and atLeast return the condition that value is at most, or at least, the bound.
func atMost(value, bound float64) Condition  { return judge(value, bound, value <= bound) }
func atLeast(value, bound float64) Condition { return judge(value, bound, value >= bound) }

func judge(value, bound float64, met bool) Condition {
	c := Condition{Value: value, Bound: bound, Verdict: Broken}
	switch {
	case math.IsNaN(value):
		c.Verdict = Unknown
	case met:
		c.Verdict = Met
	}
	return c
}

// Validity says how far the curve of a system can be trusted at its dimension. The
// numbers are exact; the bounds of all but MeanSquare are rules of thumb at which the
// first correction to the limit is about a tenth.
type Validity struct {
	// Rate is the largest learning rate η up to the horizon, among those at the nodes of
	// the solution.
	Rate float64

	// Step is the largest η h(R) λ_max/d: the part of the steepest mode that one step
	// removes. The decay rates of the limit are wrong by about half of it. It is to be at
	// most 0.1. Times before the first step, t < 1/d, do not count.
	Step Condition

	// Breadth is tr A/λ_max, the effective number of modes. It is to be at least 10: below,
	// fluctuations do not average out.
	Breadth Condition

	// Batch is B/d. It is to be at most 0.1.
	Batch Condition

	// Memory is the number of steps that the optimizer remembers divided by d. It is to be
	// at most 0.1. New knows the optimizer; a system made of a limit does not.
	Memory Condition

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

// String names the conditions that are broken, with their values.
func (v Validity) String() string {
	names := []string{"ηhλ_max/d", "tr A/λ_max", "B/d", "memory/d", "η over the largest rate that is stable in mean square"}
	var broken []string
	for i, c := range v.conditions() {
		if c.Verdict != Broken {
			continue
		}
		side := "at most"
		if c.Value < c.Bound {
			side = "at least"
		}
		broken = append(broken, fmt.Sprintf("%s is %.3g: should be %s %v", names[i], c.Value, side, c.Bound))
	}
	if broken == nil {
		return "no condition is broken"
	}
	return strings.Join(broken, "; ")
}

func (v Validity) conditions() []Condition {
	return []Condition{v.Step, v.Breadth, v.Batch, v.Memory, v.MeanSquare}
}

// Validity reports how far the curve up to the horizon tells of runs at the system's
// dimension. A curve that diverges is judged up to there. For a system of Isotropic, in
// which no dimension appears, only MeanSquare is known, and it is that of d → ∞.
// It costs one solution.
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
	d, nan := float64(s.Modes.Dim), math.NaN()
	steepest := floats.Max(s.Modes.Lambda)
	var v Validity
	step := 0.0
	var failed error
	see := func(t float64, at *position) {
		eta := s.Rate.Rate(t, at)
		if !(eta > 0) { // undefined at R = 0, or at rest
			return
		}
		v.Rate = max(v.Rate, eta)
		if t >= 1/d && s.Limit.Coupling == nil {
			h, _ := s.Limit.Drift(at.risk)
			step = max(step, eta*h*steepest/d)
		}
	}
	if at := s.initial(); at.risk >= minRisk {
		see(0, &at)
	}
	var stats Stats
	err = s.walk(ctx, horizon, &stats, func(p *piece) bool {
		for _, x := range lobatto[1:] {
			t := min(p.start+x*p.size, math.Nextafter(p.stop, 0))
			if at := p.position(t); at.risk >= minRisk {
				see(t, &at)
			}
		}
		return failed == nil
	})
	var diverged *DivergedError
	if err != nil && !errors.As(err, &diverged) {
		return Validity{}, err
	}
	breadth, batch, memory := nan, nan, nan
	if len(s.Modes.Lambda) == s.Modes.Dim { // and not nodes of measures
		breadth = floats.Sum(s.Modes.Lambda) / steepest
	}
	if b := s.Limit.Batch(); b > 0 {
		batch = float64(b) / d
	}
	if s.remembers != nil {
		memory = *s.remembers / d
	}
	if s.Limit.Coupling != nil {
		step = nan
	}
	if s.dimensionless {
		step, breadth, batch, memory = nan, nan, nan, nan
	}
	v.Step, v.Breadth, v.Batch, v.Memory = atMost(step, 0.1), atLeast(breadth, 10), atMost(batch, 0.1), atMost(memory, 0.1)
	v.MeanSquare = judge(v.Rate/largest, 1, v.Rate < largest)
	return v, nil
}

// MeanSquareRate returns the largest constant learning rate under which the second
// moment of ν stays bounded at the dimension of the system, from every start. With
// a = η/d, h and ρ_n = g_n/R as R → ∞, and κ = h² + ½ Σ_n g_n', it is the largest η with
//
//	a λ_max κ < 2h  and  Σ_i (a/2) Σ_n ρ_n c_i^{(n)} / (λ_i (2h − a λ_i κ)) < 1.
//
// For SGD in batches of B this is exact for Gaussian data with every K: the second moment
// of ν obeys M ← M − a(KM + MK) + a²((1 + 1/B) KMK + tr(KM) K/B) + …, whose diagonal in the
// modes moves by itself. K = I gives 2dB/(d + B + 1). As d → ∞ it tends to LargestRate,
// 2dB/tr K. It is exact for preconditioned SGD, too. It is +Inf for signSGD and wherever
// the noise grows more slowly than the drift. A Centred limit has κ = ½ Σ_n g_n'.
//
// For a limit of your own κ is that of a rule that is linear in the residuals. The
// system's own schedule plays no part. It is NaN for a coupled limit.
func (s *System) MeanSquareRate() (float64, error) {
	if err := s.Validate(); err != nil {
		return 0, err
	}
	if s.Limit.Coupling != nil {
		return math.NaN(), nil
	}
	// The limit R → ∞, and whether there is one.
	near, err := s.meanSquareRate(1e60)
	if err != nil {
		return 0, err
	}
	far, err := s.meanSquareRate(1e90)
	switch {
	case err != nil:
		return 0, err
	case far > 10*near:
		return math.Inf(1), nil
	case far < near/10:
		return 0, nil
	}
	return far, nil
}

// meanSquareRate is MeanSquareRate with coefficients of the given risk.
func (s *System) meanSquareRate(risk float64) (float64, error) {
	h, hSlope := s.Limit.Drift(risk)
	if err := checkCoefficient(-1, h, hSlope, risk, 0); err != nil {
		return 0, err
	}
	own := h * h
	if s.Limit.Centred {
		own = 0
	}
	gain := make([]float64, len(s.Limit.Noise))
	for n, term := range s.Limit.Noise {
		g, gSlope := term.Gain(risk)
		if err := checkCoefficient(n, g, gSlope, risk, 0); err != nil {
			return 0, err
		}
		gain[n] = g / risk
		own += gSlope / 2
	}
	if s.dimensionless {
		own = 0
	}
	// push[i] is Σ_n ρ_n c_i/(2λ_i).
	push := make([]float64, len(s.Modes.Lambda))
	for i, l := range s.Modes.Lambda {
		for n, w := range s.Modes.Weights {
			push[i] += gain[n] * w[i] / 2
		}
		if push[i] > 0 {
			push[i] /= l
		}
	}
	stable := func(a float64) bool {
		sum := 0.0
		for i, l := range s.Modes.Lambda {
			pull := 2*h - a*l*own
			if l > 0 && pull <= 0 {
				return false
			}
			if push[i] > 0 {
				sum += a * push[i] / pull
			}
		}
		return sum < 1
	}
	most := min(2*h/(floats.Max(s.Modes.Lambda)*own), 2*h/floats.Sum(push))
	if math.IsNaN(most) || most == 0 { // no drift
		return 0, nil
	}
	if math.IsInf(most, 1) || stable(most) {
		return most * float64(s.Modes.Dim), nil
	}
	return bisect(0, most, stable) * float64(s.Modes.Dim), nil
}
