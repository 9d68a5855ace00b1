package odes

import "math"

// The collocation nodes of a step: Gauss and Lobatto's on [0, 1].
const nodes = 6

var (
	lobatto = lobattoNodes()

	// integrate[j][k] is the integral over [0, lobatto[j]] of the Lagrange
	// polynomial of node k.
	integrate = integration(lobatto[:])

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

// legendreTransform inverts the values by Gauss–Lobatto quadrature, which is
// exact but for the last coefficient, known to come out larger by
// (2n+1)/n.
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

// at returns the value of the series at x.
func (c *series) at(x float64) float64 {
	sum := 0.0
	for n, p := range legendreValues(2*x - 1) {
		sum += c[n] * p
	}
	return sum
}

// monomials returns the coefficients of the Lagrange polynomials of the points:
// ℓ_k(x) = Σ_p c[p][k] x^p.
func monomials(points []float64) (c [nodes][nodes]float64) {
	for k, xk := range points {
		poly := [nodes]float64{1}
		degree := 0
		for j, xj := range points {
			if j == k {
				continue
			}
			scale := 1 / (xk - xj)
			degree++
			for p := degree; p > 0; p-- {
				poly[p] = (poly[p-1] - xj*poly[p]) * scale
			}
			poly[0] *= -xj * scale
		}
		for p := range c {
			c[p][k] = poly[p]
		}
	}
	return c
}

// integration returns the integrals over [0, points[j]] of the Lagrange
// polynomials of the points.
func integration(points []float64) (a [nodes][nodes]float64) {
	c := monomials(points)
	for j, x := range points {
		for k := range points {
			for p := nodes - 1; p >= 0; p-- {
				a[j][k] = a[j][k]*x + c[p][k]/float64(p+1)
			}
			a[j][k] *= x
		}
	}
	return a
}
