package spectra

import (
	"context"
	"fmt"
	"math"
	"math/cmplx"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/powersum"
	"github.com/riskcurves/riskcurves/spectra/measure"
)

// Equivalent is the deterministic equivalent of RandomFeatures: what K, θ* and the
// irreducible risk become where d is large, without drawing W. It serves any d. The
// resolvents of a drawn W differ from it by chance and by O(1/d).
//
// Everything comes from m(z), the solution with Im m(z)/z < 0 in the upper half-plane of
//
//	m + (1/d) Σ_{j=1}^v j^{−2α} m/(j^{−2α}m − z) = 1
//
// (arXiv:2405.15074). In q = m/z the equation gives z explicitly,
// z = 1/q − (1/d) Σ_j 1/(q − j^{2α}), which is solved for q by Newton's method with
// continuation. The sums over j cost the same for every v.
type Equivalent struct {
	features RandomFeatures
	sums     *powersum.Sums
}

// NewEquivalent returns the deterministic equivalent. Ambient must be at least 1.05 Dim, so
// that the spectrum stays away from 0.
func NewEquivalent(f RandomFeatures) (*Equivalent, error) {
	if err := f.Validate(); err != nil {
		return nil, err
	}
	if float64(f.Ambient) < 1.05*float64(f.Dim) {
		return nil, fmt.Errorf("spectra: RandomFeatures.Ambient is %d: must be at least 1.05 Dim, %v, for the deterministic equivalent", f.Ambient, 1.05*float64(f.Dim))
	}
	return &Equivalent{f, powersum.New(2*f.Alpha, 2*f.Beta, f.Ambient)}, nil
}

// M returns m(z) for z in the upper half-plane, Im z > 0, to a few units of rounding. Then
// −d m(z)/z is the equivalent of tr (K − z)⁻¹, and (m(z)H − z)⁻¹ that of
// (H^{1/2}WWᵀH^{1/2} − z)⁻¹.
func (e *Equivalent) M(z complex128) (complex128, error) {
	if !(imag(z) > 0) || cmplx.IsInf(z) || cmplx.IsNaN(z) {
		return 0, fmt.Errorf("spectra: Equivalent.M: z is %v: must lie in the upper half-plane", z)
	}
	q, err := e.solve(z)
	return q * z, err
}

// solve returns q(z), by continuation from a point high above, where q is nearly 1/z.
func (e *Equivalent) solve(z complex128) (complex128, error) {
	at := complex(0, 1e3*max(1, cmplx.Abs(z)))
	q, ok := e.newton(at, 1/at)
	if !ok {
		return 0, errContinuation(at)
	}
	return e.follow(at, q, z)
}

func errContinuation(z complex128) error {
	return fmt.Errorf("spectra: Equivalent: m(z) was not found at z = %v", z)
}

// follow returns q at the point to, given that at the point from. It moves along a line in
// log z, in steps as large as Newton's method allows.
func (e *Equivalent) follow(from, q, to complex128) (complex128, error) {
	a, b := cmplx.Log(from), cmplx.Log(to)
	at, step := 0.0, 1.0
	for range 10000 {
		next := min(at+step, 1)
		z := to
		if next < 1 {
			z = cmplx.Exp(a + (b-a)*complex(next, 0))
		}
		if better, ok := e.newton(z, q*from/z); ok {
			if at, q, from, step = next, better, z, 2*step; at == 1 {
				return q, nil
			}
			continue
		}
		if step /= 4; step < 1e-12 {
			break
		}
	}
	return 0, errContinuation(to)
}

// newton solves z(q) = z from a guess. It reports failure where the iteration leaves the
// lower half-plane or does not settle quickly, which a closer guess mends. The solution in
// the lower half-plane is unique.
func (e *Equivalent) newton(z, q complex128) (complex128, bool) {
	d := complex(float64(e.features.Dim), 0)
	before := 1.0
	for range 12 {
		count, square, _ := e.sums.At(q)
		step := (1/q - count/d - z) / (1/(q*q) - square/d)
		size := cmplx.Abs(step) / cmplx.Abs(q)
		if !(size < 0.5) {
			return 0, false
		}
		if q += step; imag(q) > 0 {
			// Rounding errors of a real q are all that may lie above.
			if imag(q) > 1e-11*cmplx.Abs(q) {
				return 0, false
			}
			q = complex(real(q), 0)
		}
		if size < 1e-13 || size < 1e-10 && size > before/4 { // at the rounding errors
			return q, true
		}
		before = size
	}
	return 0, false
}

// z returns z(q) and z'(q) for real q.
func (e *Equivalent) z(q float64) (z, slope float64) {
	count, square, _ := e.sums.At(complex(q, 0))
	d := float64(e.features.Dim)
	return 1/q - real(count)/d, -1/(q*q) + real(square)/d
}

// Irreducible returns the irreducible risk, ½ Σ_j j^{−2β}/(s + j^{2α}) with the s that
// solves Σ_j s/(s + j^{2α}) = d.
func (e *Equivalent) Irreducible() float64 {
	d := float64(e.features.Dim)
	lo, hi := -50., 700. // log s
	for range 200 {
		mid := lo + (hi-lo)/2
		s := math.Exp(mid)
		if count, _, _ := e.sums.At(complex(-s, 0)); -s*real(count) < d {
			lo = mid
		} else {
			hi = mid
		}
	}
	_, _, target := e.sums.At(complex(-math.Exp(lo), 0))
	return -real(target) / 2
}

// Modes returns the modes of SGD on the random features from θ_0 = 0, compressed: the
// equivalent of what Dense.Modes returns in the Plain basis for Shape{Scaled: true}. The
// loss along their curve is R plus Irreducible. They serve odes.NewFromModes.
//
// The spectral measures are integrals of the resolvents along paths in the upper
// half-plane between points of the real axis, which give the moments of the measure in
// between to about 1e-14 of the total; a Gauss rule has the same moments. The cost is a
// fraction of a second at d = 1000 and some seconds at d = 10^7. Modes fails when ctx ends.
func (e *Equivalent) Modes(ctx context.Context) (Modes, error) {
	cuts, err := e.cuts()
	if err != nil {
		return Modes{}, err
	}
	bins := make([]equivalentBin, len(cuts)-1)
	errs := make([]error, len(bins))
	dense.Each(dense.Cores(), len(bins), func(_, k int) {
		if errs[k] = ctx.Err(); errs[k] == nil {
			bins[k], errs[k] = e.bin(cuts[len(cuts)-1-k], cuts[len(cuts)-2-k])
		}
	})
	var risk, weight measure.Measure
	for k, bin := range bins {
		if errs[k] != nil {
			return Modes{}, errs[k]
		}
		risk.Lambda, risk.Mass = append(risk.Lambda, bin.risk.Lambda...), append(risk.Mass, bin.risk.Mass...)
		weight.Lambda, weight.Mass = append(weight.Lambda, bin.weight.Lambda...), append(weight.Mass, bin.weight.Mass...)
	}
	parts := []measure.Measure{risk, weight}
	for i, part := range parts {
		if parts[i], err = part.Compress(0); err != nil {
			return Modes{}, err
		}
	}
	return joinMeasures(Plain, e.features.Dim, []Shape{{Scaled: true}}, parts), nil
}

// widestBin is the largest width of a bin in log λ.
const widestBin = 0.35

// cuts returns points of the real axis, descending, between which the spectrum lies. They
// lie in gaps of the spectrum where it has some, so that a narrow band of it is not cut.
func (e *Equivalent) cuts() ([]float64, error) {
	bottom := e.bottom()
	cuts := []float64{e.top()}
	for j := 1; j < e.features.Ambient; j++ {
		cut := e.gap(math.Pow(float64(j), 2*e.features.Alpha), math.Pow(float64(j+1), 2*e.features.Alpha))
		if !(cut > bottom && cut < cuts[len(cuts)-1]) {
			break
		}
		last := len(cuts) - 1
		// Where gaps are close, bins hold several bands.
		if last > 10 && math.Log(cuts[last-1]/cut) < widestBin {
			cuts[last] = cut
			continue
		}
		cuts = append(cuts, cut)
	}
	last := cuts[len(cuts)-1]
	if !(bottom > 0 && bottom < last) {
		return nil, fmt.Errorf("spectra: Equivalent: the spectrum was not found between %v and %v", bottom, last)
	}
	bins := math.Ceil(math.Log(last/bottom) / widestBin)
	for k := 1.0; k < bins; k++ {
		cuts = append(cuts, last*math.Pow(bottom/last, k/bins))
	}
	return append(cuts, bottom), nil
}

// top returns a point above the spectrum.
func (e *Equivalent) top() float64 {
	q := 0.5
	z, slope := e.z(q)
	for slope*q*q > -0.3 {
		q /= 2
		z, slope = e.z(q)
	}
	return z
}

// gap returns a point of the gap of the spectrum that the q between lo and hi map to, or
// NaN if there is none worth the name. Outside of the spectrum z'(q) < 0.
func (e *Equivalent) gap(lo, hi float64) float64 {
	steepness := func(x float64) float64 {
		q := lo + (hi-lo)*x
		_, slope := e.z(q)
		return slope * q * q // −1 far away from the spectrum
	}
	x := minimum(0.02, 0.98, steepness)
	if !(steepness(x) < -0.3) {
		return math.NaN()
	}
	z, _ := e.z(lo + (hi-lo)*x)
	return z
}

// bottom returns a point below the spectrum, above 0.
func (e *Equivalent) bottom() float64 {
	at := func(x float64) float64 { z, _ := e.z(-math.Exp(x)); return -z }
	x := minimum(-60, 600, at)
	return -at(x) * (1 - 1e-3)
}

// minimum returns the place of the minimum of a function with a single one.
func minimum(lo, hi float64, f func(x float64) float64) float64 {
	const ratio = math.Phi - 1
	for range 100 {
		a, b := hi-ratio*(hi-lo), lo+ratio*(hi-lo)
		if f(a) < f(b) {
			hi = b
		} else {
			lo = a
		}
	}
	return lo + (hi-lo)/2
}
