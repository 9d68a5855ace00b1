package noise

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise/internal/special"
)

var _ closedForm = StudentsT{}

// StudentsT is Student's t law with ν = Nu degrees of freedom. Its density is
// proportional to (1 + (ε−μ)²/(νσ²))^(−(ν+1)/2).
type StudentsT struct {
	Mu    float64 // location μ
	Sigma float64 // scale σ, not the standard deviation
	Nu    float64 // degrees of freedom ν > 0, any real number
}

// Phi returns φ(R) and φ'(R). At μ = 0 it is
//
//	φ(R) = (2/π) Γ((ν+1)/2)/Γ(ν/2) U(½, 1−ν/2, νσ²/(4R)),
//
// where U is Tricomi's function, to a relative error of about 2e-15. At μ ≠ 0 there is no
// closed form. The law is the mixture of N(μ, σ²/w) over w ~ χ²_ν/ν, and φ is the same
// mixture of theirs. The trapezoidal rule in log w sums it to about 1e-14 in some tens to
// hundreds of terms, or up to about two thousand for μ far above √R.
func (s StudentsT) Phi(risk float64) (phi, slope float64) {
	if phi, slope, ok := atEnds(risk, 0, math.Inf(1)); ok {
		return phi, slope
	}
	if s.Nu > 1e22 { // the same as the normal law to within 1e-16 φ
		return Normal{Mu: s.Mu, Sigma: s.Sigma}.Phi(risk)
	}
	nu := max(s.Nu, leastNu)
	unit := 2 * math.Sqrt(risk)
	sigma, mu := s.Sigma/unit, math.Abs(s.Mu)/unit
	logSigma := special.Log(s.Sigma) - special.Log(unit) // where sigma underflows
	var mean, second float64
	switch x := nu * sigma * sigma; {
	case s.Mu != 0:
		mean, second = special.LocatedT(nu, mu, math.Sqrt2*sigma, math.Ln2/2+logSigma)
	case x > 1e18*(1+nu): // U(½, 1−ν/2, x) = x^(−½) to relative 1e-18
		mean = special.HalfGammaRatio(nu/2) / math.Sqrt(nu) / sigma
		second = mean / 2
	case x < 0x1p-1020:
		mean, second = special.TricomiNearOne(nu, special.Log(nu)+2*logSigma)
	default:
		mean, second = special.Tricomi(nu, x)
	}
	return limitPhi * mean, limitPhi * second / risk
}

// leastNu is the ν that stands for a smaller one. Both have φ below 1e-290.
const leastNu = 1e-300

// SecondMoment returns Mu² + Sigma² ν/(ν−2), or +Inf for ν ≤ 2.
func (s StudentsT) SecondMoment() float64 { return s.Mu*s.Mu + s.Variance() }

// FourthMoment returns Mu⁴ + 6 Mu² Sigma² ν/(ν−2) + 3 Sigma⁴ ν²/((ν−2)(ν−4)), or +Inf for
// ν ≤ 4.
func (s StudentsT) FourthMoment() float64 {
	if s.Nu <= 4 {
		return math.Inf(1)
	}
	v := s.Variance()
	return shiftedFourth(s.Mu, v, 3*v*v*(s.Nu-2)/(s.Nu-4))
}

// Mean returns Mu, or NaN for ν ≤ 1.
func (s StudentsT) Mean() float64 {
	if s.Nu <= 1 {
		return math.NaN()
	}
	return s.Mu
}

// Variance returns Sigma² ν/(ν−2), or +Inf for ν ≤ 2.
func (s StudentsT) Variance() float64 {
	if s.Nu <= 2 {
		return math.Inf(1)
	}
	return s.Sigma * s.Sigma * s.Nu / (s.Nu - 2)
}

// DensityAtZero returns the density at ε = 0.
func (s StudentsT) DensityAtZero() float64 {
	if s.Nu > 1e22 {
		return Normal{Mu: s.Mu, Sigma: s.Sigma}.DensityAtZero()
	}
	m := math.Abs(s.Mu) / s.Sigma
	peak := special.HalfGammaRatio(s.Nu/2) / math.Sqrt(math.Pi) / math.Sqrt(s.Nu)
	if m > 1e15 && m*m/s.Nu > 1e15 { // far in the tail; σ and the power of m may leave the range of float64
		logM := special.Log(math.Abs(s.Mu)) - special.Log(s.Sigma)
		return math.Exp(math.Log(peak) - special.Log(s.Sigma) - (s.Nu+1)*(logM-special.Log(s.Nu)/2))
	}
	return peak / s.Sigma * math.Exp(-(s.Nu+1)/2*math.Log1p(m*m/s.Nu))
}

// Rand draws one ε from rng.
func (s StudentsT) Rand(rng *rand.Rand) float64 {
	w := distuv.Gamma{Alpha: s.Nu / 2, Beta: s.Nu / 2, Src: rng}.Rand()
	return s.Mu + s.Sigma*rng.NormFloat64()/math.Sqrt(w)
}

// String returns the law with its parameters.
func (s StudentsT) String() string {
	return fmt.Sprintf("StudentsT(μ=%g, σ=%g, ν=%g)", s.Mu, s.Sigma, s.Nu)
}

// Validate returns an error unless Mu is finite and Sigma and Nu are positive and
// finite.
func (s StudentsT) Validate() error {
	return errors.Join(finite("StudentsT", "Mu", s.Mu), positive("StudentsT", "Sigma", s.Sigma), positive("StudentsT", "Nu", s.Nu))
}
