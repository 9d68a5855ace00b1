// Package minimum finds minima of functions whose values are dear and not exact, and which
// may be anything from flat to sharp.
package minimum

import "math"

// Point is a value of a function. The value +Inf is allowed.
type Point struct{ X, Y float64 }

// Bracket holds three points a < b < c of a function, of which b is not above the others. A
// minimum lies between a and c.
type Bracket [3]Point

// rise is how far the function may rise from the middle to the ends of a bracket that Shrink
// returns. A parabola is then good enough to begin with.
const rise = 0.05

// Shrink evaluates f until the bracket is so narrow that f rises by no more than 0.05 in it,
// or its width is narrow. smooth tells that it was the former. The values may be wrong by a
// hundredth of that rise. Two values at most halve the width.
func (b Bracket) Shrink(f func(x float64) (float64, error), narrow float64) (out Bracket, smooth bool, err error) {
	before, last := math.Inf(1), math.Inf(1) // the widths of the last two
	for {
		width := b[2].X - b[0].X
		switch {
		case max(b[0].Y, b[2].Y)-b[1].Y <= rise:
			return b, true, nil
		case width < narrow:
			return b, false, nil
		}
		x := b.middle()
		if width <= before/2 {
			x = b.next()
		}
		before, last = last, width
		y, err := f(x)
		if err != nil {
			return b, false, err
		}
		b = b.with(Point{x, y})
	}
}

// with returns the bracket with a further point inside it.
func (b Bracket) with(p Point) Bracket {
	low, high := b[1], p // in the order of their places
	if p.X < b[1].X {
		low, high = p, b[1]
	}
	if low.Y <= high.Y {
		return Bracket{b[0], low, high}
	}
	return Bracket{low, high, b[2]}
}

// middle returns the middle of the wider half.
func (b Bracket) middle() float64 {
	if b[1].X-b[0].X > b[2].X-b[1].X {
		return b[0].X + (b[1].X-b[0].X)/2
	}
	return b[1].X + (b[2].X-b[1].X)/2
}

// next returns the bottom of the parabola through the bracket. Where that is near the middle
// point, it returns a place on the steeper side up to which the parabola rises by about half
// of what it may.
func (b Bracket) next() float64 {
	x, curvature := b.Vertex()
	if !(curvature > 0) || math.IsInf(curvature, 1) {
		return b.middle()
	}
	if way := math.Sqrt(rise / curvature); math.Abs(x-b[1].X) < way/2 {
		x = b[1].X + way
		if b[0].Y > b[2].Y {
			x = b[1].X - way
		}
	}
	if margin := 0.01 * (b[2].X - b[0].X); !(x > b[0].X+margin && x < b[2].X-margin) || x == b[1].X {
		return b.middle()
	}
	return x
}

// Vertex returns the bottom of the parabola through the three points, and its curvature.
// Without a curvature that is positive and finite, it is the middle point.
func (b Bracket) Vertex() (x, curvature float64) {
	left, right := b[1].X-b[0].X, b[2].X-b[1].X
	down, up := (b[1].Y-b[0].Y)/left, (b[2].Y-b[1].Y)/right
	curvature = 2 * (up - down) / (left + right)
	if !(curvature > 0) || math.IsInf(curvature, 1) {
		return b[1].X, curvature
	}
	slope := (down*right + up*left) / (left + right) // at the middle point
	return b[1].X - slope/curvature, curvature
}

// Polish returns the place of the minimum of f near that of a smooth bracket, to about
// 1e-5, if the values are exact to about 1e-8: the place where the polynomial of degree 4
// through five values has its minimum. These lie so close that f rises by at most about
// 0.0025 from the middle to the ends. Where the terms of the polynomial fall too slowly, they
// lie closer.
func (b Bracket) Polish(f func(x float64) (float64, error)) (x float64, err error) {
	const enough, tries = 2e-6, 12
	x, curvature := b.Vertex()
	width := (b[2].X - b[0].X) / 16
	if curvature > 0 {
		width = min(width, math.Sqrt(rise/40/curvature))
	}
	for range tries {
		var y [5]float64
		lowest := 0
		for k := range y {
			if y[k], err = f(x + float64(k-2)*width); err != nil {
				return x, err
			}
			if y[k] < y[lowest] {
				lowest = k
			}
		}
		if u, unsure, ok := bottom(&y); ok {
			if x += u * width; unsure*width <= enough {
				return x, nil
			}
			width /= 3
			continue
		}
		x += float64(lowest-2) * width
		if lowest > 0 && lowest < 4 { // what is between is rougher than the polynomial
			width /= 3
		}
	}
	return x, nil
}

// bottom returns the place u of the minimum of the polynomial through the values at −2, −1,
// 0, 1 and 2, and about how far the terms that it lacks would move it. ok is false if there
// is none between −2 and 2.
func bottom(y *[5]float64) (u, unsure float64, ok bool) {
	// The coefficients of u, u², u³ and u⁴, from the differences about 0.
	odd, even := (y[3]-y[1])/2, (y[3]+y[1])/2-y[2]
	far, wide := (y[4]-y[0])/4, ((y[4]+y[0])/2-y[2])/4
	cubic, quartic := (far-odd)/3, (wide-even)/3
	linear, square := odd-cubic, even-quartic
	if !(square > 0) || math.IsInf(square, 1) {
		return 0, 0, false
	}
	for range 20 {
		slope := linear + u*(2*square+u*(3*cubic+u*4*quartic))
		curvature := 2*square + u*(6*cubic+u*12*quartic)
		if !(curvature > 0) {
			return 0, 0, false
		}
		u -= slope / curvature
	}
	if !(math.Abs(u) <= 2) {
		return 0, 0, false
	}
	// The terms of the polynomial move the slope at 0 by their coefficients. Those that it
	// lacks would move it by less, as the quartic term is less than the square.
	return u, (math.Abs(cubic) + math.Abs(quartic)) / (2 * square) * math.Abs(4*quartic/square), true
}
