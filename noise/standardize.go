package noise

import "math"

// Standardize returns the law of ε/scale, of the same type with the scale 1, for a law of
// a type that has a scale: all words of Grammar but none. The compressions of both are one
// function,
//
//	φ_B(R; law) = φ_B(R/scale²; unit),
//
// so that one Table of it serves for every scale. A law without a scale is returned as it
// is, with the scale 1, and so is one whose location is so far above its scale that their
// ratio, which is kept, is no float64. The law must be valid.
func Standardize(law Law) (unit Law, scale float64) {
	if unit, scale = standardize(law); Validate(unit) != nil {
		return law, 1
	}
	return unit, scale
}

// standardize is Standardize without its check of the ratio.
func standardize(law Law) (unit Law, scale float64) {
	switch l := law.(type) {
	case Normal:
		if l.Sigma > 0 {
			return Normal{Mu: l.Mu / l.Sigma, Sigma: 1}, l.Sigma
		}
	case Rademacher:
		if l.Scale > 0 {
			return Rademacher{Scale: 1}, l.Scale
		}
	case Uniform:
		if scale := max(math.Abs(l.Min), math.Abs(l.Max)); scale > 0 {
			return Uniform{Min: l.Min / scale, Max: l.Max / scale}, scale
		}
	case Laplace:
		return Laplace{Mu: l.Mu / l.Scale, Scale: 1}, l.Scale
	case Logistic:
		return Logistic{Mu: l.Mu / l.S, S: 1}, l.S
	case StudentsT:
		return StudentsT{Mu: l.Mu / l.Sigma, Sigma: 1, Nu: l.Nu}, l.Sigma
	case Cauchy:
		return Cauchy{Mu: l.Mu / l.Scale, Scale: 1}, l.Scale
	case AlphaStable:
		return AlphaStable{Alpha: l.Alpha, C: 1, Mu: l.Mu / l.C}, l.C
	}
	return law, 1
}
