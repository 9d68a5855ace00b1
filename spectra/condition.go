package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// Condition holds what Theorem 4 of arXiv:2411.12135 compares: how long SGD and
// signSGD take, in units of their own largest useful learning rates.
type Condition struct {
	MinK, MaxK       float64 // extreme eigenvalues of K
	MinKbar, MaxKbar float64 // and of K̄, those of S

	// Kappa is κ̄(K) = tr K/(d λ_min(K)), the time scale of SGD in t = k/d, and
	// KappaSign is κ̄_sign = tr D/(d λ_min(K̄)), that of signSGD. Both are +Inf for a
	// singular K.
	Kappa, KappaSign float64
}

// Conditioning returns the extreme eigenvalues and time scales of k, from its
// modes in both bases.
func Conditioning(k Structured) (Condition, error) {
	d := k.Dim()
	nu := make([]float64, d)
	plain, err := k.Modes(Plain, nu)
	if err != nil {
		return Condition{}, err
	}
	bar, err := k.Modes(Preconditioned, nu)
	if err != nil {
		return Condition{}, err
	}
	c := Condition{
		MinK: floats.Min(plain.Lambda), MaxK: floats.Max(plain.Lambda),
		MinKbar: floats.Min(bar.Lambda), MaxKbar: floats.Max(bar.Lambda),
	}
	c.Kappa = floats.Sum(k.Variances(nil)) / (float64(d) * c.MinK)
	c.KappaSign = floats.Sum(StandardDeviations(k)) / (float64(d) * c.MinKbar)
	return c, nil
}

// NumberK returns the condition number λ_max/λ_min of K, +Inf if it is singular.
func (c Condition) NumberK() float64 { return c.MaxK / c.MinK }

// NumberKbar returns the condition number of K̄ as that of S, λ_max/λ_min.
func (c Condition) NumberKbar() float64 { return c.MaxKbar / c.MinKbar }

// Verdict says which optimizer Theorem 4 favours.
type Verdict int

const (
	NoVerdict      Verdict = iota // equal time scales, or both infinite
	FavoursSGD                    // κ̄ < κ̄_sign
	FavoursSignSGD                // κ̄_sign < κ̄
)

// Verdict compares the two time scales. Values that agree to 1e-9 count as equal.
func (c Condition) Verdict() Verdict {
	const close = 1e-9
	switch {
	case math.IsInf(c.Kappa, 1) && math.IsInf(c.KappaSign, 1):
		return NoVerdict
	case c.KappaSign < c.Kappa*(1-close):
		return FavoursSignSGD
	case c.Kappa < c.KappaSign*(1-close):
		return FavoursSGD
	}
	return NoVerdict
}

func (v Verdict) String() string {
	switch v {
	case NoVerdict:
		return "neither"
	case FavoursSGD:
		return "SGD"
	case FavoursSignSGD:
		return "signSGD"
	}
	return fmt.Sprintf("Verdict(%d)", int(v))
}
