package quadrature

import (
	"math"
	"testing"
)

func TestAdaptive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		f      func(x float64) float64
		points []float64
		want   float64
	}{
		{"polynomial", func(x float64) float64 { return 5 * x * x * x * x }, []float64{0, 2}, 32},
		{"peak", func(x float64) float64 { return 1e-4 / (1e-8 + x*x) }, []float64{-1, 1}, 2 * math.Atan(1e4)},
		{"root", math.Sqrt, []float64{0, 1}, 2. / 3},
		{"pole", func(x float64) float64 { return 1 / math.Sqrt(x) }, []float64{0, 1}, 2},
		{"jump at a point", func(x float64) float64 { return math.Copysign(1, x-0.3) }, []float64{0, 0.3, 1}, 0.4},
		{"hidden jump", func(x float64) float64 { return math.Copysign(1, x-0.3) }, []float64{0, 1}, 0.4},
		{"nothing", math.Exp, nil, 0},
	} {
		a, b, errA, errB := Adaptive(func(x float64) (float64, float64) { return c.f(x), -3 * c.f(x) }, c.points, 0)
		if math.Abs(a-c.want) > errA || math.Abs(b+3*c.want) > errB || errA > 1e-9 || errB > 1e-8 {
			t.Errorf("%s: %v ± %.1e and %v ± %.1e, want %v", c.name, a, errA, b, errB, c.want)
		}
	}
}
