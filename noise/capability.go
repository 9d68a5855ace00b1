package noise

// The interfaces of this file are what a Law may offer beyond Law itself. Every
// closed-form law of this package offers all of them and fmt.Stringer; a
// combination of laws offers them as far as its parts do. Ask for one by a type
// assertion:
//
//	if d, ok := law.(noise.OriginDensity); ok { … d.DensityAtZero() … }

// Moments is a law that knows its mean and variance.
type Moments interface {
	// Mean returns E ε, NaN where there is none.
	Mean() float64
	// Variance returns E (ε − E ε)², +Inf where the second moment is.
	Variance() float64
}

// OriginDensity is a law that knows its density at zero, which decides the drift
// of signSGD at small risk: (π/2) φ(R) ~ f(0) √(4πR) as R → 0.
type OriginDensity interface {
	// DensityAtZero returns the density f(0) of ε; at a jump of the density the
	// mean of both sides; +Inf where ε = 0 has positive probability.
	DensityAtZero() float64
}
