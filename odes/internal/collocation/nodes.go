// Package collocation holds what steps of collocation are made of: nodes, the polynomials
// through them, and the responses of decaying modes to those.
package collocation

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// Nodes is the number of collocation nodes of a step.
const Nodes = 10

var (
	// Lobatto holds the nodes: those of Gauss and Lobatto on [0, 1].
	Lobatto = lobattoNodes()

	// Integrate holds at [j][k] the integral over [0, Lobatto[j]] of the Lagrange
	// polynomial of node k.
	Integrate = integration()

	// Differentiate holds at [j][k] the slope at node j of the Lagrange polynomial of node k.
	Differentiate = differentiation()

	// legendre[n] gives the n-th coefficient of the Legendre series of a
	// polynomial from its values at the nodes.
	legendre = legendreTransform()
)

// lobattoNodes returns the zeros of x(1−x)P'(2x−1), P the Legendre polynomial of
// degree Nodes−1.
func lobattoNodes() (x [Nodes]float64) {
	const degree = Nodes - 1
	x[degree] = 1
	for k := 1; k < degree; k++ {
		// Newton's method for (1−y²)P'(y), whose derivative is −n(n+1)P(y).
		y := -math.Cos(math.Pi * float64(k) / degree)
		for range 60 {
			p := LegendreValues(y)
			slope := degree * (p[degree-1] - y*p[degree]) // (1−y²)P'
			y += slope / (degree * (degree + 1) * p[degree])
		}
		x[k] = (1 + y) / 2
	}
	return x
}

// LegendreValues returns the values at y of the Legendre polynomials of degree 0
// to Nodes−1.
func LegendreValues(y float64) (p [Nodes]float64) {
	p[0], p[1] = 1, y
	for n := 1; n < Nodes-1; n++ {
		p[n+1] = (float64(2*n+1)*y*p[n] - float64(n)*p[n-1]) / float64(n+1)
	}
	return p
}

// legendreTransform inverts the values by Gauss–Lobatto quadrature. It is exact for all
// coefficients except the last, which it makes too large by (2n+1)/n; this is corrected.
func legendreTransform() (c [Nodes][Nodes]float64) {
	const degree = Nodes - 1
	for k, x := range Lobatto {
		p := LegendreValues(2*x - 1)
		weight := 2 / (degree * (degree + 1) * p[degree] * p[degree])
		for n := range c {
			c[n][k] = weight * p[n] * (float64(n) + 0.5)
		}
		c[degree][k] *= float64(degree) / (degree + 0.5) / 2
	}
	return c
}

// Series is a Legendre series on [0, 1].
type Series [Nodes]float64

// Interpolate returns the polynomial through values at the nodes.
func Interpolate(values *[Nodes]float64) (c Series) {
	for n := range c {
		for k, v := range values {
			c[n] += legendre[n][k] * v
		}
	}
	return c
}

// At returns the value of the series at x, by Clenshaw's recurrence.
func (c *Series) At(x float64) float64 {
	y := 2*x - 1
	var here, above float64
	for n := Nodes - 1; n >= 0; n-- {
		here, above = c[n]+clenshaw[n][0]*y*here-clenshaw[n][1]*above, here
	}
	return here
}

// clenshaw holds the coefficients of the recurrence, (2n+1)/(n+1) and (n+1)/(n+2).
var clenshaw = func() (a [Nodes][2]float64) {
	for n := range a {
		a[n] = [2]float64{float64(2*n+1) / float64(n+1), float64(n+1) / float64(n+2)}
	}
	return a
}()

// Lagrange is a set of points with the weights of its Lagrange polynomials.
type Lagrange struct {
	Point, weight [Nodes]float64
}

// NewLagrange returns the polynomials of the points.
func NewLagrange(points *[Nodes]float64) *Lagrange {
	l := &Lagrange{Point: *points}
	for k, x := range l.Point {
		product := 1.0
		for j, y := range l.Point {
			if j != k {
				product *= x - y
			}
		}
		l.weight[k] = 1 / product
	}
	return l
}

// Values returns the values of the Lagrange polynomials at x.
func (l *Lagrange) Values(x float64) (v [Nodes]float64) {
	left := 1.0
	for k, p := range l.Point {
		v[k] = l.weight[k] * left
		left *= x - p
	}
	right := 1.0
	for k := Nodes - 1; k >= 0; k-- {
		v[k] *= right
		right *= x - l.Point[k]
	}
	return v
}

// Legendre returns, for each Lagrange polynomial k, the coefficients n of its
// Legendre series on [0, end].
func (l *Lagrange) Legendre(end float64) (c [Nodes][Nodes]float64) {
	for g := range Gauss.Point {
		v := l.Values(end * Gauss.Point[g])
		for n := range c {
			w := Gauss.Project[g][n]
			for k := range v {
				c[n][k] += w * v[k]
			}
		}
	}
	return c
}

// Gauss is the Gauss–Legendre rule with as many points as there are nodes, on [0,
// 1], exact for the product of two polynomials through the nodes; Project[g][n] is
// its weight times (2n+1) P_n.
var Gauss = func() (r struct {
	Point   [Nodes]float64
	Project [Nodes][Nodes]float64
}) {
	var weight [Nodes]float64
	quad.Legendre{}.FixedLocations(r.Point[:], weight[:], 0, 1)
	for g, x := range r.Point {
		for n, p := range LegendreValues(2*x - 1) {
			r.Project[g][n] = weight[g] * p * float64(2*n+1)
		}
	}
	return r
}()

// integration returns the integrals over [0, Lobatto[j]] of the Lagrange
// polynomials of the nodes.
func integration() (a [Nodes][Nodes]float64) {
	l := NewLagrange(&Lobatto)
	for j, x := range Lobatto {
		a[j] = l.Legendre(x)[0]
		for k := range a[j] {
			a[j][k] *= x
		}
	}
	return a
}

// differentiation returns the slopes at the nodes of their Lagrange polynomials.
func differentiation() (d [Nodes][Nodes]float64) {
	l := NewLagrange(&Lobatto)
	for j, x := range l.Point {
		for k, y := range l.Point {
			if j != k {
				d[j][k] = l.weight[k] / l.weight[j] / (x - y)
				d[j][j] -= d[j][k]
			}
		}
	}
	return d
}
