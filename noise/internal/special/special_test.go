package special

import (
	"encoding/json"
	"math"
	"os"
	"testing"
)

// reference holds values computed to 60 digits.
func reference(t *testing.T) (ref struct {
	Voigt                     [][4]float64
	Erfcx                     [][2]float64
	ExpMoments                [][4]float64
	Tricomi                   [][4]float64
	HalfGammaRatio, GammaStar [][2]float64
	Logistic                  [][4]float64
	LocatedT, Stable          [][5]float64
}) {
	t.Helper()
	b, err := os.ReadFile("testdata/special.json")
	if err == nil {
		err = json.Unmarshal(b, &ref)
	}
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

func relative(got, want float64) float64 { return math.Abs(got/want - 1) }

func TestVoigt(t *testing.T) {
	t.Parallel()
	var worst, worst2 float64
	for _, r := range reference(t).Voigt {
		k, second := Voigt(r[0], r[1])
		e, e2 := relative(k, r[2]), relative(second, r[3])
		worst, worst2 = max(worst, e), max(worst2, e2)
		// Where the atom exp(−x²) rules, so does the rounding of its exponent.
		allowed := 1e-14 + 2e-16*min(r[0]*r[0], 49)
		if e > allowed || e2 > allowed {
			t.Errorf("Voigt(%v, %v) = %v, %v: relative errors %.1e, %.1e", r[0], r[1], k, second, e, e2)
		}
	}
	t.Logf("worst relative errors %.1e, %.1e", worst, worst2)
}

func TestErfcx(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t).Erfcx {
		if e := relative(Erfcx(r[0]), r[1]); e > 1e-15 {
			t.Errorf("Erfcx(%v): relative error %.1e", r[0], e)
		}
	}
	for x := 0.0; x < 5; x += 0.1 { // against the standard library, both signs
		if e := relative(Erfcx(-x), math.Exp(x*x)*math.Erfc(-x)); e > 2e-14 {
			t.Errorf("Erfcx(%v): relative error %.1e", -x, e)
		}
	}
}

func TestGaussMoments(t *testing.T) {
	t.Parallel()
	for _, iv := range [][2]float64{{-1, 1}, {0, 1e-9}, {-1e-7, 2e-7}, {0.3, 0.31}, {0.2, 5}, {-8, -7.9}, {3, 40}, {-50, 0.5}, {6, 6.1}} {
		a, b := iv[0], iv[1]
		mean, second := GaussMoments(a, b)
		// Composite midpoint rule, extrapolated twice.
		rule := func(n int) (m, s float64) {
			lo, hi := max(a, -9), min(b, 9)
			h := (hi - lo) / float64(n)
			for i := range n {
				x := lo + (float64(i)+0.5)*h
				e := math.Exp(-x * x)
				m += e
				s += x * x * e
			}
			return m * h / (b - a), s * h / (b - a)
		}
		m1, s1 := rule(20000)
		m2, s2 := rule(40000)
		if e := relative(mean, m2+(m2-m1)/3); e > 1e-11 {
			t.Errorf("GaussMoments(%v, %v): mean off by %.1e", a, b, e)
		}
		if e := relative(second, s2+(s2-s1)/3); e > 1e-11 {
			t.Errorf("GaussMoments(%v, %v): second off by %.1e", a, b, e)
		}
	}
}

// TestMeans checks the means that have no closed form.
func TestMeans(t *testing.T) {
	t.Parallel()
	ref := reference(t)
	check := func(name string, arguments any, mean, second, wantMean, wantSecond, tol, tol2 float64) {
		t.Helper()
		if wantMean < 1e-290 {
			return
		}
		e, e2 := relative(mean, wantMean), relative(second, wantSecond)
		if rounding := -2e-16 * math.Log(wantMean); !(e <= tol+rounding && e2 <= tol2+rounding) {
			t.Errorf("%s%v = %v, %v: relative errors %.1e, %.1e", name, arguments, mean, second, e, e2)
		}
	}
	for _, r := range ref.Logistic {
		mean, second := Logistic(r[0], r[1])
		check("Logistic", r[:2], mean, second, r[2], r[3], 4e-15, 1e-14)
	}
	for _, r := range ref.LocatedT {
		mean, second := LocatedT(r[0], math.Sqrt(r[1]), math.Sqrt(r[2]), math.Log(r[2])/2)
		check("LocatedT", r[:3], mean, second, r[3], r[4], 1e-14, 2e-14)
	}
	for _, r := range ref.Stable {
		mean, second := Stable(r[0], r[1], 1, math.Sqrt(r[2]))
		check("Stable", r[:3], mean, second, r[3], r[4], 3e-14, 2e-13)
	}
}

func BenchmarkVoigt(b *testing.B) {
	for x := 0.1; b.Loop(); {
		k, _ := Voigt(x, 0.5)
		x = 3 + k
	}
}

func BenchmarkErfcx(b *testing.B) {
	for x := 0.1; b.Loop(); {
		x = 2 + Erfcx(x)
	}
}

func TestExpMoments(t *testing.T) {
	t.Parallel()
	var worst [3]float64
	for _, r := range reference(t).ExpMoments {
		var got [3]float64
		got[0], got[1], got[2] = ExpMoments(r[0])
		for n := range got {
			e := relative(got[n], r[n+1])
			worst[n] = max(worst[n], e)
			if e > 5e-15 {
				t.Errorf("ExpMoments(%v): moment %d is off by %.1e", r[0], n, e)
			}
		}
	}
	t.Logf("worst relative errors %.1e", worst)
}

func TestTricomi(t *testing.T) {
	t.Parallel()
	var worst, worst2 float64
	for _, r := range reference(t).Tricomi {
		mean, second := Tricomi(r[0], r[1])
		e, e2 := relative(mean, r[2]), relative(second, r[3])
		worst, worst2 = max(worst, e), max(worst2, e2)
		if e > 4e-15 || e2 > 2e-14 {
			t.Errorf("Tricomi(%v, %v) = %v, %v: relative errors %.1e, %.1e", r[0], r[1], mean, second, e, e2)
		}
	}
	t.Logf("worst relative errors %.1e, %.1e", worst, worst2)
}

// TestTricomiNearZero holds the series to the sums, whose error grows with |log x|, and to
// Cauchy's law, for which the second sum is √(x/π) − x + O(x^(3/2)).
func TestTricomiNearZero(t *testing.T) {
	for _, nu := range []float64{0.1, 0.3, 1, 1.5, 1.9, 2.1, 2.5, 3, 3.5, 3.89, 3.91, 4, 4.1, 5, 20, 1e3, 1e15} {
		for _, x := range []float64{nearZero * (1 - 1e-9), 1e-20, 1e-25, 1e-35} {
			mean, second := tricomiNearZero(nu, x)
			wantMean, wantSecond := tricomiSum(nu, x)
			if e, e2 := mean/wantMean-1, second/wantSecond-1; !(math.Abs(e) < 4e-15 && math.Abs(e2) < 2e-14) {
				t.Errorf("ν = %v, x = %v: relative errors %.1e, %.1e", nu, x, e, e2)
			}
		}
	}
	for _, x := range []float64{1e-20, 3e-50, 1e-100, 1e-200, 7e-307} {
		_, second := Tricomi(1, x)
		if want := math.Sqrt(x/math.Pi) - x; math.Abs(second-want) > 2e-15*want {
			t.Errorf("Cauchy's law, x = %v: %v, want %v", x, second, want)
		}
	}
}

func TestGamma(t *testing.T) {
	t.Parallel()
	for _, r := range reference(t).HalfGammaRatio {
		if e := relative(HalfGammaRatio(r[0]), r[1]); e > 2e-15 {
			t.Errorf("HalfGammaRatio(%v): relative error %.1e", r[0], e)
		}
	}
	for _, r := range reference(t).GammaStar {
		if e := relative(GammaStar(r[0]), r[1]); e > 6e-15 {
			t.Errorf("GammaStar(%v): relative error %.1e", r[0], e)
		}
	}
}

func BenchmarkTricomi(b *testing.B) {
	for x := 0.01; b.Loop(); {
		u, _ := Tricomi(3, x)
		x = 0.01 * (1 + u)
	}
}

func BenchmarkExpMoments(b *testing.B) {
	for x := 0.1; b.Loop(); {
		u, _, v := ExpMoments(x)
		x = 2 + u + v
	}
}
