package spectra

import (
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"
)

// A covariance is called stationary here if K_ij depends only on the difference of i and j
// in a finite group, up to signs of the coordinates. Then its diagonal is constant, the
// characters of the group are its eigenvectors, and every entrywise function leaves it
// stationary with the same eigenvectors.

// stationaryModes returns the modes of a stationary covariance. squares holds the
// (q_iᵀν)², and odd returns the eigenvalues of f(C).
func stationaryModes(basis Basis, variance float64, lambda, squares []float64, noise []Shape, odd func(Odd) ([]float64, error)) (Modes, error) {
	m := newModes(basis, len(lambda), len(lambda), noise)
	m.Kind = Unformed
	sd := math.Sqrt(variance)
	for i, l := range lambda {
		m.Lambda[i] = l
		if basis == Preconditioned {
			m.Lambda[i] = l / sd
		}
		m.Risk[i] = l * squares[i] / 2
	}
	for n, s := range noise {
		if s.own(basis) {
			floats.MulTo(m.Weights[n], m.Lambda, m.Lambda)
			continue
		}
		xi, err := odd(s.Odd)
		if err != nil {
			return Modes{}, err
		}
		scale := variancePower(variance, 2*s.power(basis)) // of M = D^p f(C) D^p
		for i, l := range m.Lambda {
			m.Weights[n][i] = l * scale * xi[i]
		}
	}
	return m.checked()
}

// stationaryEntrywise returns the first row of f(C) from that of K.
func stationaryEntrywise(row []float64, f Odd) ([]float64, error) {
	one, err := checkDiagonalOdd(f)
	if err != nil {
		return nil, err
	}
	c := make([]float64, len(row))
	c[0] = one
	for i, v := range row[1:] {
		c[i+1] = f.at(correlation(v, row[0], 1))
	}
	return c, nil
}

// checkRow returns an error unless the first row of K is finite and its first entry, the
// variance, is positive.
func checkRow(row []float64) error {
	if len(row) == 0 {
		return fmt.Errorf("spectra: row is empty: dimension must be at least 1")
	}
	if err := checkVector("row", row, len(row)); err != nil {
		return err
	}
	if !(row[0] > 0) {
		return fmt.Errorf("spectra: row[0] is %v: the variance must be positive", row[0])
	}
	return nil
}
