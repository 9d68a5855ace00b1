package noise

import (
	"math"
	"testing"
)

// benchmarked are the laws by what their φ costs.
var benchmarked = []struct {
	form string
	law  Law
}{
	{"sqrt/normal", Normal{Sigma: 0.7}},
	{"exp/normal", Normal{Mu: 1, Sigma: 0.7}},
	{"exp/rademacher", Rademacher{Scale: 1}},
	{"erf/uniform", Uniform{Min: -1, Max: 1}},
	{"erf/uniform_skew", Uniform{Min: -0.5, Max: 2}},
	{"erfcx/laplace", Laplace{Scale: 0.6}},
	{"erfcx/laplace_located", Laplace{Mu: 1, Scale: 0.6}},
	{"erfcx/cauchy", Cauchy{Scale: 1}},
	{"faddeeva/cauchy_located", Cauchy{Mu: 2, Scale: 1}},
	{"tricomi/students_t", StudentsT{Sigma: 1, Nu: 3}},
	{"quadrature/students_t_located", StudentsT{Mu: 1, Sigma: 1, Nu: 3}},
	{"quadrature/logistic", Logistic{Mu: 1, S: 0.6}},
	{"quadrature/stable", AlphaStable{Alpha: 1.5, C: 1}},
	{"quadrature/stable_located", AlphaStable{Alpha: 1.5, C: 1, Mu: 1}},
}

// sink keeps the compiler from dropping what is timed.
var sink float64

// BenchmarkPhi times φ and φ' together, over R from 1e-3 to 1e3.
func BenchmarkPhi(b *testing.B) {
	risks := logspace(1e-3, 1e3, 64)
	for _, c := range benchmarked {
		b.Run(c.form, func(b *testing.B) {
			b.ReportAllocs()
			i := 0
			for b.Loop() {
				phi, slope := c.law.Phi(risks[i&63])
				sink = phi + slope
				i++
			}
		})
	}
	table, err := Tabulate(b.Context(), StudentsT{Mu: 1, Sigma: 1, Nu: 3}, 1e-4, 1e4, 1e-12)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("table", func(b *testing.B) {
		b.ReportAllocs()
		i := 0
		for b.Loop() {
			phi, slope := table.Phi(risks[i&63])
			sink = phi + slope
			i++
		}
	})
}

func BenchmarkMiniBatch(b *testing.B) {
	for name, m := range map[string]MiniBatch{
		"2": {Rademacher{Scale: 1}, 2}, "16": {Rademacher{Scale: 1}, 16}, "1000000": {Rademacher{Scale: 1}, 1_000_000},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				sink, _ = m.Phi(0.3)
			}
		})
	}
}

// BenchmarkPeer/phi/students_t/200 is one call of φ for each of 200 values of R.
func BenchmarkPeer(b *testing.B) {
	b.Run("phi/students_t/200", func(b *testing.B) {
		b.ReportAllocs()
		l := StudentsT{Sigma: 1, Nu: 3}
		risks, phi := logspace(1e-4, 1e4, 200), make([]float64, 200)
		for b.Loop() {
			for i, risk := range risks {
				phi[i], _ = l.Phi(risk)
			}
		}
	})
}

// TestAllocations checks that φ and sampling-free calls of hot loops allocate nothing.
func TestAllocations(t *testing.T) {
	compressions := []Compression{MiniBatch{Law: Normal{Sigma: 1}, Batch: 8}}
	for _, l := range zoo {
		compressions = append(compressions, l)
	}
	table, err := Tabulate(t.Context(), Cauchy{Mu: 1, Scale: 1}, 1e-3, 1e3, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range append(compressions, table) {
		if n := testing.AllocsPerRun(20, func() { sink, _ = c.Phi(0.3 + math.Abs(sink)*1e-9) }); n != 0 {
			t.Errorf("%v: %v allocations a call", c, n)
		}
	}
}
