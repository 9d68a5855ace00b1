package noise

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/integrate/quad"

	"github.com/riskcurves/riskcurves/noise/internal/quadrature"
)

// Check compares what a law says of itself, and returns an error that joins one line with
// the numbers for each thing that is wrong. It serves for a law of one's own and for a
// Density. It tests that
//
//   - the parameters are valid,
//   - 0 ≤ φ ≤ 2/π and φ increases, from φ(0) at R = 0 to 2/π at R = +Inf,
//   - φ' is the derivative of φ: its integral over [R, 10^{1/8}R] is the increment of φ to
//     1e-6 φ, where φ > 1e-12,
//   - (π/2) φ(R) ≥ exp(−v²/(4R)) with the second moment v², which is Jensen's inequality, and
//     2πR² φ'(R) → v² as R → ∞, to 1e-3 where it has settled,
//   - φ(R) ~ f(0) √(16R/π) as R → 0, to 1e-3, if the law has an OriginDensity,
//   - the density of a Density has the integral 1 to 1e-6 and the second moment V2 to 1e-4,
//   - 10⁵ draws of Rand have E exp(−ε²/(4R)) = (π/2) φ(R) at nine R from 10⁻⁴ to 10⁴ times
//     the scale, and P(ε = 0) = (π/2) φ(0).
//
// The scale is the R at which φ(R) = 1/π, to a factor of ten. The last test needs rng; it is
// left out if rng is nil or the law cannot draw. By Bernstein's inequality it finds fault with
// a law that is right with a probability below 10⁻⁸, and it finds errors of φ above 0.02 of its
// standard deviation. Nothing tests the sign of ε, which neither φ nor v² sees.
//
// Check takes about 3,000 values of φ, which are milliseconds for a law with a closed form and
// seconds for a Density. It fails when ctx ends, and returns an error for a nil law.
func Check(ctx context.Context, law Law, rng *rand.Rand) error {
	if err := Validate(law); err != nil {
		return err
	}
	c := &checker{law: law}
	parts := []func(context.Context) error{c.slopes, c.secondMoment, func(context.Context) error { return c.origin() }}
	if d, ok := law.(Density); ok {
		parts = append(parts, func(ctx context.Context) error { return c.density(ctx, d) })
	}
	if rng != nil && CheckRand(law) == nil {
		parts = append(parts, func(ctx context.Context) error { return c.draws(ctx, rng) })
	}
	if err := c.findScale(ctx); err != nil {
		return err
	}
	if err := c.values(ctx); err != nil {
		return err // what follows would say the same in other words
	}
	var found error
	for _, part := range parts {
		err := part(ctx)
		if ended := c.ended(ctx); ended != nil {
			return ended
		}
		found = errors.Join(found, err)
	}
	return found
}

// checker holds a law that is checked.
type checker struct {
	law   Law
	scale float64 // the R at which φ is half of 2/π, or near
}

// findScale sets the scale: the R at which φ is half of its largest value, to a factor of ten,
// or v² where φ(0) is larger than that, or else 1.
func (c *checker) findScale(ctx context.Context) error {
	const reach = 140 // log10 R
	var values []float64
	for k := -reach; k <= reach; k++ {
		if err := c.ended(ctx); err != nil {
			return err
		}
		phi, _ := c.law.Phi(math.Pow(10, float64(k)))
		values = append(values, phi)
	}
	c.scale = 1
	if v2 := c.law.SecondMoment(); v2 > 1e-140 && v2 < 1e140 {
		c.scale = v2
	}
	half := min(slices.Max(values), limitPhi) / 2
	if phi, _ := c.law.Phi(0); phi < half {
		for k, v := range values {
			if v >= half {
				c.scale = math.Pow(10, float64(k-reach))
				break
			}
		}
	}
	return nil
}

// ended returns an error if ctx has ended.
func (c *checker) ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fmt.Errorf("noise: Check(%v): %w", c.law, err)
	}
	return nil
}

// failure returns an error about the law.
func (c *checker) failure(format string, args ...any) error {
	return fmt.Errorf("noise: Check(%v): %s", c.law, fmt.Sprintf(format, args...))
}

// perDecade is the number of steps of R for a factor of ten.
const perDecade = 8

// risks returns R from 10^lo to 10^hi times the scale.
func (c *checker) risks(lo, hi int) []float64 {
	var r []float64
	for k := lo * perDecade; k <= hi*perDecade; k++ {
		r = append(r, c.scale*math.Pow(10, float64(k)/perDecade))
	}
	return r
}

// values checks the range of φ and that it increases.
func (c *checker) values(ctx context.Context) error {
	const slack = 1e-9
	before, last := 0.0, -1.0
	for _, risk := range slices.Concat([]float64{0}, c.risks(-10, 10), []float64{math.Inf(1)}) {
		if err := c.ended(ctx); err != nil {
			return err
		}
		phi, slope := c.law.Phi(risk)
		switch {
		case !(phi >= 0):
			return c.failure("φ(%.3g) = %v: must be at least 0", risk, phi)
		case phi > limitPhi*(1+slack):
			return c.failure("φ(%.3g) = %v: must be at most 2/π = %.6g, as it is if the law has mass 1", risk, phi, limitPhi)
		case risk > 0 && phi < last*(1-slack):
			return c.failure("φ(%.3g) = %v after φ(%.3g) = %v: must increase", risk, phi, before, last)
		case risk > 0 && risk <= math.MaxFloat64 && !(slope >= 0):
			return c.failure("φ'(%.3g) = %v: must be at least 0", risk, slope)
		}
		before, last = risk, phi
	}
	if math.Abs(last/limitPhi-1) > slack {
		return c.failure("φ(+Inf) = %v: must be 2/π = %.6g", last, limitPhi)
	}
	return nil
}

// slopes compares the integral of φ' with φ.
func (c *checker) slopes(ctx context.Context) error {
	const tolerance = 1e-6
	var nodes, weights [12]float64
	quad.Legendre{}.FixedLocations(nodes[:], weights[:], -1, 1)
	risks := c.risks(-10, 10)
	for k := 1; k < len(risks); k++ {
		if err := c.ended(ctx); err != nil {
			return err
		}
		a, b := risks[k-1], risks[k]
		phiA, _ := c.law.Phi(a)
		phiB, _ := c.law.Phi(b)
		if phiB < 1e-12 {
			continue
		}
		// R = a (b/a)^{(1+x)/2}, in which φ is as smooth as it can be.
		sum, half := 0.0, math.Log(b/a)/2
		for i, x := range nodes {
			risk := a * math.Exp(half*(1+x))
			_, slope := c.law.Phi(risk)
			sum += weights[i] * half * risk * slope
		}
		if gap := sum - (phiB - phiA); !(math.Abs(gap) <= tolerance*phiB) {
			return c.failure("∫φ' over [%.3g, %.3g] is %v and the increment of φ is %v: φ' must be the derivative", a, b, sum, phiB-phiA)
		}
	}
	return nil
}

// secondMoment holds v² against φ.
func (c *checker) secondMoment(ctx context.Context) error {
	v2 := c.law.SecondMoment()
	if math.IsNaN(v2) {
		return nil
	}
	if v2 < 0 {
		return c.failure("SecondMoment is %v: must be at least 0", v2)
	}
	seen := func(risk float64) float64 { // E ε² exp(−ε²/(4R)), which increases to v²
		_, slope := c.law.Phi(risk)
		return 4 * risk * (risk * slope) / limitPhi
	}
	for _, risk := range c.risks(-4, 10) {
		if err := c.ended(ctx); err != nil {
			return err
		}
		phi, _ := c.law.Phi(risk)
		if least := math.Exp(-v2 / 4 / risk); phi/limitPhi < least*(1-1e-6) {
			return c.failure("(π/2) φ(%.3g) = %v is below exp(−v²/(4R)) = %v: the SecondMoment v² = %v is too small, or the mass of the law is", risk, phi/limitPhi, least, v2)
		}
	}
	before, last := seen(1e8*c.scale), seen(1e10*c.scale)
	if settled := math.Abs(last-before) <= 1e-6*last; settled && (math.IsInf(v2, 1) || math.Abs(last-v2) > 1e-3*v2) {
		return c.failure("SecondMoment is %v: φ has the second moment %.6g, the limit of 2πR² φ'(R)", v2, last)
	}
	return nil
}

// origin compares the density at 0 with φ at small risk.
func (c *checker) origin() error {
	f0 := densityAtZeroOf(c.law)
	if math.IsNaN(f0) {
		return nil
	}
	if f0 < 0 {
		return c.failure("DensityAtZero is %v: must be at least 0", f0)
	}
	const small = 1e-100
	risk := small * c.scale
	phi, _ := c.law.Phi(risk)
	seen := phi / limitPhi / math.Sqrt(4*math.Pi*risk)
	unit := math.Sqrt(c.scale)
	switch {
	case math.IsInf(f0, 1) && !(seen*unit > 1e3):
		return c.failure("DensityAtZero is +Inf: φ has the density %.6g at 0, the limit of φ(R) √(π/(16R))", seen)
	case !math.IsInf(f0, 1) && !(math.Abs(seen-f0)*unit <= 1e-3*max(f0*unit, 1e-3)):
		return c.failure("DensityAtZero is %v: φ has the density %.6g at 0, the limit of φ(R) √(π/(16R))", f0, seen)
	}
	return nil
}

// density holds the integrals of a density against 1 and V2.
func (c *checker) density(ctx context.Context, d Density) error {
	unit := math.Sqrt(c.scale)
	// x = unit sinh(y). Two reaches tell a second moment that is finite from one that grows.
	integrals := func(reach float64) (mass, moment, massErr, momentErr float64) {
		var points []float64
		for y := -reach; y <= reach; y += 0.5 {
			points = append(points, y)
		}
		for _, x := range d.Breaks {
			if y := math.Asinh(x / unit); math.Abs(y) < reach {
				points = append(points, y)
			}
		}
		slices.Sort(points)
		return quadrature.Adaptive(func(y float64) (a, b float64) {
			if ctx.Err() != nil { // the quadrature ends, and Check with it
				return 0, 0
			}
			x := unit * math.Sinh(y)
			a = d.F(x)
			if a == 0 {
				return 0, 0
			}
			a *= unit * math.Cosh(y)
			return a, a * x * x
		}, slices.Compact(points), 0)
	}
	const reach = 150
	mass, moment, massErr, momentErr := integrals(reach)
	if !(math.Abs(mass-1) <= 1e-6+massErr) {
		return c.failure("Density.F has the integral %.8g: must be 1", mass)
	}
	_, nearer, _, _ := integrals(reach / 2)
	if settled := math.Abs(moment-nearer) <= 1e-6*moment; d.V2 != 0 && settled && !(math.Abs(moment-d.V2) <= 1e-4*moment+momentErr) {
		return c.failure("Density.V2 is %v: F has the second moment %.6g", d.V2, moment)
	}
	return nil
}

// draws compares the mean of exp(−ε²/(4R)) over draws with φ.
func (c *checker) draws(ctx context.Context, rng *rand.Rand) error {
	const (
		n    = 100_000
		unit = 21.7 // log(2/p) of p = 8e-10 for each of ten means
	)
	risks := []float64{0}
	for k := -4; k <= 4; k++ {
		risks = append(risks, c.scale*math.Pow(10, float64(k)))
	}
	sums := make([]float64, len(risks))
	for k := range n {
		if k%1024 == 0 {
			if err := c.ended(ctx); err != nil {
				return err
			}
		}
		x := c.law.Rand(rng)
		if math.IsNaN(x) {
			return c.failure("Rand returns NaN")
		}
		for i, risk := range risks {
			switch {
			case x == 0:
				sums[i]++
			case risk > 0:
				sums[i] += gauss(x/2, risk)
			}
		}
	}
	for i, risk := range risks {
		phi, _ := c.law.Phi(risk)
		square, _ := c.law.Phi(risk / 2)
		want := phi / limitPhi
		variance := max(square/limitPhi-want*want, 0)
		allowed := unit/(3*n) + math.Sqrt(math.Pow(unit/(3*n), 2)+2*variance*unit/n)
		if mean := sums[i] / n; !(math.Abs(mean-want) <= allowed+1e-9) {
			return c.failure("the mean of exp(−ε²/(4R)) over %d draws of Rand is %.6g ± %.2g at R = %.3g: must be (π/2) φ(R) = %.6g", n, mean, allowed, risk, want)
		}
	}
	return nil
}
