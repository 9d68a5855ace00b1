package noise

import (
	"math"
	"sync"
	"testing"
)

func TestTable(t *testing.T) {
	t.Parallel()
	compressions := []Compression{
		MiniBatch{Law: Rademacher{Scale: 1}, Batch: 8}, MiniBatch{Law: Uniform{Min: -1, Max: 2}, Batch: 64},
	}
	for _, l := range zoo {
		compressions = append(compressions, l)
	}
	for _, c := range compressions {
		for _, tol := range []float64{1e-6, 1e-12} {
			lo, hi := 1e-5, 1e5
			table, err := Tabulate(t.Context(), c, lo, hi, tol)
			if err != nil {
				t.Fatal(err)
			}
			if !(table.Bound() <= tol) {
				t.Errorf("%v: bound %v above tol = %v", c, table.Bound(), tol)
			}
			for _, risk := range logspace(lo, hi, 1499) {
				phi, slope := table.Phi(risk)
				p, s := c.Phi(risk)
				allowed := table.Bound() + 5e-14
				if math.Abs(phi-p) > allowed*p || math.Abs(slope-s) > allowed*s {
					t.Errorf("%v: φ, φ'(%v) are off by %.1e, %.1e, bound %.1e", c, risk, phi/p-1, slope/s-1, table.Bound())
					break
				}
			}
			for _, risk := range []float64{0, 1e-9, lo, lo * (1 - 1e-16), hi, hi * 1.0001, math.Inf(1)} {
				phi, _ := table.Phi(risk)
				if p, _ := c.Phi(risk); !(math.Abs(phi-p) <= (tol+1e-14)*p) {
					t.Errorf("%v: φ(%v) = %v, want %v", c, risk, phi, p)
				}
			}
			if phi, slope := table.Phi(-1); phi == phi || slope == slope {
				t.Errorf("φ(−1) = %v, %v, want NaN", phi, slope)
			}
		}
	}
}

// TestTableUnderflow reads a law far below its noise.
func TestTableUnderflow(t *testing.T) {
	t.Parallel()
	l := Rademacher{Scale: 1}
	table, err := Tabulate(t.Context(), l, 1e-9, 1, 1e-10)
	if err != nil {
		t.Fatal(err)
	}
	for _, risk := range logspace(1e-9, 1, 301) {
		phi, slope := table.Phi(risk)
		p, s := l.Phi(risk)
		if math.Abs(phi-p) > 2e-10*p || math.Abs(slope-s) > 2e-10*s {
			t.Errorf("φ, φ'(%v) = %v, %v, want %v, %v", risk, phi, slope, p, s)
		}
	}
}

func TestTableConcurrent(t *testing.T) {
	t.Parallel()
	l := StudentsT{Sigma: 1, Nu: 3}
	table, err := Tabulate(t.Context(), l, 1e-4, 1e4, 1e-10)
	if err != nil {
		t.Fatal(err)
	}
	law := Tabulated{Law: l, Table: table}
	want, _ := MiniBatch{Law: law, Batch: 4}.Phi(0.3)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				if got, _ := (MiniBatch{Law: law, Batch: 4}).Phi(0.3); got != want {
					t.Errorf("φ_4 = %v, then %v", want, got)
				}
			}
		})
	}
	wg.Wait()
	if law.SecondMoment() != l.SecondMoment() {
		t.Error("Tabulated changes the law")
	}
}

func TestTabulateErrors(t *testing.T) {
	t.Parallel()
	l := Normal{Sigma: 1}
	for _, c := range []struct {
		law         Compression
		lo, hi, tol float64
	}{
		{nil, 1, 2, 1e-9}, {l, 0, 1, 1e-9}, {l, -1, 1, 1e-9}, {l, 2, 1, 1e-9}, {l, 1, math.Inf(1), 1e-9},
		{l, 1, 2, 0}, {l, 1, 2, math.NaN()}, {l, math.NaN(), 2, 1e-9}, {l, 1, math.NaN(), 1e-9}, {Normal{Sigma: -1}, 1, 2, 1e-9},
	} {
		if table, err := Tabulate(t.Context(), c.law, c.lo, c.hi, c.tol); err == nil || table != nil {
			t.Errorf("Tabulate(%v, %v, %v, %v): no error", c.law, c.lo, c.hi, c.tol)
		}
	}
}

// TestLazyTable compares with the mini-batch φ it stands for, from many goroutines.
func TestLazyTable(t *testing.T) {
	t.Parallel()
	exact := MiniBatch{Law: Rademacher{Scale: 1}, Batch: 3}
	table, err := TabulateLazily(exact, 1e-12)
	if err != nil {
		t.Fatal(err)
	}
	var workers sync.WaitGroup
	for range 4 {
		workers.Go(func() {
			for risk := 0.01; risk < 200; risk *= 1.9 {
				phi, slope := table.Phi(risk)
				p, s := exact.Phi(risk)
				if math.Abs(phi/p-1) > 1e-12 || math.Abs(slope/s-1) > 1e-12 {
					t.Errorf("R = %v: %v, %v, want %v, %v", risk, phi, slope, p, s)
				}
			}
		})
	}
	workers.Wait()
	for _, risk := range []float64{0, 1e-300, 1e300, math.Inf(1)} {
		phi, _ := table.Phi(risk)
		if want, _ := exact.Phi(risk); phi != want && !(math.IsNaN(phi) && math.IsNaN(want)) {
			t.Errorf("R = %v: %v, want %v", risk, phi, want)
		}
	}
	if _, err := TabulateLazily(nil, 1e-10); err == nil {
		t.Error("nil compression: no error")
	}
	if _, err := TabulateLazily(exact, 0); err == nil {
		t.Error("tolerance 0: no error")
	}
}
