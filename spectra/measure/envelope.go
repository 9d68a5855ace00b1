package measure

import "math"

// envelope is a lower bound of τ ↦ log ∫ e^{−2λτ} dμ that is convex and piecewise linear. It
// is the largest of log μ[0, y] − 2yτ over some y. The mass at 0 is taken to be at least
// 1e-30 of the whole, because the transform is not kept below that.
type envelope struct {
	y, level []float64 // the lines, y descending: the order in which τ ↑ uses them
	current  int
}

// newEnvelope returns the envelope of atoms at ascending lambda. below[i] is the mass of the
// atoms before the i-th.
func newEnvelope(lambda, below []float64) envelope {
	total := below[len(lambda)]
	ground := negligible * total
	if lambda[0] == 0 {
		ground = max(ground, below[1])
	}
	y, level := []float64{0}, []float64{math.Log(ground)}
	const step = 1.25 // lines closer than this add little
	mass := 0.0
	for i, l := range lambda {
		if l == 0 || below[i+1] < step*mass && i+1 < len(lambda) {
			continue
		}
		mass = below[i+1]
		v := math.Log(mass)
		// Keep the upper concave hull of the points (y, level).
		n := len(y)
		for n > 0 && (v >= level[n-1]) && n > 1 &&
			(level[n-1]-level[n-2])*(l-y[n-1]) <= (v-level[n-1])*(y[n-1]-y[n-2]) {
			n--
		}
		if v <= level[n-1] {
			continue // never the largest
		}
		y, level = append(y[:n], l), append(level[:n], v)
	}
	for i, j := 0, len(y)-1; i < j; i, j = i+1, j-1 {
		y[i], y[j] = y[j], y[i]
		level[i], level[j] = level[j], level[i]
	}
	return envelope{y: y, level: level}
}

// rewind lets at be called with tau = 0 again.
func (e *envelope) rewind() { e.current = 0 }

// at returns the envelope and its derivative at tau. From call to call tau must not
// decrease.
func (e *envelope) at(tau float64) (value, slope float64) {
	i := e.current
	value = e.level[i] - 2*e.y[i]*tau
	for i+1 < len(e.y) {
		next := e.level[i+1] - 2*e.y[i+1]*tau
		if next < value {
			break
		}
		i++
		value = next
	}
	e.current = i
	return value, -2 * e.y[i]
}
