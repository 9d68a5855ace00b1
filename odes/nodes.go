package odes

import (
	"math"

	"gonum.org/v1/gonum/integrate/quad"
)

// The collocation nodes of a step: Gauss and Lobatto's on [0, 1].
const nodes = 10

var (
	lobatto = lobattoNodes()

	// integrate[j][k] is the integral over [0, lobatto[j]] of the Lagrange
	// polynomial of node k.
	integrate = integration()

	// differentiate[j][k] is the slope at node j of the Lagrange polynomial of node k.
	differentiate = differentiation()

	// legendre[n] gives the n-th coefficient of the Legendre series of a
	// polynomial from its values at the nodes.
	legendre = legendreTransform()
)

// lobattoNodes returns the zeros of x(1−x)P'(2x−1), P the Legendre polynomial of
// degree nodes−1.
func lobattoNodes() (x [nodes]float64) {
	const degree = nodes - 1
	x[degree] = 1
	for k := 1; k < degree; k++ {
		// Newton's method for (1−y²)P'(y), whose derivative is −n(n+1)P(y).
		y := -math.Cos(math.Pi * float64(k) / degree)
		for range 60 {
			p := legendreValues(y)
			slope := degree * (p[degree-1] - y*p[degree]) // (1−y²)P'
			y += slope / (degree * (degree + 1) * p[degree])
		}
		x[k] = (1 + y) / 2
	}
	return x
}

// legendreValues returns the values at y of the Legendre polynomials of degree 0
// to nodes−1.
func legendreValues(y float64) (p [nodes]float64) {
	p[0], p[1] = 1, y
	for n := 1; n < nodes-1; n++ {
		p[n+1] = (float64(2*n+1)*y*p[n] - float64(n)*p[n-1]) / float64(n+1)
	}
	return p
}

// legendreTransform inverts the values by Gauss–Lobatto quadrature. It is exact for all
// coefficients except the last, which it makes too large by (2n+1)/n; this is corrected.
func legendreTransform() (c [nodes][nodes]float64) {
	const degree = nodes - 1
	for k, x := range lobatto {
		p := legendreValues(2*x - 1)
		weight := 2 / (degree * (degree + 1) * p[degree] * p[degree])
		for n := range c {
			c[n][k] = weight * p[n] * (float64(n) + 0.5)
		}
		c[degree][k] *= float64(degree) / (degree + 0.5) / 2
	}
	return c
}

// series is a Legendre series on [0, 1].
type series [nodes]float64

// interpolate returns the polynomial through values at the nodes.
func interpolate(values *[nodes]float64) (c series) {
	for n := range c {
		for k, v := range values {
			c[n] += legendre[n][k] * v
		}
	}
	return c
}

// at returns the value of the series at x, by Clenshaw's recurrence.
func (c *series) at(x float64) float64 {
	y := 2*x - 1
	var here, above float64
	for n := nodes - 1; n >= 0; n-- {
		here, above = c[n]+clenshaw[n][0]*y*here-clenshaw[n][1]*above, here
	}
	return here
}

// clenshaw holds the coefficients of the recurrence, (2n+1)/(n+1) and (n+1)/(n+2).
var clenshaw = func() (a [nodes][2]float64) {
	for n := range a {
		a[n] = [2]float64{float64(2*n+1) / float64(n+1), float64(n+1) / float64(n+2)}
	}
	return a
}()

// lagrange is a set of points with the weights of its Lagrange polynomials.
type lagrange struct {
	point, weight [nodes]float64
}

func newLagrange(points *[nodes]float64) *lagrange {
	l := &lagrange{point: *points}
	for k, x := range l.point {
		product := 1.0
		for j, y := range l.point {
			if j != k {
				product *= x - y
			}
		}
		l.weight[k] = 1 / product
	}
	return l
}

// values returns the values of the Lagrange polynomials at x.
func (l *lagrange) values(x float64) (v [nodes]float64) {
	left := 1.0
	for k, p := range l.point {
		v[k] = l.weight[k] * left
		left *= x - p
	}
	right := 1.0
	for k := nodes - 1; k >= 0; k-- {
		v[k] *= right
		right *= x - l.point[k]
	}
	return v
}

// legendre returns, for each Lagrange polynomial k, the coefficients n of its
// Legendre series on [0, end].
func (l *lagrange) legendre(end float64) (c [nodes][nodes]float64) {
	for g := range gauss.point {
		v := l.values(end * gauss.point[g])
		for n := range c {
			w := gauss.project[g][n]
			for k := range v {
				c[n][k] += w * v[k]
			}
		}
	}
	return c
}

// gauss is the Gauss–Legendre rule with as many points as there are nodes, on [0,
// 1], exact for the product of two polynomials through the nodes; project[g][n] is
// its weight times (2n+1) P_n.
var gauss = func() (r struct {
	point   [nodes]float64
	project [nodes][nodes]float64
}) {
	var weight [nodes]float64
	quad.Legendre{}.FixedLocations(r.point[:], weight[:], 0, 1)
	for g, x := range r.point {
		for n, p := range legendreValues(2*x - 1) {
			r.project[g][n] = weight[g] * p * float64(2*n+1)
		}
	}
	return r
}()

// integration returns the integrals over [0, lobatto[j]] of the Lagrange
// polynomials of the nodes.
func integration() (a [nodes][nodes]float64) {
	l := newLagrange(&lobatto)
	for j, x := range lobatto {
		a[j] = l.legendre(x)[0]
		for k := range a[j] {
			a[j][k] *= x
		}
	}
	return a
}

// differentiation returns the slopes at the nodes of their Lagrange polynomials.
func differentiation() (d [nodes][nodes]float64) {
	l := newLagrange(&lobatto)
	for j, x := range l.point {
		for k, y := range l.point {
			if j != k {
				d[j][k] = l.weight[k] / l.weight[j] / (x - y)
				d[j][j] -= d[j][k]
			}
		}
	}
	return d
}
