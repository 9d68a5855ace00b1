package coupled

import "math"

// newton solves for the overlaps at the stages by Newton's method, given the derivatives of
// a pass by the logarithms of the risks there. What else the coefficients depend on is left
// to the iteration.
type newton struct {
	slopes [][stages]float64 // of the image, by direction
	matrix [stages * stages]float64
	pivot  [stages]int
}

// factor factors 1 − J, where J is the derivative of the logarithms of the risks after a
// pass by those before. It returns the norm of J.
func (nt *newton) factor(before []float64) (norm float64) {
	for j := range stages {
		sum := 0.0
		for q, v := range nt.slopes[j] {
			v /= before[j]
			nt.matrix[j*stages+q] = -v
			sum += math.Abs(v)
		}
		nt.matrix[j*stages+j]++
		norm = max(norm, sum)
	}
	factor(nt.matrix[:], nt.pivot[:])
	return norm
}

// move moves the image of a pass over what was before to where Newton's method leads. It
// moves no risk by more than a factor of some.
func (nt *newton) move(image, before []float64) {
	var change [stages]float64
	for j := range change {
		change[j] = (image[j] - before[j]) / before[j]
	}
	substitute(nt.matrix[:], nt.pivot[:], change[:])
	for q, v := range change {
		if math.IsNaN(v) {
			return
		}
		change[q] = min(max(v, -0.75), 3)
	}
	for i := range image {
		for q, v := range change {
			image[i] += nt.slopes[i][q] * v
		}
	}
}
