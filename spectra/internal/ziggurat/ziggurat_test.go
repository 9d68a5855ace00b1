package ziggurat

import (
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

func newRand(seed byte) *rand.Rand { return rand.New(rand.NewChaCha8([32]byte{seed})) }

// sampleSize is the size of the samples of the tests of quality: 4·10⁶, with
// RISKCURVES_HEAVY 4·10⁸.
func sampleSize() int {
	if os.Getenv("RISKCURVES_HEAVY") != "" {
		return 400_000_000
	}
	return 4_000_000
}

// each calls f with n successive variates or a few more, drawn in pieces of different lengths.
func each(n int, seed byte, f func(x float64)) {
	rng, x := newRand(seed), make([]float64, 1<<14)
	for done := 0; done < n; {
		piece := x[:short+rng.IntN(len(x)-short)]
		Fill(piece, rng)
		for _, v := range piece {
			f(v)
		}
		done += len(piece)
	}
}

// TestTables checks that the layers close at the summit, have one area, and that
// the sides agree with them.
func TestTables(t *testing.T) {
	area := edge[0] * density[1]
	for i := 1; i < layers; i++ {
		if a := edge[i] * (density[i+1] - density[i]); math.Abs(a/area-1) > 1e-10 {
			t.Errorf("layer %d has the area %v, the base %v", i, a, area)
		}
		if edge[i] >= edge[i-1] {
			t.Errorf("edges %d, %d are %v, %v", i-1, i, edge[i-1], edge[i])
		}
	}
	if edge[layers] != 0 || density[layers] != 1 {
		t.Errorf("the summit is at %v, %v", edge[layers], density[layers])
	}
	inside := 0.0
	for _, s := range sides {
		inside += float64(s.inside) / (1 << 52) / (2 * layers)
	}
	if inside < 1-1./124 {
		t.Errorf("only %v of the candidates are accepted at once", inside)
	}
}

// TestMoments checks the first eight moments: that of order k has the standard
// error √((m_2k − m_k²)/n), and lies within 5 of them but for a chance of 6e-7.
func TestMoments(t *testing.T) {
	moment := func(k int) float64 { // (k − 1)!! for even k
		if k%2 == 1 {
			return 0
		}
		m := 1.0
		for j := k - 1; j > 1; j -= 2 {
			m *= float64(j)
		}
		return m
	}
	n := 0
	var sums [9]float64
	each(sampleSize(), 1, func(x float64) {
		n++
		power := 1.0
		for k := range sums {
			sums[k] += power
			power *= x
		}
	})
	for k := 1; k < len(sums); k++ {
		got, want := sums[k]/float64(n), moment(k)
		se := math.Sqrt((moment(2*k) - want*want) / float64(n))
		if math.Abs(got-want) > 5*se {
			t.Errorf("moment %d is %v, want %v ± %v", k, got, want, se)
		}
	}
}

// TestTails counts the variates beyond multiples of one half on both sides, the
// last of them beyond the base of the ziggurat. Counts N of expectation m ≥ 10
// deviate by more than 5√m + 5 with a chance below 1e-6.
func TestTails(t *testing.T) {
	var counts [2][12]float64 // beyond j/2, left and right
	n := 0
	each(sampleSize(), 2, func(x float64) {
		n++
		side := 0
		if x > 0 {
			side = 1
		}
		for j := range min(int(2*math.Abs(x))+1, 12) {
			counts[side][j]++
		}
	})
	for side := range counts {
		for j, got := range counts[side] {
			want := float64(n) * math.Erfc(float64(j)/2/math.Sqrt2) / 2
			if want >= 10 && math.Abs(got-want) > 5*math.Sqrt(want)+5 {
				t.Errorf("side %d: %v variates beyond %v, want %.1f", side, got, float64(j)/2, want)
			}
		}
	}
	if beyond := counts[1][8] + counts[0][8]; beyond == 0 {
		t.Error("no variate beyond 4, where the tail is drawn by a method of its own")
	}
}

// TestKolmogorovSmirnov compares the empirical distribution function with the
// normal one: the statistic √n·D exceeds 2.5 with a chance of 2 exp(−2·2.5²) = 7e-6.
// The same is asked of the variates conditioned to lie between the edges of layers,
// where the wedges are, and of those in the tail.
func TestKolmogorovSmirnov(t *testing.T) {
	cdf := func(x float64) float64 { return math.Erfc(-x/math.Sqrt2) / 2 }
	var all, wedges, beyond []float64
	limit := 4_000_000
	each(sampleSize(), 3, func(x float64) {
		if len(all) < limit {
			all = append(all, x)
		}
		if a := math.Abs(x); a > edge[layers-1]*0.5 && a < edge[layers-3] && len(wedges) < limit {
			wedges = append(wedges, a)
		} else if a > base && len(beyond) < limit {
			beyond = append(beyond, a)
		}
	})
	for _, c := range []struct {
		what   string
		x      []float64
		lo, hi float64
	}{
		{"all", all, math.Inf(-1), math.Inf(1)},
		{"upper wedges", wedges, edge[layers-1] * 0.5, edge[layers-3]},
		{"tail", beyond, base, math.Inf(1)},
	} {
		if len(c.x) < 100 {
			t.Errorf("%s: only %d variates", c.what, len(c.x))
		}
		slices.Sort(c.x)
		n, gap := float64(len(c.x)), 0.0
		lo := cdf(c.lo)
		mass := cdf(c.hi) - lo
		upper := 0.0 // 1 − cdf(lo) without cancellation, for the tail
		if c.what == "tail" {
			upper = math.Erfc(c.lo/math.Sqrt2) / 2
		}
		for i, x := range c.x {
			f := (cdf(x) - lo) / mass
			if upper > 0 {
				f = 1 - math.Erfc(x/math.Sqrt2)/2/upper
			}
			gap = max(gap, math.Abs(f-float64(i)/n), math.Abs(f-float64(i+1)/n))
		}
		if s := math.Sqrt(n) * gap; s > 2.5 {
			t.Errorf("%s: Kolmogorov–Smirnov statistic %v of %v variates", c.what, s, n)
		}
	}
}

// TestIndependence checks that variates are uncorrelated, as are their squares,
// with those a lag later, for lags around the number of lanes and the block, and
// with those of another generator at the same place. A correlation of n pairs is
// N(0, 1/n), that of squares too; all 40 together stay within 5/√n but for a chance
// of 2.4e-5.
func TestIndependence(t *testing.T) {
	n := sampleSize() / 4
	if n > 10_000_000 {
		n = 10_000_000
	}
	x, other := make([]float64, n), make([]float64, n)
	Fill(x, newRand(4))
	Fill(other, newRand(5))
	check := func(what string, a, b []float64) {
		plain, squares := 0.0, 0.0
		for i := range a {
			plain += a[i] * b[i]
			squares += (a[i]*a[i] - 1) * (b[i]*b[i] - 1) / 2
		}
		for _, sum := range []float64{plain, squares} {
			if z := sum / math.Sqrt(float64(len(a))); math.Abs(z) > 5 {
				t.Errorf("%s: the correlation is %.1f standard errors from 0", what, z)
			}
		}
	}
	for _, lag := range []int{1, 2, 3, 4, 5, 7, 8, 12, 16, 255, 256, 511, 512, 513, 1000, 1024, 4096} {
		check("lag", x[lag:], x[:n-lag])
	}
	check("another generator", x, other)
	var first, second []float64 // successive calls with one generator
	rng := newRand(6)
	for range n / 1000 {
		piece := make([]float64, 2000)
		Fill(piece[:1000], rng)
		Fill(piece[1000:], rng)
		first, second = append(first, piece[:1000]...), append(second, piece[1000:]...)
	}
	check("successive calls", first, second)
}

// TestLanes compares the lanes with xoshiro256++ written down word by word, and its
// first outputs from the state 1, 2, 3, 4 with those of the authors' program.
func TestLanes(t *testing.T) {
	s := Lanes{{1, 1, 1, 1}, {2, 2, 2, 2}, {3, 3, 3, 3}, {4, 4, 4, 4}}
	out := make([]uint64, 10*width)
	s.Fill(out)
	for i, want := range []uint64{41943041, 58720359, 3588806011781223, 3591011842654386, 9228616714210784205,
		9973669472204895162, 14011001112246962877, 12406186145184390807, 15849039046786891736, 10450023813501588000} {
		for l := range width {
			if got := out[i*width+l]; got != want {
				t.Errorf("output %d of lane %d is %d, want %d", i, l, got, want)
			}
		}
	}
	s.Seed(newRand(1))
	for n := width; n < 100; n += width {
		plain := s
		fast, slow := make([]uint64, n), make([]uint64, n)
		s.Fill(fast)
		if plain.fillGo(slow); !slices.Equal(fast, slow) || s != plain {
			t.Fatalf("%d words: Fill gives %x, Go %x", n, fast, slow)
		}
	}
	more := s
	one, two := make([]uint64, 8), make([]uint64, 4)
	s.Fill(one)
	more.Fill(two)
	more.Fill(two)
	if !slices.Equal(one[4:], two) {
		t.Error("the state is not kept between calls")
	}
}
