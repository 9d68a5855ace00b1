package coupled

import "gonum.org/v1/gonum/floats"

// anderson accelerates the fixed-point iteration x ← G(x) by Anderson's method: the next
// x is the combination of the last images whose residuals G(x) − x combine to the
// smallest sum of squares.
type anderson struct {
	depth              int
	before, beforeGap  []float64   // G(x) and the residual of the last iteration
	images, gaps       [][]float64 // differences of both between iterations, the last first
	basis              [][]float64 // scratch: gaps, orthogonalized
	gap, weight, inner []float64
	primed             bool
}

const andersonDepth = 6

func (a *anderson) reset(n int) {
	if len(a.gap) != n {
		*a = anderson{}
		a.gap, a.before, a.beforeGap = make([]float64, n), make([]float64, n), make([]float64, n)
		a.weight, a.inner = make([]float64, andersonDepth), make([]float64, andersonDepth*andersonDepth)
		for range andersonDepth {
			a.images = append(a.images, make([]float64, n))
			a.gaps = append(a.gaps, make([]float64, n))
			a.basis = append(a.basis, make([]float64, n))
		}
	}
	a.depth, a.primed = 0, false
}

// next replaces x by the next iterate, given its image. Residuals are measured in units
// of scale, one for each stretch of equal length.
func (a *anderson) next(x, image, scale []float64) {
	stretch := len(x) / len(scale)
	for i := range x {
		a.gap[i] = (image[i] - x[i]) / scale[i/stretch]
	}
	if a.primed {
		last := andersonDepth - 1
		a.images = append([][]float64{a.images[last]}, a.images[:last]...)
		a.gaps = append([][]float64{a.gaps[last]}, a.gaps[:last]...)
		a.depth = min(a.depth+1, andersonDepth)
		floats.SubTo(a.images[0], image, a.before)
		floats.SubTo(a.gaps[0], a.gap, a.beforeGap)
	}
	copy(a.before, image)
	copy(a.beforeGap, a.gap)
	a.primed = true
	copy(x, image)
	// Gram–Schmidt on the differences, then the coefficients backwards.
	depth := 0
	for m := range a.depth {
		b := a.basis[m]
		copy(b, a.gaps[m])
		size := floats.Norm(b, 2)
		for n := range m {
			v := floats.Dot(a.basis[n], b)
			a.inner[n*andersonDepth+m] = v
			floats.AddScaled(b, -v, a.basis[n])
		}
		left := floats.Norm(b, 2)
		if !(left > 1e-8*size) {
			break
		}
		a.inner[m*andersonDepth+m] = left
		floats.Scale(1/left, b)
		a.weight[m] = floats.Dot(b, a.gap)
		depth++
	}
	for m := depth - 1; m >= 0; m-- {
		for n := m + 1; n < depth; n++ {
			a.weight[m] -= a.inner[m*andersonDepth+n] * a.weight[n]
		}
		a.weight[m] /= a.inner[m*andersonDepth+m]
		floats.AddScaled(x, -a.weight[m], a.images[m])
	}
}
