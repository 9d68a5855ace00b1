package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

var _ closedForm = Laplace{}

// Laplace is the Laplace law with density exp(−|ε−μ|/b)/(2b), b = Scale.
type Laplace struct {
	Mu    float64 // location μ
	Scale float64 // b, the mean of |ε−μ|
}

// Phi returns φ(R) and φ'(R),
//
//	φ(R) = (2/π) ½√π z exp(−m²) [erfcx(z+m) + erfcx(z−m)],  z = √R/b, m = μ/(2√R).
func (l Laplace) Phi(risk float64) (phi, slope float64) {
	if phi, slope, ok := atEnds(risk, 0, math.Inf(1)); ok {
		return phi, slope
	}
	root := math.Sqrt(risk)
	z := root / l.Scale
	if z > 1e10 {
		return nearAtom(l.Mu, math.Sqrt2*l.Scale, risk)
	}
	if l.Mu == 0 {
		i0, _, i2 := special.ExpMoments(z)
		return limitPhi * 2 * z * i0, limitPhi * 2 * z * i2 / risk
	}
	// In t = ε/(2√R) the density is z exp(−2z|t−m|), and φ and Rφ' are the means
	// of exp(−t²) and t² exp(−t²), here on both sides of m.
	m := math.Abs(l.Mu) / (2 * root)
	far := gauss(l.Mu/2, risk)
	var i0, i1, i2, mean, second float64
	if far > 0 { // else m² may overflow
		i0, i1, i2 = special.ExpMoments(z + m)
		mean, second = far*i0, far*(m*m*i0+2*m*i1+i2)
	}
	if m <= z {
		i0, i1, i2 = special.ExpMoments(z - m)
		mean += far * i0
		second += far * (m*m*i0 - 2*m*i1 + i2)
	} else {
		// The mode of exp(−t²−2z(m−t)) is inside, at t = z: the whole Gaussian less
		// its tail beyond m.
		i0 = math.SqrtPi*math.Exp(z*z-math.Abs(l.Mu)/l.Scale) - far*math.SqrtPi/2*special.Erfcx(m-z)
		mean += i0
		second += (z*z + 0.5) * i0
		if far > 0 {
			second -= far * (z + m) / 2
		}
	}
	return limitPhi * z * mean, limitPhi * z * second / risk
}

// SecondMoment returns Mu² + 2 Scale².
func (l Laplace) SecondMoment() float64 { return l.Mu*l.Mu + l.Variance() }

// FourthMoment returns Mu⁴ + 12 Mu² Scale² + 24 Scale⁴.
func (l Laplace) FourthMoment() float64 {
	v := l.Variance()
	return shiftedFourth(l.Mu, v, 6*v*v)
}

// Mean returns Mu.
func (l Laplace) Mean() float64 { return l.Mu }

// Variance returns 2 Scale².
func (l Laplace) Variance() float64 { return 2 * l.Scale * l.Scale }

// DensityAtZero returns exp(−|Mu|/Scale)/(2 Scale).
func (l Laplace) DensityAtZero() float64 {
	return math.Exp(-math.Abs(l.Mu)/l.Scale) / (2 * l.Scale)
}

// Rand draws one ε from rng.
func (l Laplace) Rand(rng *rand.Rand) float64 {
	if e := l.Scale * rng.ExpFloat64(); rng.Uint64()>>63 == 0 {
		return l.Mu + e
	} else {
		return l.Mu - e
	}
}

// String returns the law with its parameters.
func (l Laplace) String() string { return fmt.Sprintf("Laplace(μ=%g, b=%g)", l.Mu, l.Scale) }

// Validate returns an error unless Mu is finite and 0 < Scale < ∞.
func (l Laplace) Validate() error {
	return errors.Join(finite("Laplace", "Mu", l.Mu), positive("Laplace", "Scale", l.Scale))
}
