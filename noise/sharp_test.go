package noise

import (
	"math"
	"strings"
	"testing"
)

// TestPsiBoundsExactly holds the two bounds of ψ to their formulas and to their limits.
func TestPsiBoundsExactly(t *testing.T) {
	t.Parallel()
	inf := math.Inf(1)
	for _, c := range []struct {
		name      string
		got, want float64
	}{
		{"floor", PsiFloor(1, 1), math.Exp(-0.25) * math.Sqrt(1.5)},
		{"floor", PsiFloor(8, 0.5), math.Exp(-4) * 3},
		{"floor at R = 0", PsiFloor(1, 0), 0}, {"floor at R = 0, v = 0", PsiFloor(0, 0), 1}, {"floor at R = ∞", PsiFloor(1, inf), 1},
		{"floor at tiny R", PsiFloor(1, 1e-320), 0},
		{"ceiling", PsiCeiling(2, 8, 0.5), math.Exp(-2) * 3},
		{"ceiling at R = 0", PsiCeiling(1, 1, 0), 0}, {"ceiling at R = 0, δ = 0", PsiCeiling(0, 1, 0), inf},
		{"ceiling at R = 0, v = 0", PsiCeiling(0, 0, 0), 1}, {"ceiling at R = ∞", PsiCeiling(1, 1, inf), 1},
		{"ceiling at large R", PsiCeiling(1, 1, 1e308), 1},
	} {
		if !(c.got == c.want || near(c.got, c.want, 1e-15)) {
			t.Errorf("%s: %v, want %v", c.name, c.got, c.want)
		}
	}
	for _, x := range []float64{PsiFloor(1, -1), PsiCeiling(1, 1, -1), PsiFloor(1, math.NaN()), PsiFloor(math.NaN(), 1)} {
		if x == x {
			t.Errorf("%v where there is no bound", x)
		}
	}
}

// TestPsiExtremes checks ψ where v²/R or R itself leaves the range of float64.
func TestPsiExtremes(t *testing.T) {
	t.Parallel()
	for _, risk := range []float64{5e-324, 1e-320, 1e-310, 1e-200, 1e200, 5e307, 1e308, math.MaxFloat64, math.Inf(1)} {
		for _, sigma := range []float64{1e-100, 1, 1e100} {
			if psi := Psi(Normal{Sigma: sigma}, risk); !near(psi, 1, 1e-14) {
				t.Errorf("σ = %v: ψ(%v) = %v", sigma, risk, psi)
			}
		}
		if psi := Psi(Rademacher{Scale: 1}, risk); !(psi >= 0 && psi < 1.3) {
			t.Errorf("Rademacher: ψ(%v) = %v", risk, psi)
		}
	}
}

// TestNormalScales checks φ(R) of N(μ, σ²) against φ(R/s²) of N(μ/s, σ²/s²) at scales s²
// outside the range of float64, and the slope with it.
func TestNormalScales(t *testing.T) {
	t.Parallel()
	for _, c := range []Normal{{Sigma: 1}, {Mu: 2, Sigma: 0.5}, {Mu: 1}, {Mu: 10, Sigma: 3}} {
		for _, s := range []float64{0x1p-520, 0x1p-460, 0x1p460, 0x1p509} {
			for _, risk := range []float64{0.25, 1, 5} {
				p, d := c.Phi(risk)
				q, e := Normal{Mu: c.Mu * s, Sigma: c.Sigma * s}.Phi(risk * s * s)
				e *= s * s // at the smallest s the slope overflows
				if !near(q, p, 1e-13) || !(near(e, d, 1e-13) || s < 1e-150 && math.IsInf(e, 1)) {
					t.Errorf("%v times %v: φ, φ'(%v) = %v, %v, want %v, %v", c, s, risk, q, e, p, d)
				}
			}
		}
	}
	// (π/2) φ = √(2R)/σ for σ far above √R, also where R/σ² underflows.
	if phi, slope := (Normal{Sigma: 1e200}).Phi(2); !near(phi, limitPhi*2e-200, 1e-15) || !near(slope, phi/4, 1e-15) {
		t.Errorf("φ, φ' = %v, %v", phi, slope)
	}
	for _, l := range []Law{Normal{Sigma: 1}, Normal{Mu: 1}, Rademacher{Scale: 1}, None{}, Laplace{Mu: 1, Scale: 1}, StudentsT{Sigma: 1, Nu: 3}} {
		for _, risk := range []float64{5e307, 1e308, math.MaxFloat64} {
			if phi, slope := l.Phi(risk); !near(phi, limitPhi, 1e-14) || !(slope >= 0 && slope < 1e-300) {
				t.Errorf("%v: φ, φ'(%v) = %v, %v", l, risk, phi, slope)
			}
		}
	}
}

// TestStudentsTFar checks φ where νσ²/(4R) exceeds 4e307, with
// φ(R) ~ (2/π) f(0) √(4πR) as R → 0.
func TestStudentsTFar(t *testing.T) {
	t.Parallel()
	for _, l := range []StudentsT{{Sigma: 1, Nu: 3}, {Sigma: 1e20, Nu: 3}, {Sigma: 1e150, Nu: 0.5}, {Sigma: 1, Nu: 1e10}} {
		for _, risk := range []float64{1e-290, 1e-307, 1e-308, 1e-310} {
			ends(t, l.String(), func() {
				phi, slope := l.Phi(risk)
				want := limitPhi * l.DensityAtZero() * math.Sqrt(4*math.Pi) * math.Sqrt(risk)
				if !near(phi, want, 1e-14) || !near(slope, want/2/risk, 1e-14) {
					t.Errorf("%v: φ, φ'(%v) = %v, %v, want %v, %v", l, risk, phi, slope, want, want/2/risk)
				}
			})
		}
	}
}

// TestTableBound holds the bound of a Table to its theorem, with the largest value on each
// of the five ellipses found by a search.
func TestTableBound(t *testing.T) {
	t.Parallel()
	const cells = 1 << minBits
	for _, c := range []Compression{Normal{Sigma: 1}, Laplace{Mu: 1, Scale: 0.5}, MiniBatch{Law: Rademacher{Scale: 1}, Batch: 4}} {
		table, err := Tabulate(t.Context(), c, 1, math.Nextafter(2, 0), 0.5) // the coarsest cells will do
		if err != nil {
			t.Fatal(err)
		}
		if len(table.cells) != cells {
			t.Fatalf("%v: %d cells, want %d", c, len(table.cells), cells)
		}
		want := 0.0
		for k := range cells {
			half := 0.5 / cells
			mid := 1 + (2*float64(k)+1)*half
			phi, slope := c.Phi(mid - half)
			best := math.Inf(1)
			for _, reach := range []float64{0.1, 0.2, 0.35, 0.5, 0.65} {
				a := reach * mid // the semi-axes, whose sum is ρ in units of half
				if a <= half {
					continue
				}
				b := math.Sqrt((a - half) * (a + half))
				rho := (a + b) / half
				top := 0.0 // of |z|²/Re z on the ellipse
				for s := 0.0; s <= math.Pi; s += math.Pi / 400 {
					x, y := mid+a*math.Cos(s), b*math.Sin(s)
					top = max(top, x+y*y/x)
				}
				p, q := c.Phi(top)
				m := max(p/phi, q*top*top/(slope*(mid-half)*(mid-half)))
				best = min(best, 4*m/((rho-1)*math.Pow(rho, tableTerms-1)))
			}
			want = max(want, best)
		}
		// The table bounds |z|²/Re z on the box about an ellipse, which gives away some.
		if b := table.Bound(); !(b >= 0.999*want && b <= 4*want) {
			t.Errorf("%v: bound %v, the theorem gives %v", c, b, want)
		}
	}
}

// TestLazyTableTolerance checks that the parts of a LazyTable keep to its tolerance.
func TestLazyTableTolerance(t *testing.T) {
	t.Parallel()
	for _, tol := range []float64{1e-3, 1e-6, 1e-9, 1e-12} {
		table, err := TabulateLazily(Rademacher{Scale: 1}, tol)
		if err != nil {
			t.Fatal(err)
		}
		for _, risk := range []float64{0.1, 1, 10} {
			table.Phi(risk)
		}
		made := 0
		for k := range table.octaves {
			if part := table.octaves[k].table; part != nil {
				made++
				if !(part.Bound() <= tol) {
					t.Errorf("tol %v: a part has the bound %v", tol, part.Bound())
				}
			}
		}
		if made != 3 {
			t.Errorf("%d parts, want 3", made)
		}
	}
}

// TestProbabilitySums checks what is said of weights that do not sum to one.
func TestProbabilitySums(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		weights []float64
		says    string
	}{
		{[]float64{0.5, 0.25}, "sum to 0.75: must sum to 1"}, {[]float64{9.99e299, 0}, "sum to 9.99e+299: must sum to 1"},
		{[]float64{1e308, 1e308}, "sum to +Inf: must sum to 1"}, {[]float64{math.Inf(1), 0}, "Weights[0] is +Inf: must be nonnegative and finite"},
	} {
		err := Discrete{Atoms: []float64{0, 1}, Weights: c.weights}.Validate()
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("weights %v: %v, want %q", c.weights, err, c.says)
		}
	}
}
