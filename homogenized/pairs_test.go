package homogenized

import (
	"math"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/stat"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestJoin checks an increment over two half steps against the Brownian motion itself,
// W(Δ) = W(Δ/2) + …  and ∫W: exactly, and for independence of its two parts.
func TestJoin(t *testing.T) {
	t.Parallel()
	const n = 100000
	rng := rand.New(rand.NewPCG(1, 2))
	draw := func() increment {
		i := increment{make([]float64, n), make([]float64, n)}
		for k := range n {
			i.first[k], i.second[k] = rng.NormFloat64(), rng.NormFloat64()
		}
		return i
	}
	ends := func(i increment, dt float64, k int) (w, integral float64) {
		return math.Sqrt(dt) * i.first[k], dt * math.Sqrt(dt) / 2 * (i.first[k] + i.second[k]/math.Sqrt(3))
	}
	a, b := draw(), draw()
	whole := increment{make([]float64, n), make([]float64, n)}
	whole.join(a, b)
	const dt = 0.3
	for k := range 100 {
		wa, ia := ends(a, dt/2, k)
		wb, ib := ends(b, dt/2, k)
		w, i := ends(whole, dt, k)
		if math.Abs(w-wa-wb) > 1e-15 || math.Abs(i-ia-ib-wa*dt/2) > 1e-15 {
			t.Fatalf("W and ∫W are %v and %v, want %v and %v", w, i, wa+wb, ia+ib+wa*dt/2)
		}
	}
	// Each is within 4.5 standard errors.
	for what, got := range map[string]float64{
		"variance of first":  (stat.Variance(whole.first, nil) - 1) / math.Sqrt2,
		"variance of second": (stat.Variance(whole.second, nil) - 1) / math.Sqrt2,
		"correlation":        floats.Dot(whole.first, whole.second) / n,
	} {
		if math.Abs(got) > 4.5/math.Sqrt(n) {
			t.Errorf("%s is off by %v", what, got)
		}
	}
}

// TestPairs checks that pairs are reproducible on any number of cores, that fine
// paths see Observers and ⟨R⟩ of their own, and that both start at R(0).
func TestPairs(t *testing.T) {
	p := problem(t, noise.Normal{Sigma: 1}, 1, 2, 3)
	square, err := signsgd.ObserveSquare(p)
	if err != nil {
		t.Fatal(err)
	}
	sde := must(SignHSGD(p, schedule.Constant(0.5)))
	sde.Variation, sde.Scheme = true, SRA1{Step: 0.25}
	pairs := func(procs int) *Pairs {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		c, err := sde.Pairs(t.Context(), ensemble.Settings{Horizon: 1, Runs: 6, Times: []float64{0, 1}, Observers: []ensemble.Observer{square}})
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	c := pairs(1)
	if !reflect.DeepEqual(pairs(4), c) {
		t.Error("GOMAXPROCS changes the result")
	}
	for _, band := range []*ensemble.Band{c.Coarse, c.Fine} {
		if len(band.Observed) != 2 || band.Risk[0][0] != p.InitialRisk() || band.Observed[0][0][0] != 3 || band.Observed[1][0][0] != 0 || !(band.Observed[1][0][1] > 0) {
			t.Errorf("band %+v", band)
		}
	}
	if c.Distance[0][0] != 0 || !(c.Distance[0][1] > 0 && c.Distance[0][1] < 0.1) {
		t.Errorf("distances %v", c.Distance[0])
	}
}
