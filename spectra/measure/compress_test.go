package measure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/floats"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 1)) }

// worstLaplace returns the largest relative difference of the two transforms where
// that of a exceeds 1e-30 of its mass, over τ in 40 decades.
func worstLaplace(a, b Measure) float64 {
	worst, floor := 0.0, a.Total()*negligible
	for e := -2500; e <= 2000; e += 3 {
		tau := math.Pow(10, float64(e)/100)
		want := a.Laplace(tau)
		if want <= floor {
			break
		}
		worst = max(worst, math.Abs(b.Laplace(tau)/want-1))
	}
	return worst
}

// hardMeasure draws a measure with eigenvalues over up to 18 decades and masses
// over up to 30.
func hardMeasure(n int, rng *rand.Rand) Measure {
	m := Measure{make([]float64, n), make([]float64, n)}
	lo, hi := -14*rng.Float64(), 4*rng.Float64()
	slope, scatter := 8*(rng.Float64()-0.5), 30*rng.Float64()*float64(rng.IntN(2))
	cluster := rng.IntN(3) == 0
	for i := range n {
		e := lo + (hi-lo)*rng.Float64()
		if cluster {
			e = math.Round(e) + 0.01*rng.Float64()
		}
		m.Lambda[i] = math.Pow(10, e)
		m.Mass[i] = math.Pow(10, max(-200, slope*(e-lo)-scatter*rng.Float64()))
		if rng.IntN(50) == 0 {
			m.Mass[i] = 0
		}
	}
	if rng.IntN(4) == 0 {
		m.Lambda[rng.IntN(n)] = 0
	}
	return m
}

// TestCompress checks the promise of Compress on measures of all kinds.
func TestCompress(t *testing.T) {
	t.Parallel()
	rng := newRand(20)
	worst := 0.0
	for trial := range 300 {
		n := 1 + int(math.Pow(10, 3.3*rng.Float64()))
		m := hardMeasure(n, rng)
		tolerance := math.Pow(10, -4-9*rng.Float64())
		c, err := m.Compress(tolerance)
		if err != nil {
			t.Fatal(err)
		}
		gap := worstLaplace(m, c)
		worst = max(worst, gap/tolerance)
		if !(gap <= tolerance) {
			t.Errorf("trial %d: %d atoms to %d: relative error %.1e, allowed %.1e", trial, n, len(c.Lambda), gap, tolerance)
		}
		if len(c.Lambda) > n {
			t.Errorf("trial %d: %d atoms became %d", trial, n, len(c.Lambda))
		}
		if math.Abs(c.Total()/m.Total()-1) > 1e-13 {
			t.Errorf("trial %d: the mass %v became %v", trial, m.Total(), c.Total())
		}
		a, _ := smallest(m)
		b, _ := smallest(c)
		if a.lambda != b.lambda || math.Abs(a.mass/b.mass-1) > 1e-15 {
			t.Errorf("trial %d: the smallest atom %v became %v", trial, a, b)
		}
	}
	t.Logf("worst error %.2g of the tolerance", worst)
}

type atom struct{ lambda, mass float64 }

// smallest returns the smallest positive atom.
func smallest(m Measure) (a atom, ok bool) {
	for i, l := range m.Lambda {
		switch {
		case l == 0 || m.Mass[i] == 0:
		case !ok || l < a.lambda:
			a, ok = atom{l, m.Mass[i]}, true
		case l == a.lambda:
			a.mass += m.Mass[i]
		}
	}
	return a, ok
}

// spread returns d atoms of which the masses go like a power of λ.
func spread(d int, lo, hi, power float64) Measure {
	m := Measure{make([]float64, d), make([]float64, d)}
	floats.LogSpan(m.Lambda, lo, hi)
	for i, l := range m.Lambda {
		m.Mass[i] = math.Pow(l, power)
	}
	return m
}

// TestCompressCount checks that compression pays: on the plain cases, few nodes.
func TestCompressCount(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		d             int
		lo, hi, power float64
		most          int
	}{
		{500, 1e-2, 3, 0, 70},
		{500, 1e-2, 3, 1, 70},
		{500, 1e-2, 3, 2, 70},
		{20000, 1e-3, 1, 0, 80},
		{20000, 1e-4, 1e2, 1, 110},
		{20000, 1e-14, 1e4, 0, 250},
		{20000, 1e-14, 1e4, 1, 250},
		{500, 1, 1, 0, 1},
	} {
		m := spread(c.d, c.lo, c.hi, c.power)
		short, err := m.Compress(0)
		if err != nil {
			t.Fatal(err)
		}
		gap := worstLaplace(m, short)
		t.Logf("%d atoms in [%g, %g], power %g: %d nodes, error %.1e", c.d, c.lo, c.hi, c.power, len(short.Lambda), gap)
		if len(short.Lambda) > c.most || !(gap <= DefaultCompression) {
			t.Errorf("%d atoms in [%g, %g], power %g: %d nodes, want at most %d; error %.1e", c.d, c.lo, c.hi, c.power, len(short.Lambda), c.most, gap)
		}
	}
}

func BenchmarkCompress(b *testing.B) {
	for _, d := range []int{500, 1_000_000} {
		m := spread(d, 1e-2, 3, 1)
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := m.Compress(0); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
