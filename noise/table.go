package noise

import (
	"context"
	"errors"
	"fmt"
	"math"
)

var _ Compression = (*Table)(nil)

// Table is a piecewise polynomial in R that replaces a Compression, at about 10 ns a
// value. Tabulate makes one. A Table does not change, so it is safe for concurrent use if
// its Compression is. Every Compression of this package is.
type Table struct {
	exact   Compression
	lo, hi  float64 // the range of R that the polynomials cover
	bound   float64 // see Bound
	first   uint64  // float64 exponent of octaves[0]
	octaves []octave
	cells   []cell
}

// octave is the range 2^e ≤ R < 2^(e+1). It is cut into 2^bits cells of equal length.
type octave struct {
	start int  // index of its first cell, or −1 where the Table asks the Compression
	shift uint // 52 − bits
}

const (
	tableTerms = 12 // coefficients of a polynomial
	minBits    = 2  // of the coarsest octave
	maxBits    = 9  // of the finest octave
)

// cell holds the polynomials of φ(R) and R² φ'(R) in the place −1 ≤ s ≤ 1 within the cell.
type cell struct {
	phi, slope [tableTerms]float64
}

// Describe returns the range of the Table, so that runs under a Tabulated law can be
// resumed and merged if those under its Law can. What the Table holds is up to the law.
func (t *Table) Describe() string { return fmt.Sprintf("noise.Table{from %v to %v}", t.lo, t.hi) }

// Tabulate returns a Table of c for lo ≤ R ≤ hi. Outside this range the Table asks c
// itself. Inside it, interpolation adds a relative error of at most tol to φ and to φ',
// 1e-13 ≤ tol < 1. The errors of c itself come through enlarged by up to a factor of
// three.
//
// The bound is proved and not estimated. For every law and batch φ is a mean of functions
// exp(−s/R), s ≥ 0. So it is analytic for Re R > 0 with |φ(z)| ≤ φ(|z|²/Re z), and the
// same holds for R²φ'(R). On a Bernstein ellipse about a cell this bounds the error of
// Chebyshev interpolation. Tabulate cuts each factor of two in R finely enough for tol. It
// leaves to c those where c underflows, or changes so fast that a table would be large.
//
// A Table costs about 100 values of c and 1.5 kB for every factor of two between lo and
// hi, and up to 12,000 values and 100 kB where c changes fast. Tabulate fails when ctx ends,
// which it sees before every tenth value or so. The error names an argument that is out of
// its range, or what is wrong with c.
func Tabulate(ctx context.Context, c Compression, lo, hi, tol float64) (*Table, error) {
	switch {
	case !(lo >= 0x1p-400):
		return nil, fmt.Errorf("noise: Tabulate: lo is %v: must be at least 2^-400", lo)
	case !(hi > lo && hi <= 0x1p400):
		return nil, fmt.Errorf("noise: Tabulate: hi is %v: must be above lo = %v and at most 2^400", hi, lo)
	case !(tol >= 1e-13 && tol < 1):
		return nil, fmt.Errorf("noise: Tabulate: tol is %v: must be in [1e-13, 1)", tol)
	}
	if err := validateCompression(c); err != nil {
		return nil, err
	}
	t := &Table{exact: c, lo: lo, hi: hi, first: math.Float64bits(lo) >> 52}
	for e := t.first; e <= math.Float64bits(hi)>>52; e++ {
		if err := t.addOctave(ctx, math.Float64frombits(e<<52), tol); err != nil {
			return nil, fmt.Errorf("noise: Tabulate(%v): %w", c, err)
		}
	}
	return t, nil
}

// validateCompression returns an error if c is nil or says that it is bad.
func validateCompression(c Compression) error {
	if c == nil {
		return errors.New("noise: Tabulate: compression is nil")
	}
	return validate(c)
}

// Bound returns the proved bound of the relative error of interpolation. It holds for φ
// and for φ', and is at most the tol of Tabulate.
func (t *Table) Bound() float64 { return t.bound }

// Phi returns φ(R) and φ'(R), within Bound of those of the Compression.
func (t *Table) Phi(risk float64) (phi, slope float64) {
	if !(risk >= t.lo && risk <= t.hi) {
		return t.exact.Phi(risk)
	}
	bits := math.Float64bits(risk)
	o := t.octaves[bits>>52-t.first]
	if o.start < 0 {
		return t.exact.Phi(risk)
	}
	mantissa := bits & (1<<52 - 1)
	c := &t.cells[o.start+int(mantissa>>o.shift)]
	s := float64(int64(mantissa&(1<<o.shift-1)))*math.Float64frombits(uint64(1023-o.shift+1)<<52) - 1
	s2 := s * s
	p, q := &c.phi, &c.slope
	pe, po, qe, qo := p[10], p[11], q[10], q[11]
	for k := tableTerms - 4; k >= 0; k -= 2 {
		pe = pe*s2 + p[k]
		po = po*s2 + p[k+1]
		qe = qe*s2 + q[k]
		qo = qo*s2 + q[k+1]
	}
	return pe + s*po, (qe + s*qo) / (risk * risk)
}

// addOctave appends the octave that begins at a, with the fewest cells that keep to tol. It
// fails when ctx ends.
func (t *Table) addOctave(ctx context.Context, a, tol float64) error {
	o := octave{start: -1}
	for bits := minBits; bits <= maxBits; bits++ {
		n := 1 << bits
		worst := 0.0
		for k := 0; k < n && worst <= tol; k++ {
			if err := ctx.Err(); err != nil {
				return err
			}
			width := a / float64(n)
			worst = max(worst, interpolationBound(t.exact, a+float64(k)*width, width))
		}
		if !(worst <= tol) {
			continue
		}
		t.bound = max(t.bound, worst)
		o = octave{start: len(t.cells), shift: uint(52 - bits)}
		width := a / float64(n)
		for k := range n {
			if err := ctx.Err(); err != nil {
				return err
			}
			t.cells = append(t.cells, newCell(t.exact, a+float64(k)*width, width))
		}
		break
	}
	t.octaves = append(t.octaves, o)
	return nil
}

// interpolationBound returns a bound of the relative error of Chebyshev interpolation on
// [a, a+width]. For a polynomial of degree n and a function bounded by M in the ellipse of
// parameter ρ it is 4M/((ρ−1)ρ^n) (Trefethen, Approximation Theory and Approximation
// Practice, Theorem 8.2). The best of a few ρ counts. It is NaN where φ underflows.
func interpolationBound(c Compression, a, width float64) float64 {
	phiA, slopeA := c.Phi(a)
	slopeA *= a * a
	best := math.Inf(1)
	half, mid := width/2, a+width/2
	for _, reach := range []float64{0.1, 0.2, 0.35, 0.5, 0.65} { // semi-axis over the distance to 0
		axis := reach * mid / half
		if axis <= 1 {
			continue
		}
		other := math.Sqrt(axis*axis - 1)
		rho := axis + other
		// On the ellipse |z|²/Re z = x + y²/x ≤ top.
		y := other * half
		top := mid + axis*half + y*y/(mid-axis*half)
		m, mSlope := c.Phi(top)
		mSlope *= top * top
		ratio := m / phiA
		if mSlope > 0 {
			ratio = max(ratio, mSlope/slopeA)
		}
		best = min(best, 4*ratio/((rho-1)*math.Pow(rho, tableTerms-1)))
		if math.IsNaN(ratio) {
			return ratio
		}
	}
	return best
}

// newCell interpolates c on [a, a+width] in the Chebyshev points of the first kind.
func newCell(c Compression, a, width float64) (out cell) {
	var chebPhi, chebSlope [tableTerms]float64
	for k := range tableTerms {
		theta := math.Pi * (float64(k) + 0.5) / tableTerms
		risk := a + width*(0.5+0.5*math.Cos(theta))
		phi, slope := c.Phi(risk)
		slope *= risk * risk
		for j := range tableTerms {
			w := 2.0 / tableTerms
			if j == 0 {
				w /= 2
			}
			w *= math.Cos(float64(j) * theta)
			chebPhi[j] += w * phi
			chebSlope[j] += w * slope
		}
	}
	return cell{phi: powers(chebPhi), slope: powers(chebSlope)}
}

// powers returns the coefficients of a Chebyshev series in powers.
func powers(cheb [tableTerms]float64) (p [tableTerms]float64) {
	before, now := [tableTerms]float64{}, [tableTerms]float64{1} // T_{j−1}, T_j
	for j, c := range cheb {
		for k, v := range now {
			p[k] += c * v
		}
		var next [tableTerms]float64
		factor := 2.0
		if j == 0 {
			factor = 1
		}
		for k := range tableTerms - 1 {
			next[k+1] = factor * now[k]
		}
		for k, v := range before {
			next[k] -= v
		}
		before, now = now, next
	}
	return p
}
