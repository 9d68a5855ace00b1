package quasinewton

import (
	"context"
	"errors"
	"math"
	"testing"
)

// rosenbrock is the chained Rosenbrock function, whose minimum is 0 at (1, …, 1).
func rosenbrock(x, g []float64) (float64, error) {
	clear(g)
	sum := 0.0
	for i := range len(x) - 1 {
		a, b := x[i+1]-x[i]*x[i], 1-x[i]
		sum += 100*a*a + b*b
		g[i] += -400*a*x[i] - 2*b
		g[i+1] += 200 * a
	}
	return sum, nil
}

func TestMinimize(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	x := make([]float64, 30)
	for i := range x {
		x[i] = -1.2
	}
	value, err := Minimize(ctx, x, rosenbrock, Settings{Gain: 1e-14, Iterations: 2000, Reach: 1})
	if err != nil || value > 1e-10 {
		t.Errorf("Rosenbrock: %v, %v", value, err)
	}
	// A parabola with its bottom outside of the bounds ends at them, and +Inf is a wall.
	x = []float64{0.5, 0.5}
	value, err = Minimize(ctx, x, func(x, g []float64) (float64, error) {
		if x[1] > 0.9 {
			return math.Inf(1), nil
		}
		g[0], g[1] = 2*(x[0]-3)+0.1*(x[1]-0.2), 20*(x[1]-0.2)+0.1*(x[0]-3)
		return (x[0]-3)*(x[0]-3) + 10*(x[1]-0.2)*(x[1]-0.2) + 0.1*(x[0]-3)*(x[1]-0.2), nil
	}, Settings{Gain: 1e-14, Iterations: 100, Lower: -1, Upper: 1})
	if err != nil || x[0] != 1 || math.Abs(x[1]-0.21) > 1e-6 {
		t.Errorf("at bounds: %v, %v, %v", x, value, err)
	}
	wrong := errors.New("wrong")
	if _, err := Minimize(ctx, x, func(x, g []float64) (float64, error) { return 0, wrong }, Settings{Iterations: 5}); err != wrong {
		t.Errorf("error %v", err)
	}
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := Minimize(ended, []float64{3, 1}, rosenbrock, Settings{Iterations: 5}); !errors.Is(err, context.Canceled) {
		t.Errorf("after its context: %v", err)
	}
}
