package ensemble

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

type (
	named  float64
	inner2 struct{ X, Y float64 }
	outer  struct {
		Name   string
		Inner  inner2
		Any    any
		Values []float64
		hidden int
	}
	withFunc struct{ F func() }
	withMap  struct{ M map[string]int }
	deep     struct{ P any }
	self     struct{ text string }
	point    struct{ p *int }
)

func (s self) Describe() string { return s.text }

type pointed struct{ text string }

func (p *pointed) Describe() string { return p.text }

// TestDescribe compares texts with what they should be; "" has no description.
func TestDescribe(t *testing.T) {
	t.Parallel()
	circle := []any{nil}
	circle[0] = circle
	for _, c := range []struct {
		v    any
		want string
	}{
		{nil, "nil"},
		{0.1, "float64(0.1)"},
		{1. / 3, "float64(0.3333333333333333)"},
		{math.Inf(1), "float64(+Inf)"},
		{math.Copysign(0, -1), "float64(-0)"},
		{named(2), "ensemble.named(2)"},
		{true, "bool(true)"},
		{"a b\"", `string("a b\"")`},
		{uint8(7), "uint8(7)"},
		{-3, "int(-3)"},
		{2 + 3i, "complex128(2 + 3i)"},
		{[]float64{1, 2.5}, "[]float64[1 2.5]"},
		{[]float64(nil), "[]float64nil"},
		{[]float64{}, "[]float64[]"},
		{[2]int{1, 2}, "[2]int[1 2]"},
		{inner2{1, 2}, "ensemble.inner2{X:1 Y:2}"},
		{outer{"n", inner2{1, 2}, named(3), []float64{4}, 5}, `ensemble.outer{Name:"n" Inner:{X:1 Y:2} Any:ensemble.named(3) Values:[4] hidden:5}`},
		{outer{Any: inner2{}}, `ensemble.outer{Name:"" Inner:{X:0 Y:0} Any:ensemble.inner2{X:0 Y:0} Values:nil hidden:0}`},
		{withFunc{}, "ensemble.withFunc{F:nil}"},
		{withFunc{func() {}}, ""},
		{func() {}, ""},
		{withMap{}, "ensemble.withMap{M:nil}"},
		{withMap{map[string]int{}}, ""},
		{deep{withFunc{}}, "ensemble.deep{P:ensemble.withFunc{F:nil}}"},
		{deep{withFunc{func() {}}}, ""},
		{[]any{1, func() {}}, ""},
		{new(int), ""},
		{point{}, "ensemble.point{p:nil}"},
		{point{new(int)}, ""},
		{make(chan int), ""},
		{self{"mine"}, "mine"},
		{self{}, ""},
		{deep{self{"mine"}}, "ensemble.deep{P:mine}"},
		{[]self{{"a"}, {"b"}}, "[]ensemble.self[a b]"},
		{deep{self{}}, ""},
		{&pointed{"p"}, "p"},
		{(*pointed)(nil), "*ensemble.pointed(nil)"},
		{circle, ""},
	} {
		if p := Describe("x", c.v); c.want != "" && p.String() != c.want || (p.Text == "") != (c.want == "") || (p.Reason == "") != (c.want != "") || p.Name != "x" {
			t.Errorf("%#v is described as %+v, want %s", c.v, p, c.want)
		}
	}
	long := make([]float64, 17)
	long[3] = 2
	p := Describe("x", outer{Values: long, Any: long})
	if want := `ensemble.outer{Name:"" Inner:{X:# Y:#} Any:[]float64[17 numbers: # # # #] Values:[17 numbers: # # # #] hidden:0}`; p.Text != want || !slices.Equal(p.Numbers, digest(digest([]float64{0, 0}, long), long)) {
		t.Errorf("long slices: %+v", p)
	}
	if p := Describe("x", struct{ hidden []float32 }{make([]float32, 17)}); p.Text != "struct { hidden []float32 }{hidden:[17 numbers: # # # #]}" {
		t.Errorf("a hidden slice: %v", p)
	}
	if p := Describe("x", make([]int, 1000)); p.Text != "[]int[1000 numbers: # # # #]" || len(p.Numbers) != 4 {
		t.Errorf("1000 ints: %v", p)
	}
}

// TestRounding checks that numbers which differ by rounding agree, wherever they stand, and
// that others do not.
func TestRounding(t *testing.T) {
	t.Parallel()
	third, next := 1./3, math.Nextafter(1./3, 1)
	text := func(x float64) self { return self{fmt.Sprintf(`law "v 1.50"{scale2:%v n:%d}`, x, int64(12345678901))} }
	for _, c := range []struct {
		a, b  any
		agree bool
	}{
		{third, next, true},
		{third, third * (1 + 1e-8), false},
		{1., math.Nextafter(1, 0), true},
		{inner2{third, 1}, inner2{next, 1}, true},
		{inner2{third, 1}, inner2{1, third}, false},
		{[]float64{third}, []float64{next}, true},
		{text(third), text(next), true},
		{text(1), text(math.Nextafter(1, 0)), true},
		{text(1), text(1 + 1e-8), false},
		{deep{text(third)}, deep{text(next)}, true},
		{self{`a "1.0"`}, self{`a "1"`}, false},
		{self{"x1.0"}, self{"x1"}, false},
		{self{"12345678901"}, self{"12345678902"}, false},
		{1e-30, 0., false},
		{"#", "1", false},
	} {
		a, b := Describe("x", c.a), Describe("x", c.b)
		if err := sameDescription(Description{a}, Description{b}); (err == nil) != c.agree {
			t.Errorf("%v and %v: %v", a, b, err)
		}
	}
	zero, rest := Part{Name: "x", Text: "#", Numbers: []float64{0}, Floor: 1e-15}, Part{Name: "x", Text: "#", Numbers: []float64{1e-17}, Floor: 1e-15}
	if err := sameDescription(Description{zero}, Description{rest}); err != nil {
		t.Errorf("values that cancel: %v", err)
	}
	rest.Floor = 0
	if err := sameDescription(Description{zero}, Description{rest}); err == nil {
		t.Error("a floor in one part alone counts")
	}
}

// lawLike lacks a name.
type lawLike struct {
	Name string
	F    func()
}

func (l lawLike) Describe() string { return l.Name }

// TestReasons checks what is said of parts without description.
func TestReasons(t *testing.T) {
	t.Parallel()
	for want, v := range map[string]any{
		"set lawLike.Name": deep{lawLike{}},
		"give ensemble.withFunc the method Describe() string": deep{withFunc{func() {}}},
		"give *int the":           new(int),
		"give ensemble.point the": point{new(int)},
		"give func() the":         func() {},
		"the method Describe of ensemble.self returns no text": self{},
	} {
		p := Describe("x", v)
		if p.Text != "" || !strings.HasPrefix(p.Reason, want) {
			t.Errorf("reason %q, want %q", p.Reason, want)
		}
		err := sameDescription(Description{p}, Description{p})
		if !errors.Is(err, ErrNoDescription) || !strings.Contains(err.Error(), want) {
			t.Errorf("error %v, want %q", err, want)
		}
	}
	none := &Band{Times: []float64{0}}
	for _, of := range [][2]*Band{{none, none}, {none, gather(t, Settings{Horizon: 1, Runs: 1}, subject())}} {
		if _, err := Merge(of[0], of[1]); !errors.Is(err, ErrNoDescription) {
			t.Errorf("bands without description: %v", err)
		}
	}
	nameless := subject()
	nameless.Description = nil
	b := gather(t, Settings{Horizon: 1, Runs: 1}, nameless)
	if _, err := Merge(b, b); !errors.Is(err, ErrNoDescription) || !strings.Contains(err.Error(), "set Subject.Description") {
		t.Errorf("a subject without description: %v", err)
	}
}

// TestDigest checks that a digest sees entries that change or change places, and does not
// see rounding.
func TestDigest(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	for _, d := range []int{1, 2, 10, 10000} {
		x := make([]float64, d)
		for i := range x {
			x[i] = rng.NormFloat64()
		}
		of := func(change func(y []float64)) *Band {
			y := slices.Clone(x)
			change(y)
			return &Band{Description: Description{Digest("x", "vector", y)}}
		}
		i := rng.IntN(d)
		base := of(func([]float64) {})
		for name, change := range map[string]func(y []float64){
			"an entry": func(y []float64) { y[i] += 1e-4 },
			"a sign":   func(y []float64) { y[i] *= -1 },
			"size":     func(y []float64) { scale(y, 1+1e-8) },
			"places":   func(y []float64) { y[0], y[d-1] = y[d-1], y[0] },
			"all":      func(y []float64) { clear(y) },
		} {
			if d == 1 && name == "places" {
				continue
			}
			if err := same(base, of(change)); err == nil {
				t.Errorf("dimension %d: the digest does not see %s change", d, name)
			}
		}
		if err := same(base, of(func(y []float64) {
			for i := range y {
				y[i] *= 1 + 4e-16*rng.NormFloat64()
			}
		})); err != nil {
			t.Errorf("dimension %d: rounding is seen: %v", d, err)
		}
	}
}

func scale(x []float64, s float64) {
	for i := range x {
		x[i] *= s
	}
}
