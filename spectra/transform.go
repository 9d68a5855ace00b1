package spectra

import (
	"errors"
	"fmt"
	"sync"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra/internal/dense"
	"github.com/riskcurves/riskcurves/spectra/internal/eigen"
)

// Transform is the change of coordinates to the modes, y = Tν with T = QᵀD^{1/2}, where
// Q holds the eigenvectors of S = D^{-1/2}KD^{-1/2}. In the Plain basis S is K and T is
// Qᵀ. In these coordinates the risk is R = ½ Σ λ_i y_i², the drift matrix is diagonal,
// and noise of the covariance Q_n has the covariance T Q_n Tᵀ.
//
// A Transform never changes and is safe for concurrent use.
type Transform struct {
	half    []float64      // diag D^{1/2}
	factors *eigen.Factors // of Q if the modes are Factored
	modes   Modes
	once    sync.Once
	forward *mat.Dense // T, after form; nil for the coordinates themselves
	vectors *mat.Dense // Q, likewise
}

// NewTransform returns the change of coordinates to the modes m of k. The modes must be
// those of k, in either basis, and their Kind must not be Unformed. It stores
// T, so that it takes 8d² bytes if the modes are Formed, and retains m.Vectors. Where they
// are Factored, the first call of another method than Apply forms the vectors.
func NewTransform(k Covariance, m Modes) (*Transform, error) {
	if err := checkCovariance(k); err != nil {
		return nil, err
	}
	if err := m.Validate(); err != nil {
		return nil, err
	}
	if m.Kind == Unformed {
		return nil, errors.New("spectra: the eigenvectors of the modes are not formed: ToDense gives a covariance whose modes are")
	}
	d := k.Dim()
	if m.Dim != d {
		return nil, fmt.Errorf("spectra: Modes.Dim is %d: must be the dimension %d of the covariance", m.Dim, d)
	}
	t := &Transform{half: make([]float64, d), factors: m.factors, modes: m}
	if m.Kind != Factored {
		t.factors = nil
	}
	for i, v := range k.Variances(nil) {
		t.half[i] = 1
		if m.Basis == Preconditioned {
			t.half[i] = variancePower(v, 0.5)
		}
	}
	return t, nil
}

// form forms T and Q, once.
func (t *Transform) form() {
	t.once.Do(func() {
		m := t.modes.Form()
		if m.Kind != Formed {
			return
		}
		t.vectors, t.forward = m.Vectors, mat.DenseCopyOf(m.Vectors.T())
		for i := range t.half {
			floats.Mul(t.forward.RawRowView(i), t.half)
		}
	})
}

// Dim returns the dimension d.
func (t *Transform) Dim() int { return len(t.half) }

// Apply stores y = Tν in dst and returns it; nil allocates. dst and nu have length d and
// must not overlap. It costs d² multiplications, and d if the modes are the coordinates.
func (t *Transform) Apply(dst, nu []float64) []float64 {
	dst = t.vector(dst, nu, "Transform.Apply")
	if t.factors != nil {
		t.factors.MulTransVec(dst, floats.MulTo(dst, t.half, nu))
		return dst
	}
	t.form()
	if t.forward == nil {
		return floats.MulTo(dst, t.half, nu)
	}
	multiply(dst, t.forward, nu)
	return dst
}

// Invert stores ν = T⁻¹y in dst and returns it; nil allocates. dst and y have length d
// and must not overlap.
func (t *Transform) Invert(dst, y []float64) []float64 {
	dst = t.vector(dst, y, "Transform.Invert")
	t.form()
	if t.vectors == nil {
		return floats.DivTo(dst, y, t.half)
	}
	multiply(dst, t.vectors, y)
	return floats.DivTo(dst, dst, t.half)
}

// Coordinate returns y_i = (Tν)_i alone, in d multiplications.
func (t *Transform) Coordinate(i int, nu []float64) float64 {
	panicLength("Transform.Coordinate", len(nu), t.Dim())
	t.form()
	if t.forward == nil {
		return t.half[i] * nu[i]
	}
	return floats.Dot(t.forward.RawRowView(i), nu)
}

// Covariance returns T Q Tᵀ, the covariance in the modes of a vector of the covariance q.
// It costs d products with q and half a product of d×d matrices. An entry has a rounding
// error of about d·ε of the largest one, so that a direction without noise can have a
// variance a little below zero. Beyond DenseLimit it is
// ErrTooLarge, unless there are eigenvectors to form.
func (t *Transform) Covariance(q Covariance) (*mat.SymDense, error) {
	if err := checkCovariance(q); err != nil {
		return nil, err
	}
	d := t.Dim()
	if q.Dim() != d {
		return nil, fmt.Errorf("spectra: Transform.Covariance: q has the dimension %d: must be %d", q.Dim(), d)
	}
	if d > DenseLimit && t.modes.Kind == Coordinates {
		return nil, fmt.Errorf("spectra: Transform.Covariance: the dimension is %d, the limit is %d: %w", d, DenseLimit, ErrTooLarge)
	}
	t.form()
	rows := mat.NewDense(d, d, nil) // T
	if t.forward != nil {
		rows.Copy(t.forward)
	} else {
		for i, h := range t.half {
			rows.Set(i, i, h)
		}
	}
	images := dense.General(d, d) // row i is Q T_iᵀ
	dense.Each(dense.Cores(), d, func(_, i int) {
		q.MulVecTo(images.Data[i*d:][:d], rows.RawRowView(i))
	})
	return symmetricProduct(rows.RawMatrix(), images), nil
}

// Form returns T⁻ᵀ G T⁻¹, the matrix in the modes of the quadratic form νᵀGν. It panics
// if g is nil or not d×d. It costs two products of d×d matrices, and memory for d² numbers.
func (t *Transform) Form(g mat.Symmetric) *mat.SymDense {
	d := t.Dim()
	if g == nil {
		panic("spectra: Transform.Form: g is nil")
	}
	panicLength("Transform.Form", g.SymmetricDim(), d)
	scaled := mat.NewSymDense(d, nil)
	for i, a := range t.half {
		for j := i; j < d; j++ {
			scaled.SetSym(i, j, g.At(i, j)/a/t.half[j])
		}
	}
	t.form()
	if t.vectors == nil {
		return scaled
	}
	images := mat.NewDense(d, d, nil)
	w := dense.Workspace{Workers: dense.Cores()}
	transposed := mat.DenseCopyOf(t.vectors.T()).RawMatrix()
	w.Product(blas.NoTrans, blas.NoTrans, 1, transposed, mat.DenseCopyOf(scaled).RawMatrix(), 0, images.RawMatrix())
	return symmetricProduct(transposed, images.RawMatrix())
}

// symmetricProduct returns a·bᵀ, which the caller knows to be symmetric.
func symmetricProduct(a, b blas64.General) *mat.SymDense {
	transpose(a)
	transpose(b)
	product := mat.NewSymDense(a.Rows, nil)
	w := dense.Workspace{Workers: dense.Cores()}
	w.UpdateUpper(1, a, b, product.RawSymmetric())
	return product
}

// multiply stores a·x in dst.
func multiply(dst []float64, a *mat.Dense, x []float64) {
	var w dense.Workspace
	w.MulVec(blas.NoTrans, 1, a.RawMatrix(), x, 0, dst)
}

// vector checks the lengths of dst and x, and allocates a nil dst.
func (t *Transform) vector(dst, x []float64, method string) []float64 {
	if dst == nil {
		dst = make([]float64, t.Dim())
	}
	panicLength(method, len(x), t.Dim())
	panicLength(method, len(dst), t.Dim())
	return dst
}
