package noise

import (
	"errors"
	"fmt"
)

var _ combination = Tabulated{}

// Tabulated is a law whose φ is read from a Table of it. Everything else, what the law
// lacks included, is that of the law.
//
// The Table must have been made from the law's own φ. Nothing checks that.
type Tabulated struct {
	Law
	Table *Table
}

// Phi returns φ(R) and φ'(R) from the Table.
func (t Tabulated) Phi(risk float64) (phi, slope float64) { return t.Table.Phi(risk) }

// Mean returns the law's mean. It is NaN if the law lacks Moments.
func (t Tabulated) Mean() float64 { return meanOf(t.Law) }

// Variance returns the law's variance. It is NaN if the law lacks Moments.
func (t Tabulated) Variance() float64 { return varianceOf(t.Law) }

// FourthMoment returns the law's fourth moment. It is NaN if the law does not know it.
func (t Tabulated) FourthMoment() float64 { return fourthMomentOf(t.Law) }

// DensityAtZero returns the law's density at zero. It is NaN if the law lacks
// OriginDensity.
func (t Tabulated) DensityAtZero() float64 { return densityAtZeroOf(t.Law) }

// CheckRand returns what CheckRand says of the law.
func (t Tabulated) CheckRand() error { return CheckRand(t.Law) }

// CheckSecondMoment returns what the law's own CheckSecondMoment says, if it has one.
func (t Tabulated) CheckSecondMoment() error {
	if l, ok := t.Law.(SecondMomentChecker); ok {
		return l.CheckSecondMoment()
	}
	return nil
}

// String returns the law in words.
func (t Tabulated) String() string { return fmt.Sprintf("Tabulated(%v)", t.Law) }

// Validate returns an error unless the law is valid and there is a Table.
func (t Tabulated) Validate() error {
	if t.Table == nil {
		return errors.New("noise: Tabulated.Table is nil")
	}
	return Validate(t.Law)
}
