package measure

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"gonum.org/v1/gonum/mat"
)

// symmetric is an operator with a stored matrix.
type symmetric struct{ *mat.SymDense }

func (k symmetric) Dim() int { return k.SymmetricDim() }

func (k symmetric) MulVecTo(dst, x []float64) {
	mat.NewVecDense(len(dst), dst).MulVec(k, mat.NewVecDense(len(x), x))
}

func normals(n int, rng *rand.Rand) []float64 {
	x := make([]float64, n)
	for i := range x {
		x[i] = rng.NormFloat64()
	}
	return x
}

// TestProcess checks the brackets of diag(w)·K against the eigenvectors of
// W^{1/2}KW^{1/2}: they hold the transform, narrow with the number of steps, and close.
func TestProcess(t *testing.T) {
	t.Parallel()
	rng := newRand(30)
	for _, rank := range []int{40, 12} {
		const d = 25
		var full mat.SymDense
		full.SymOuterK(1./d, mat.NewDense(d, rank, normals(d*rank, rng)))
		weights, start := normals(d, rng), normals(d, rng)
		scaled := mat.NewSymDense(d, nil)
		for i := range weights {
			weights[i] = math.Exp(weights[i])
		}
		for i := range d {
			for j := i; j < d; j++ {
				scaled.SetSym(i, j, full.At(i, j)*math.Sqrt(weights[i]*weights[j]))
			}
		}
		var e mat.EigenSym
		if !e.Factorize(scaled, true) {
			t.Fatal("no convergence")
		}
		var q mat.Dense
		e.VectorsTo(&q)
		exact := Measure{make([]float64, d), make([]float64, d)}
		for i, l := range e.Values(nil) {
			exact.Lambda[i] = max(l, 0)
			for j, v := range start {
				exact.Mass[i] += q.At(j, i) / math.Sqrt(weights[j]) * v
			}
			exact.Mass[i] *= exact.Lambda[i] * exact.Mass[i]
		}
		p, err := NewProcess(symmetric{&full}, weights)
		if err != nil {
			t.Fatal(err)
		}
		slack, width := 1e-12*exact.Total(), math.Inf(1)
		for _, steps := range []int{1, 2, 5, 10, 3 * d} {
			b, err := p.Bracket(t.Context(), start, steps)
			if err != nil {
				t.Fatal(err)
			}
			if len(b.Lower.Lambda) > steps {
				t.Errorf("%d steps gave %d nodes", steps, len(b.Lower.Lambda))
			}
			widest := 0.0
			for _, tau := range []float64{0, 0.01, 0.1, 1, 10, 100} {
				lower, want, upper := b.Lower.Laplace(tau), exact.Laplace(tau), b.Upper.Laplace(tau)
				if lower > want+slack || upper < want-slack {
					t.Errorf("rank %d, %d steps, τ = %v: [%v, %v] does not hold %v", rank, steps, tau, lower, upper, want)
				}
				widest = max(widest, upper-lower)
			}
			if widest > width+slack {
				t.Errorf("rank %d: %d steps widen the bracket from %v to %v", rank, steps, width, widest)
			}
			width = widest
		}
		if width > 1e-9*exact.Total() {
			t.Errorf("rank %d: the last bracket has the width %v", rank, width)
		}
	}
}

// TestEstimate checks the mean and its standard error on three measures of one atom each,
// where both are known.
func TestEstimate(t *testing.T) {
	t.Parallel()
	var e Estimate
	for _, mass := range []float64{1, 2, 6} {
		m := Measure{[]float64{0.5}, []float64{mass}}
		e = append(e, Bracket{m, m}.Scale(2))
	}
	const tau = 0.7
	decay := math.Exp(-tau)
	lower, upper, stdErr := e.Laplace(tau)
	// The masses 2, 4 and 12 have the mean 6 and the variance (16 + 4 + 36)/2 = 28.
	for what, pair := range map[string][2]float64{
		"lower": {lower, 6 * decay}, "upper": {upper, 6 * decay}, "standard error": {stdErr, math.Sqrt(28./3) * decay},
		"mass": {e.Measure().Total(), 6},
	} {
		if math.Abs(pair[0]/pair[1]-1) > 1e-14 {
			t.Errorf("%s is %v, want %v", what, pair[0], pair[1])
		}
	}
	if m := e.Measure(); len(m.Lambda) != 1 {
		t.Errorf("the mean has the atoms %v", m)
	}
	if _, _, stdErr = e[:1].Laplace(tau); !math.IsNaN(stdErr) {
		t.Errorf("the standard error of one measure is %v", stdErr)
	}
	if m := e[0].Lower; m.Mass[0] != 2 {
		t.Errorf("the scaled mass is %v", m.Mass)
	}
}

// TestBadInput checks that bad input gives an error that names what is bad.
func TestBadInput(t *testing.T) {
	t.Parallel()
	k := symmetric{mat.NewSymDense(2, []float64{2, 1, 1, 2})}
	process := func(weights []float64) *Process {
		p, err := NewProcess(k, weights)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	nan := math.NaN()
	for says, call := range map[string]func() error{
		"Lambda[1] is -1":   func() error { _, err := Measure{[]float64{1, -1}, []float64{1, 1}}.Compress(0); return err },
		"Mass[0] is NaN":    func() error { _, err := Measure{[]float64{1}, []float64{nan}}.Compress(0); return err },
		"Mass has length 0": func() error { _, err := Measure{[]float64{1}, nil}.Compress(0); return err },
		"total of Mass":     func() error { return Measure{[]float64{1, 2}, []float64{1e308, 1e308}}.Validate() },
		"tolerance is -1":   func() error { _, err := Measure{}.Compress(-1); return err },
		"operator is nil":   func() error { _, err := NewProcess(nil, nil); return err },
		"weights has length 1": func() error {
			_, err := NewProcess(k, []float64{1})
			return err
		},
		"weights[1] is 0":  func() error { _, err := NewProcess(k, []float64{1, 0}); return err },
		"start has length": func() error { _, err := process(nil).Bracket(t.Context(), []float64{1}, 3); return err },
		"steps is 0":       func() error { _, err := process(nil).Bracket(t.Context(), []float64{1, 2}, 0); return err },
		"must be finite":   func() error { _, err := process(nil).Bracket(t.Context(), []float64{1e200, 0}, 3); return err },
		"has the norm +Inf": func() error {
			_, err := process([]float64{1, 2}).Bracket(t.Context(), []float64{1e200, 0}, 3)
			return err
		},
	} {
		if err := call(); err == nil || !strings.Contains(err.Error(), says) || !strings.HasPrefix(err.Error(), "measure: ") {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if b, err := process(nil).Bracket(t.Context(), []float64{0, 0}, 3); err != nil || len(b.Lower.Lambda) != 0 || len(b.Upper.Lambda) != 0 {
		t.Errorf("the measure of the zero vector is %v, %v", b, err)
	}
}

// stopping is an operator that ends a context at its n-th product.
type stopping struct {
	Operator
	products, last int
	cancel         context.CancelFunc
}

func (s *stopping) MulVecTo(dst, x []float64) {
	if s.products++; s.products == s.last {
		s.cancel()
	}
	s.Operator.MulVecTo(dst, x)
}

// TestBracketStops ends the context within the process, which then makes no more products.
func TestBracketStops(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	full := mat.NewSymDense(50, nil)
	for i := range 50 {
		full.SetSym(i, i, float64(i+1))
	}
	k := &stopping{Operator: symmetric{full}, last: 3, cancel: cancel}
	p, err := NewProcess(k, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.Bracket(ctx, slices.Repeat([]float64{1}, 50), 40); !errors.Is(err, context.Canceled) || k.products != 3 {
		t.Errorf("%v after %d products, want that the context is cancelled after 3", err, k.products)
	}
}
