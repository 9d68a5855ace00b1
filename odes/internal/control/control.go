// Package control holds the discretization on which optimal schedules are sought, and the
// grids of times that it takes.
package control

import (
	"math"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
	"github.com/riskcurves/riskcurves/odes/internal/march"
	"github.com/riskcurves/riskcurves/spectra"
)

// Control is a system on a grid of times, with a rate at every time that is linear
// between them. The modes move over each interval exactly for constant coefficients, with
// the mean of η and of η² over it and with h and g_n at the risk in its middle. This is
// the risk that the same rule gives over the first half with its own result as the risk,
// so the noise that large risks make is held by the implicit midpoint rule as it is by the
// equations. It gives the logarithm of the risk at the end and its exact gradient, at a
// small part of the cost of a solution.
type Control struct {
	modes spectra.Modes
	time  []float64
	limit func(c *Coefficients, m int, risk float64)
	steps []controlStep
	p     []float64
}

// Coefficients are those of a limit at one risk, h and the g_n, with their derivatives by R
// and by a parameter of the interval.
type Coefficients struct {
	H, HRisk, HParameter float64
	G, GRisk, GParameter []float64
}

func newCoefficients(terms int) Coefficients {
	b := make([]float64, 3*terms)
	return Coefficients{G: b[:terms], GRisk: b[terms : 2*terms], GParameter: b[2*terms:]}
}

// controlStep remembers one interval for the way back.
type controlStep struct {
	modes       []float64 // r_i at its start
	half, whole controlStage
}

// controlStage is one of the two stages of an interval.
type controlStage struct {
	coef        Coefficients
	span        float64
	eta, square float64   // means of η and η²
	left, relax []float64 // e^{−x_i} and (1 − e^{−x_i})/x_i
	force       []float64 // η² g_n/(2d)
	feedback    float64   // the derivative of the sum of the modes by the risk
}

// New returns the control of the modes on the times, the first of which is 0. limit stores
// the coefficients at the risk in interval m.
func New(m spectra.Modes, time []float64, limit func(c *Coefficients, m int, risk float64)) *Control {
	n := len(m.Lambda)
	c := &Control{modes: m, time: time, limit: limit, steps: make([]controlStep, len(time)-1), p: make([]float64, n)}
	for k := range c.steps {
		st := &c.steps[k]
		st.modes = make([]float64, n)
		for _, stage := range []*controlStage{&st.half, &st.whole} {
			*stage = controlStage{coef: newCoefficients(len(m.Weights)), left: make([]float64, n), relax: make([]float64, n), force: make([]float64, len(m.Weights))}
		}
	}
	return c
}

// relaxed returns (1 − e^{−x})/x, given e^{−x}.
func relaxed(x, left float64) float64 {
	if x < 1e-3 {
		return 1 - x/2*(1-x/3*(1-x/4))
	}
	return (1 - left) / x
}

// relaxedSlope returns the derivative of (1 − e^{−x})/x, given e^{−x}.
func relaxedSlope(x, left float64) float64 {
	if x < 1e-2 {
		return -0.5 + x/3*(1-x*3/8*(1-x*4/15))
	}
	return (left*(1+x) - 1) / (x * x)
}

// move advances the modes by the stage into dst, which may be nil, and returns their sum.
func (c *Control) move(st *controlStage, dst, from []float64) (risk float64) {
	for n, g := range st.coef.G {
		st.force[n] = st.square * g / (2 * float64(c.modes.Dim))
	}
	for i, l := range c.modes.Lambda {
		x := 2 * st.eta * st.coef.H * l * st.span
		left := collocation.ExpNegative(x)
		relax := relaxed(x, left)
		st.left[i], st.relax[i] = left, relax
		r := from[i] * left
		for n, w := range c.modes.Weights {
			r += st.force[n] * w[i] * st.span * relax
		}
		if dst != nil {
			dst[i] = r
		}
		risk += r
	}
	return risk
}

// derivatives returns those of Σ_i p_i r_i after the stage, or of Σ_i r_i if p is nil, by
// η, by η², by the risk that the coefficients are taken at, and by the parameter.
func (c *Control) derivatives(st *controlStage, from, p []float64) (byEta, bySquare, byRisk, byParameter float64) {
	clock := 0.0 // by 2hη·span
	speed := 2 * st.eta * st.coef.H * st.span
	for i, l := range c.modes.Lambda {
		forced := 0.0
		for n, w := range c.modes.Weights {
			forced += st.force[n] * w[i]
		}
		slope := l * (forced*st.span*relaxedSlope(speed*l, st.left[i]) - from[i]*st.left[i])
		if p != nil {
			slope *= p[i]
		}
		clock += slope
	}
	byEta = clock * 2 * st.coef.H * st.span
	byRisk = clock * 2 * st.eta * st.span * st.coef.HRisk
	byParameter = clock * 2 * st.eta * st.span * st.coef.HParameter
	for n, w := range c.modes.Weights {
		force := 0.0
		for i, x := range w {
			if p != nil {
				x *= p[i]
			}
			force += x * st.relax[i]
		}
		force *= st.span / (2 * float64(c.modes.Dim))
		bySquare += force * st.coef.G[n]
		byRisk += force * st.square * st.coef.GRisk[n]
		byParameter += force * st.square * st.coef.GParameter[n]
	}
	return byEta, bySquare, byRisk, byParameter
}

// middle finds the risk in the middle of interval m by Newton's method, from a guess, and
// leaves the stage of the first half at it. It is +Inf if there is none.
func (c *Control) middle(m int, from []float64, guess float64) float64 {
	st := &c.steps[m].half
	lo, hi := 0.0, math.Inf(1)
	risk := max(guess, march.MinRisk)
	for range 60 {
		c.limit(&st.coef, m, risk)
		gap := c.move(st, nil, from) - risk
		_, _, slope, _ := c.derivatives(st, from, nil)
		st.feedback = slope
		if gap > 0 {
			lo = risk
		} else {
			hi = risk
		}
		next := risk + gap/(1-slope)
		if slope >= 1 || !(next > lo && next < hi) {
			switch {
			case math.IsInf(hi, 1):
				next = 4 * risk
			case lo == 0:
				next = risk / 4
			default:
				next = math.Sqrt(lo) * math.Sqrt(hi)
			}
		}
		switch {
		case !(next < march.Divergent):
			return math.Inf(1)
		case math.Abs(next-risk) <= 1e-12*risk || next < march.MinRisk:
			if !(slope < 1) {
				return math.Inf(1)
			}
			return max(risk, march.MinRisk)
		}
		risk = next
	}
	return math.Inf(1)
}

// Forward returns the risk at the end, and +Inf if it leaves the range of numbers.
func (c *Control) Forward(rate []float64) float64 {
	risk := c.modes.InitialRisk()
	now := append([]float64{}, c.modes.Risk...)
	for m := range c.steps {
		st := &c.steps[m]
		copy(st.modes, now)
		a, b, dt := rate[m], rate[m+1], c.time[m+1]-c.time[m]
		middle := (a + b) / 2
		st.half.span, st.half.eta, st.half.square = dt/2, (a+middle)/2, (a*a+a*middle+middle*middle)/3
		st.whole.span, st.whole.eta, st.whole.square = dt, middle, (a*a+a*b+b*b)/3
		between := c.middle(m, st.modes, risk)
		if math.IsInf(between, 1) {
			return between
		}
		c.limit(&st.whole.coef, m, between)
		risk = max(c.move(&st.whole, now, st.modes), march.MinRisk)
		if !(risk < march.Divergent) {
			return math.Inf(1)
		}
	}
	return risk
}

// Backward stores the derivatives of the risk at the end by the rates, and by the
// parameter of each interval unless parameter is nil. It follows Forward.
func (c *Control) Backward(slope, parameter, rate []float64) {
	for i := range c.p {
		c.p[i] = 1
	}
	clear(slope)
	for m := len(c.steps) - 1; m >= 0; m-- {
		st := &c.steps[m]
		a, b := rate[m], rate[m+1]
		middle := (a + b) / 2
		eta, square, between, own := c.derivatives(&st.whole, st.modes, c.p)
		slope[m] += eta/2 + square*(2*a+b)/3
		slope[m+1] += eta/2 + square*(a+2*b)/3
		// The middle risk, as it depends on the start, the rates and the parameter.
		etaHalf, squareHalf, _, ownHalf := c.derivatives(&st.half, st.modes, nil)
		between /= 1 - st.half.feedback
		toMiddle := between * (etaHalf/2 + squareHalf*(a+2*middle)/3)
		slope[m] += between*(etaHalf/2+squareHalf*(2*a+middle)/3) + toMiddle/2
		slope[m+1] += toMiddle / 2
		if parameter != nil {
			parameter[m] = own + between*ownHalf
		}
		for i := range c.p {
			c.p[i] = c.p[i]*st.whole.left[i] + between*st.half.left[i]
		}
	}
}

// LogRisk returns the logarithm of the risk at the logarithms of the rates, and stores its
// gradient. It never fails: it is a quasinewton.Function.
func (c *Control) LogRisk(x, slope []float64) (float64, error) {
	rate := make([]float64, len(x))
	for k, v := range x {
		rate[k] = math.Exp(v)
	}
	risk := c.Forward(rate)
	if math.IsInf(risk, 1) {
		return risk, nil
	}
	c.Backward(slope, nil, rate)
	for k := range slope {
		slope[k] *= rate[k] / risk
	}
	return math.Log(risk), nil
}
