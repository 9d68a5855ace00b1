package coupled

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// factor replaces the square matrix a by its factors L and U, by Gauss's elimination with
// row pivots. The row i was swapped with the row pivot[i]. A singular matrix gives numbers
// that are not finite.
func factor(a []float64, pivot []int) {
	n := len(pivot)
	for i := range n {
		best, at := math.Abs(a[i*n+i]), i
		for r := i + 1; r < n; r++ {
			if v := math.Abs(a[r*n+i]); v > best {
				best, at = v, r
			}
		}
		pivot[i] = at
		if at != i {
			top, other := a[i*n:i*n+n], a[at*n:at*n+n]
			for c, v := range top {
				top[c], other[c] = other[c], v
			}
		}
		inverse := 1 / a[i*n+i]
		row := a[i*n+i+1 : i*n+n]
		for r := i + 1; r < n; r++ {
			f := a[r*n+i] * inverse
			if f == 0 {
				continue
			}
			a[r*n+i] = f
			floats.AddScaled(a[r*n+i+1:r*n+n], -f, row)
		}
	}
}

// substitute solves the system with the factors. The solution replaces the right side b.
func substitute(a []float64, pivot []int, b []float64) {
	n := len(b)
	for i, at := range pivot {
		b[i], b[at] = b[at], b[i]
	}
	for i := 1; i < n; i++ {
		b[i] -= floats.Dot(a[i*n:i*n+i], b[:i])
	}
	for i := n - 1; i >= 0; i-- {
		b[i] = (b[i] - floats.Dot(a[i*n+i+1:i*n+n], b[i+1:])) / a[i*n+i]
	}
}

// substituteAll is substitute for several right sides at once, one in each column of b.
func substituteAll(a []float64, pivot []int, b [][stages]float64) {
	n := len(b)
	for i, at := range pivot {
		b[i], b[at] = b[at], b[i]
	}
	for i := 1; i < n; i++ {
		row := &b[i]
		for c, v := range a[i*n : i*n+i] {
			if v != 0 {
				from := &b[c]
				for q := range row {
					row[q] -= v * from[q]
				}
			}
		}
	}
	for i := n - 1; i >= 0; i-- {
		row := &b[i]
		for c, v := range a[i*n+i+1 : i*n+n] {
			from := &b[i+1+c]
			for q := range row {
				row[q] -= v * from[q]
			}
		}
		inverse := 1 / a[i*n+i]
		for q := range row {
			row[q] *= inverse
		}
	}
}
