package spectra

import (
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
	if k == nil {
		return Condition{}, errNilCovariance
	}
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

// RateRatio returns the rate at which signSGD settles divided by that of SGD, at equal
// small limit risk,
//
//	(4/π²) ψ² κ̄/κ̄_sign,
//
// where psi is ψ(0) of the label noise; see noise.PsiAtZero. A value above 1 favours
// signSGD. It follows from Theorem 4: at a small learning rate η the limit risks are
// proportional to η, and so are the rates. It is NaN for a singular K, whose time scales
// are both infinite.
func (c Condition) RateRatio(psi float64) float64 {
	return 4 / (math.Pi * math.Pi) * psi * psi * (c.Kappa / c.KappaSign)
}
