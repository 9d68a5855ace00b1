// Package quasinewton minimizes smooth functions of some hundred bounded variables.
package quasinewton

import (
	"context"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Function stores the gradient at x and returns the value. A value of +Inf or NaN says
// that x is out of bounds; the gradient is then not read.
type Function func(x, gradient []float64) (float64, error)

// Settings says when Minimize stops.
type Settings struct {
	Gain       float64 // it stops where three iterations gain less than this
	Iterations int     // or after so many
	Reach      float64 // no variable moves further in one iteration; 0 is no limit
	Lower      float64 // bounds of every variable; both 0 for none
	Upper      float64
	Bounds     func(i int) (lower, upper float64) // bounds of each, instead; nil for the two above
	Memory     *Memory                            // of a function with nearly the same Hessian; nil for none; it is changed
}

// Memory is what the method knows of the Hessian: differences of points and of
// gradients. The zero value knows nothing.
type Memory struct{ steps, changes [][]float64 }

// pairs is the number of differences that the method remembers.
const pairs = 20

// Minimize moves x downhill by the limited-memory BFGS method, projected on the bounds,
// and returns the value there. The value at the start must be finite; every later x is
// better than all before it. It fails when the function or ctx does, and x is the best
// point then too.
func Minimize(ctx context.Context, x []float64, f Function, set Settings) (float64, error) {
	n := len(x)
	lower, upper := make([]float64, n), make([]float64, n)
	for i := range x {
		lower[i], upper[i] = math.Inf(-1), math.Inf(1)
		switch {
		case set.Bounds != nil:
			lower[i], upper[i] = set.Bounds(i)
		case set.Lower != 0 || set.Upper != 0:
			lower[i], upper[i] = set.Lower, set.Upper
		}
		x[i] = min(max(x[i], lower[i]), upper[i])
	}
	gradient := make([]float64, n)
	value, err := f(x, gradient)
	if err != nil || math.IsInf(value, 0) || math.IsNaN(value) {
		return value, err
	}
	known := set.Memory
	if known == nil {
		known = new(Memory)
	}
	direction, next, slope := make([]float64, n), make([]float64, n), make([]float64, n)
	idle := 0
	for range set.Iterations {
		if err := ctx.Err(); err != nil {
			return value, err
		}
		held := func(i int) bool {
			return x[i] <= lower[i] && gradient[i] > 0 || x[i] >= upper[i] && gradient[i] < 0
		}
		for i := range direction {
			if direction[i] = -gradient[i]; held(i) {
				direction[i] = 0
			}
		}
		if floats.Norm(direction, math.Inf(1)) == 0 {
			return value, nil
		}
		twoLoops(direction, known.steps, known.changes)
		for i := range direction {
			if held(i) {
				direction[i] = 0
			}
		}
		descent := floats.Dot(direction, gradient)
		if !(descent < 0) {
			for i := range direction {
				if direction[i] = -gradient[i]; held(i) {
					direction[i] = 0
				}
			}
			*known = Memory{}
			descent = floats.Dot(direction, gradient)
		}
		largest := floats.Norm(direction, math.Inf(1))
		length := 1.0
		if set.Reach > 0 && largest > set.Reach {
			length = set.Reach / largest
		}
		if len(known.steps) == 0 && set.Reach > 0 {
			length = min(length, set.Reach/4/largest)
		}
		gained := math.Inf(-1)
		for range 30 {
			moved := 0.0
			for i := range next {
				next[i] = min(max(x[i]+length*direction[i], lower[i]), upper[i])
				moved += gradient[i] * (next[i] - x[i])
			}
			var now float64
			if now, err = f(next, slope); err != nil {
				return value, err
			}
			if now <= value+1e-4*moved && moved < 0 {
				gained = value - now
				value = now
				break
			}
			// The minimum of the parabola, within bounds.
			shrink := 0.1
			if now-value < math.MaxFloat64 {
				shrink = min(max(-length*descent/(2*(now-value-length*descent)), 0.1), 0.5)
			}
			length *= shrink
		}
		if math.IsInf(gained, -1) {
			if len(known.steps) == 0 {
				return value, nil
			}
			*known = Memory{} // once more, straight downhill
			continue
		}
		s, y := make([]float64, n), make([]float64, n)
		floats.SubTo(s, next, x)
		floats.SubTo(y, slope, gradient)
		if floats.Dot(s, y) > 1e-10*floats.Norm(s, 2)*floats.Norm(y, 2) {
			known.steps, known.changes = append(known.steps, s), append(known.changes, y)
			if len(known.steps) > pairs {
				known.steps, known.changes = known.steps[1:], known.changes[1:]
			}
		}
		copy(x, next)
		copy(gradient, slope)
		if idle++; gained > set.Gain {
			idle = 0
		}
		if idle == 3 {
			break
		}
	}
	return value, nil
}

// twoLoops multiplies the direction with the inverse Hessian that the pairs give.
func twoLoops(direction []float64, steps, changes [][]float64) {
	m := len(steps)
	if m == 0 {
		return
	}
	factor := make([]float64, m)
	for k := m - 1; k >= 0; k-- {
		factor[k] = floats.Dot(steps[k], direction) / floats.Dot(steps[k], changes[k])
		floats.AddScaled(direction, -factor[k], changes[k])
	}
	floats.Scale(floats.Dot(steps[m-1], changes[m-1])/floats.Dot(changes[m-1], changes[m-1]), direction)
	for k := range m {
		b := floats.Dot(changes[k], direction) / floats.Dot(steps[k], changes[k])
		floats.AddScaled(direction, factor[k]-b, steps[k])
	}
}
