package odes

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/odes/internal/adjoint"
	"github.com/riskcurves/riskcurves/odes/internal/minimum"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// BestConstant returns the constant learning rate that minimizes the risk at the
// horizon T, and that risk. It scans rates in steps of a factor e^½. Near each rate of the
// scan that is better than its neighbours it then solves dR(T)/d(log η) = 0, to a relative
// error of 1e-7 of η. The derivative comes from the adjoint. For Centred and coupled
// limits, and where h varies so fast that the adjoint takes too many steps, it comes from
// the polynomial through five risks near the minimum, and η is good to about 1e-5. Long
// momentum swings, and may have two minima that are closer than the steps of the scan. One
// of these may be missed.
//
// A rate under which the risk diverges counts as +Inf, and so do all beyond two such rates
// of the scan. From θ* the best rate is 0. It is an error if there is no best rate. That is
// so for a limit without noise, where the risk still falls at rates e^50 times those on which
// it moves at all, and where it falls to a level as η grows, as that of an Adam that decays
// its weights may. The system's own schedule plays no part.
func (s *System) BestConstant(ctx context.Context, horizon float64) (eta, risk float64, err error) {
	if err := s.Validate(); err != nil {
		return 0, 0, err
	}
	if err := checkHorizon(horizon); err != nil {
		return 0, 0, err
	}
	if s.Modes.InitialRisk() == 0 {
		return 0, 0, nil
	}
	if s, err = s.compact(); err != nil {
		return 0, 0, err
	}
	if len(s.Limit.Noise) == 0 && s.Limit.Coupling == nil {
		return 0, 0, errors.New("odes: BestConstant: a limit without noise has no best rate: the risk falls the faster the larger it is")
	}
	c := &constants{sys: s, horizon: horizon, rough: finest, seen: map[int]float64{}, solved: map[float64]float64{}}
	known, upTo := true, 0.0
	if !c.adjoint() {
		c.rough = 1e-4
	}
	if s.Limit.Coupling != nil {
		c.centre, upTo, err = c.stableRate(ctx)
		known = false
	} else {
		c.centre, known = s.typicalRate(horizon)
		upTo = c.centre + 3
	}
	if err != nil {
		return 0, 0, err
	}
	const stride, widest = 0.5, 100.0
	best, lowest := c.centre, math.Inf(1)
	scan := func(from, to float64) {
		diverging := 0 // rates in a row
		for x := from; x < to && err == nil; x += stride {
			v := math.Inf(1)
			if diverging < 2 {
				v, err = c.roughly(ctx, x)
			}
			if math.IsInf(v, 1) {
				diverging++
			} else {
				diverging = 0
			}
			if v < lowest {
				best, lowest = x, v
			}
			c.seen[int(math.Round((x-c.centre)/stride))] = v
		}
	}
	lo, hi := c.centre-4, upTo
	scan(lo, hi)
	level := false // whether the risk has come to a level as η grows

	// While the best lies at an edge, look beyond it.
	for err == nil && !level {
		if edge := best < lo+stride || best > hi-2*stride; edge && hi-lo >= widest {
			break
		}
		switch {
		case best < lo+stride:
			scan(lo-8, lo)
			lo -= 8
		case best > hi-2*stride:
			from, before := best, lowest
			scan(hi, hi+8)
			hi += 8
			if err == nil && !known && before-lowest < 10*c.rough {
				level, err = c.level(ctx, from, hi-stride)
			}
		case c.rough > finest && c.unsure(best, stride):
			c.rough = finest
			clear(c.solved)
			lowest = math.Inf(1)
			scan(lo, hi)
		default:
			x, v, err := c.lowest(ctx, stride)
			if err == nil && math.IsInf(v, 1) { // a plateau
				x, v, err = c.refine(ctx, best, stride)
			}
			if err != nil {
				return 0, 0, err
			}
			return math.Exp(x), math.Exp(v), nil
		}
	}
	if err == nil && (level || !known && best > hi-2*stride) {
		err = fmt.Errorf("odes: BestConstant: there is no best rate: the risk still falls at η = %.3g", math.Exp(best))
	}
	if err != nil {
		return 0, 0, err
	}
	lowest, err = c.risk(ctx, best, 0)
	return math.Exp(best), math.Exp(lowest), err
}

// typicalRate returns the logarithm of a rate to begin to look at: that of the greedy
// schedule at the start. Without noise there, which known says, it is the one under
// which the risk moves within the horizon.
func (s *System) typicalRate(horizon float64) (centre float64, known bool) {
	at := s.equation().Start()
	greedy, err := schedule.At(s.Greedy(), 0, &at)
	switch {
	case err == nil && greedy > 0:
		return math.Log(greedy), true
	case err == nil: // the drift is too small for a float64
		return math.Log(at.R) / 2, true
	}
	h, _ := s.Limit.Drift(at.R)
	centre = math.Log(at.R) - math.Log(2*h*at.Q) - math.Log(horizon)
	if math.IsNaN(centre) || math.IsInf(centre, 0) {
		centre = 0
	}
	return centre, false
}

// stableRate returns the logarithm of a rate to begin to look at for a coupled limit, and up
// to where the scan looks first. Of 1, e⁻², e⁻⁴, … the first is the largest under which the
// risk does not diverge, the last that under which it hardly moves, and the one with the
// smallest risk is returned. Larger ones with far larger risks are left out of the scan.
func (c *constants) stableRate(ctx context.Context) (centre, upTo float64, err error) {
	const slowest, lowest, far = -40.0, -100.0, 4 // far is of log R
	x, here := 0.0, math.Inf(1)
	for ; math.IsInf(here, 1); x -= 2 {
		if here, err = c.roughly(ctx, x); err != nil {
			return 0, 0, err
		}
		if x == lowest && math.IsInf(here, 1) {
			return 0, 0, errors.New("odes: BestConstant: the risk diverges under every learning rate from 1 down to e⁻¹⁰⁰")
		}
	}
	x += 2
	if before, err := c.roughly(ctx, x-1); err != nil || before == here {
		return 0, 0, cmp.Or(err, errors.New("odes: BestConstant: the coupled limit does not depend on the learning rate up to the horizon"))
	}
	upTo = x + 3
	still := math.Log(c.sys.Modes.InitialRisk())
	best := minimum.Point{X: x, Y: here}
	all := []minimum.Point{best}
	for ; x > slowest && math.Abs(here-still) > 10*c.rough; x -= 2 {
		if here, err = c.roughly(ctx, x-2); err != nil {
			return 0, 0, err
		}
		p := minimum.Point{X: x - 2, Y: here}
		if all = append(all, p); p.Y < best.Y-10*c.rough {
			best = p
		}
	}
	for _, p := range all {
		if p.X > best.X && p.Y > best.Y+far {
			upTo = p.X
		}
	}
	return best.X, max(upTo, best.X+3), nil
}

// constants knows the risk at the horizon under constant rates.
type constants struct {
	sys     *System
	horizon float64
	centre  float64
	stiff   bool                // whether the adjoint takes too long
	rough   float64             // the tolerance of the scan
	seen    map[int]float64     // the values of the scan, by its steps from the centre
	solved  map[float64]float64 // all values to that tolerance
}

// finest is the tolerance of a scan whose values may be told apart. Those of coupled and of
// Centred limits are dear, and a scan first looks at rough ones.
const finest = 1e-7

// unsure reports whether the best of a rough scan may be so by the errors of its values.
func (c *constants) unsure(best, stride float64) bool {
	k := int(math.Round((best - c.centre) / stride))
	return min(c.seen[k-1], c.seen[k+1])-c.seen[k] < 10*c.rough
}

// roughly is risk to the tolerance of the scan.
func (c *constants) roughly(ctx context.Context, x float64) (float64, error) {
	if v, ok := c.solved[x]; ok {
		return v, nil
	}
	v, err := c.risk(ctx, x, c.rough)
	if err == nil {
		c.solved[x] = v
	}
	return v, err
}

// fairly is risk to a tolerance at which the minimum is known to 1e-5.
func (c *constants) fairly(ctx context.Context, x float64) (float64, error) {
	return c.risk(ctx, x, 1e-8)
}

// level reports whether the risk is the same at both places but for a part of 1e-6.
func (c *constants) level(ctx context.Context, from, to float64) (bool, error) {
	a, err := c.roughly(ctx, from)
	if err != nil {
		return false, err
	}
	b, err := c.roughly(ctx, to)
	if err != nil || !(math.Abs(a-b) < 10*c.rough) {
		return false, err
	}
	if a, err = c.risk(ctx, from, finest); err != nil {
		return false, err
	}
	b, err = c.risk(ctx, to, finest)
	return math.Abs(a-b) < 1e-6, err
}

// risk returns the logarithm of the risk under η = e^x, to the tolerance or that of the
// system, whichever is larger.
func (c *constants) risk(ctx context.Context, x, tolerance float64) (float64, error) {
	s := c.sys.WithRate(schedule.Constant(math.Exp(x)))
	s.Tolerance = max(s.tolerance(), tolerance)
	risk, err := s.riskAt(ctx, c.horizon)
	var diverged *DivergedError
	switch {
	case errors.As(err, &diverged):
		return math.Inf(1), nil
	case err != nil:
		return math.NaN(), err
	}
	return math.Log(risk), nil
}

// adjoint reports whether the derivative comes from the adjoint, and not from
// differences.
func (c *constants) adjoint() bool {
	return !c.sys.Limit.Centred && c.sys.Limit.Coupling == nil && !c.stiff
}

// riskAt returns the risk at the horizon. It is +Inf if it passes 1e100 times that of the
// start, or of 1.
func (s *System) riskAt(ctx context.Context, horizon float64) (risk float64, err error) {
	if curve, ok, err := s.solveByClock(ctx, []float64{horizon}); ok || err != nil {
		if err != nil {
			return 0, err
		}
		return curve.Risk[0], nil
	}
	walk := s.march
	if s.Limit.Coupling != nil {
		walk = s.walkCoupled
	}
	most := 1e100 * max(s.Modes.InitialRisk(), 1)
	var stats Stats
	err = walk(ctx, horizon, &stats, func(p piece) bool {
		risk = p.At(p.Stop)
		return risk < most
	})
	if risk >= most {
		risk = math.Inf(1)
	}
	return risk, err
}

// slope returns the logarithm of the risk under η = e^x, with its derivative by x.
func (c *constants) slope(ctx context.Context, x float64) (value, slope float64, err error) {
	v, err := c.sys.WithRate(schedule.Constant(math.Exp(x))).sensitivity(ctx, c.horizon, 10_000)
	if err != nil {
		return 0, 0, err
	}
	if v.Risk == 0 {
		return math.Inf(-1), 0, nil
	}
	return math.Log(v.Risk), v.Scale() / v.Risk, nil
}

// lowest returns the place and the value of the lowest of the minima next to those of the
// scan. Those that stand out by no more than the errors of the scan are left out.
func (c *constants) lowest(ctx context.Context, stride float64) (best, lowest float64, err error) {
	lowest = math.Inf(1)
	for _, k := range slices.Sorted(maps.Keys(c.seen)) {
		below, known := c.seen[k-1]
		above, too := c.seen[k+1]
		v := c.seen[k]
		if !known || !too || !(v <= below && v < above) || max(below, above)-v < 10*c.rough && c.rough > finest {
			continue
		}
		x, v, err := c.refine(ctx, c.centre+stride*float64(k), stride)
		if err != nil {
			return 0, 0, err
		}
		if v < lowest {
			best, lowest = x, v
		}
	}
	return best, lowest, nil
}

// refine returns the place and the value of the lowest risk next to best, the lowest of a
// scan with the stride.
func (c *constants) refine(ctx context.Context, best, stride float64) (x, value float64, err error) {
	k := int(math.Round((best - c.centre) / stride))
	around := minimum.Bracket{{X: best - stride, Y: c.seen[k-1]}, {X: best, Y: c.seen[k]}, {X: best + stride, Y: c.seen[k+1]}}
	if c.adjoint() {
		x, value, err = c.bySlopes(ctx, around)
		if !errors.Is(err, adjoint.ErrLong) {
			return x, value, err
		}
		c.stiff = true
	}
	return c.byValues(ctx, around)
}

// byValues is refine without slopes.
func (c *constants) byValues(ctx context.Context, around minimum.Bracket) (x, value float64, err error) {
	around, smooth, err := around.Shrink(func(x float64) (float64, error) { return c.roughly(ctx, x) }, 1e-5)
	if err != nil {
		return 0, 0, err
	}
	if x = around[1].X; smooth {
		if x, err = around.Polish(func(x float64) (float64, error) { return c.fairly(ctx, x) }); err != nil {
			return 0, 0, err
		}
	}
	value, err = c.risk(ctx, x, 0)
	return x, value, err
}

// bySlopes is refine by the secant method on the slope.
func (c *constants) bySlopes(ctx context.Context, around minimum.Bracket) (x, value float64, err error) {
	lo, hi := around[0].X, around[2].X // the slope is negative at lo and positive at hi
	x, curvature := around.Vertex()
	if !(curvature > 0) {
		curvature = math.Inf(1) // then the first step halves the interval
	}
	value = math.Inf(1)
	at := x
	before, slopeBefore := math.NaN(), math.NaN()
	for range 60 {
		var diverged *DivergedError
		v, slope, err := c.slope(ctx, x)
		switch {
		case errors.As(err, &diverged): // the rate is too large
			v, slope = math.Inf(1), math.NaN()
		case err != nil:
			return 0, 0, err
		}
		if v < value {
			at, value = x, v
		}
		if slope == 0 || math.IsInf(v, -1) {
			break
		}
		if slope < 0 {
			lo = x
		} else {
			hi = x
		}
		if !math.IsNaN(slopeBefore) {
			curvature = (slope - slopeBefore) / (x - before)
		}
		next := x - slope/curvature
		if !(next > lo && next < hi) {
			next = lo + (hi-lo)/2
		}
		before, slopeBefore = x, slope
		if x = next; math.Abs(x-before) < 1e-7 { // then the risk is within 1e-14
			break
		}
	}
	return at, value, nil
}
