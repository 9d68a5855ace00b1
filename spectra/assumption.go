package spectra

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
)

// Assumption3 holds the quantities that Assumption 3 of arXiv:2411.12135 bounds uniformly
// in d. It is an assumption on a sequence of matrices, so compare the quantities between
// dimensions.
type Assumption3 struct {
	Dim        int
	MinK, MaxK float64 // (i): λ_min bounded away from 0, λ_max bounded
	KSigma     float64 // (ii): the norm ‖K_σ‖ bounded

	// OffDiagonal is (iii): the largest |((S − z)⁻¹)_ij|, i ≠ j, on the contour, times
	// λ_max(S), which makes it free of units. It should fall nearly like d^{−1/2}. I
	// and J are the row and the column where it is found. Eigenvectors that favour few
	// coordinates make it of order 1. A diagonal K makes it 0.
	OffDiagonal float64
	I, J        int
}

// CheckAssumption3 measures k, whose dimension must be at most DenseLimit. The contour is
// the circle around the spectrum of S at half of λ_max(S) from both of its ends. It is
// sampled at its two real points, where the resolvent is usually largest, and at the given
// number of points in its upper half, whose mirror images have the same values. It costs
// about d³ multiplications for each point, in addition to two sets of modes. It fails when ctx
// ends, which it sees between these.
func CheckAssumption3(ctx context.Context, k Covariance, points int) (Assumption3, error) {
	if points < 1 {
		return Assumption3{}, fmt.Errorf("spectra: points is %d: must be at least 1", points)
	}
	full, err := ToDense(k)
	if err != nil {
		return Assumption3{}, err
	}
	d := full.Dim()
	nu := make([]float64, d)
	plain, err := full.Modes(Plain, nu)
	if err != nil {
		return Assumption3{}, err
	}
	if err := ctx.Err(); err != nil {
		return Assumption3{}, fmt.Errorf("spectra: CheckAssumption3: %w", err)
	}
	bar, err := full.Modes(Preconditioned, nu)
	if err != nil {
		return Assumption3{}, err
	}
	if err := ctx.Err(); err != nil {
		return Assumption3{}, fmt.Errorf("spectra: CheckAssumption3: %w", err)
	}
	sigma := mat.NewSymDense(d, nil)
	entrywiseTo(sigma, full.k, full.variances, math.Asin)
	factors, err := eigen.Factor(sigma.RawSymmetric(), dense.Cores())
	if err != nil {
		return Assumption3{}, fmt.Errorf("spectra: the eigenvalues of K_σ: %w", err)
	}
	norms := make([]float64, d)
	factors.Values(norms)
	a := Assumption3{Dim: d, MinK: plain.Lambda[0], MaxK: plain.Lambda[d-1], KSigma: norms[d-1]}
	if err := a.resolvent(ctx, bar.Form(), points); err != nil {
		return Assumption3{}, fmt.Errorf("spectra: CheckAssumption3: %w", err)
	}
	return a, nil
}

// resolvent fills in what is read from the resolvent Σ_k q_k q_kᵀ/(λ_k − z).
func (a *Assumption3) resolvent(ctx context.Context, m Modes, points int) error {
	d := a.Dim
	lo, hi := m.Lambda[0], m.Lambda[d-1]
	centre, radius := lo+(hi-lo)/2, (hi-lo)/2+hi/2
	q := mat.DenseCopyOf(m.Vectors.T()).RawMatrix() // vectors in rows
	scaled := dense.General(d, d)
	var parts [2]*mat.SymDense // real and imaginary
	w := dense.Workspace{Workers: dense.Cores()}
	for p := -1; p <= points; p++ {
		if err := ctx.Err(); err != nil {
			return err
		}
		z := complex(centre+radius, 0)
		switch angle := math.Pi * (float64(p) + 0.5) / float64(points); p {
		case -1:
		case points:
			z = complex(centre-radius, 0)
		default:
			z = complex(centre+radius*math.Cos(angle), radius*math.Sin(angle))
		}
		for n := range parts {
			parts[n] = mat.NewSymDense(d, nil)
			if n == 1 && imag(z) == 0 {
				break
			}
			for i, l := range m.Lambda {
				pole := 1 / (complex(l, 0) - z)
				weight := real(pole)
				if n == 1 {
					weight = imag(pole)
				}
				row := scaled.Data[i*d:][:d]
				copy(row, q.Data[i*q.Stride:][:d])
				blas64.Scal(weight, dense.Vector(row))
			}
			raw := parts[n].RawSymmetric()
			w.UpdateUpper(1, q, scaled, raw)
		}
		for i := range d {
			for j := i + 1; j < d; j++ {
				if v := hi * math.Hypot(parts[0].At(i, j), parts[1].At(i, j)); v > a.OffDiagonal {
					a.OffDiagonal, a.I, a.J = v, i, j
				}
			}
		}
	}
	return nil
}
