package minimum

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"
)

// TestFind finds the minima of functions from flat to sharp, whose rough values are wrong by
// 1e-4 and whose fair ones by 1e-8, from brackets of the width 1 in which they lie anywhere.
// The minima must be known to 1e-5 where the curvature is 0.5 or more. Where it is less, the
// errors of the values allow less.
func TestFind(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for name, f := range map[string]func(x float64) float64{
		"parabola":         func(x float64) float64 { return x * x },
		"exponential well": func(x float64) float64 { return math.Exp(x) - x },
		"linear and cliff": func(x float64) float64 { return 2*x + math.Exp(-50*(x+0.1)) - 2*minimumOfCliff },
		"sharp well":       func(x float64) float64 { return math.Log(1e-6 + x*x) },
		"far rise":         func(x float64) float64 { return math.Cosh(5*x) + x*x*x },
		"divergence": func(x float64) float64 {
			if x > 0.05 {
				return math.Inf(1)
			}
			return x*x - math.Log(0.06-x)/10 - x/0.6
		},
	} {
		place := bisect(func(x float64) float64 { return f(x+1e-7) - f(x-1e-7) })
		for range 50 {
			shift := rng.Float64() - 0.5
			count := 0
			noisy := func(size float64) func(x float64) (float64, error) {
				return func(x float64) (float64, error) {
					count++
					return f(x) + size*(2*rng.Float64()-1), nil
				}
			}
			rough, fair := noisy(1e-4), noisy(1e-8)
			var b Bracket
			for k := range b {
				x := place + float64(k-1)/2 + shift/2
				y, _ := rough(x)
				b[k] = Point{x, y}
			}
			if b[1].Y > b[0].Y || b[1].Y > b[2].Y {
				continue
			}
			narrow, smooth, err := b.Shrink(rough, 1e-5)
			if err != nil {
				t.Fatal(err)
			}
			x := narrow[1].X
			if smooth {
				if x, err = narrow.Polish(fair); err != nil {
					t.Fatal(err)
				}
			}
			if !(math.Abs(x-place) < 1e-5) || count > 90 {
				t.Errorf("%s, bracket %.3v: found %.8f after %d values, want %.8f", name, b, x, count, place)
			}
		}
	}
}

// minimumOfCliff is where 2x + e^{−50(x+0.1)} is least.
var minimumOfCliff = math.Log(25)/50 - 0.1

// bisect returns the zero of an increasing function between −0.4 and 0.4, of which +Inf and
// NaN are large values.
func bisect(f func(x float64) float64) float64 {
	lo, hi := -0.4, 0.4
	for range 60 {
		if mid := (lo + hi) / 2; f(mid) < 0 {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

// TestShrink checks that a bracket keeps its shape, and that a corner ends it by its width.
func TestShrink(t *testing.T) {
	t.Parallel()
	corner := func(x float64) (float64, error) { return 1e6 * math.Abs(x-0.123456), nil }
	var b Bracket
	for k := range b {
		x := float64(k - 1)
		y, _ := corner(x)
		b[k] = Point{x, y}
	}
	out, smooth, err := b.Shrink(corner, 1e-6)
	if err != nil || smooth || !(out[2].X-out[0].X < 1e-6) || !(out[0].X < 0.123456 && out[2].X > 0.123456) {
		t.Errorf("a corner ends as %v, smooth %v, error %v", out, smooth, err)
	}
	if !(out[0].X < out[1].X && out[1].X < out[2].X && out[1].Y <= out[0].Y && out[1].Y <= out[2].Y) {
		t.Errorf("%v is no bracket", out)
	}
	bad := errors.New("no value")
	none := func(float64) (float64, error) { return 0, bad }
	if _, _, err := b.Shrink(none, 1e-6); !errors.Is(err, bad) {
		t.Errorf("Shrink: %v", err)
	}
	if _, err := b.Polish(none); !errors.Is(err, bad) {
		t.Errorf("Polish: %v", err)
	}
}
