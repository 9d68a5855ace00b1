package memory

import "math"

// window holds, on a grid in log u, what a sum X = Σ_k β^{2k} S_k of independent batches
// gives: L(u) = E e^{−uX} and what goes with it.
type window struct {
	residual Residual
	beta     float64
	first    float64   // log u of the first point
	step     float64   // between points
	lag      int       // points between u and u/β²
	own      []float64 // M(u)
	all      []float64 // L(u) = Π_k M(β^{2k}u)
	decay    []float64 // −d log L/du = Σ_k β^{2k} D(β^{2k}u)
	share    []float64 // Σ_k β^k (B − 2β^{2k}u D(β^{2k}u)), of Stein's identity
	top      float64   // log u where M is about 1/2
}

// stepSize is the largest step of a grid in log u.
const stepSize = 0.2

// newWindow returns the window of 0 ≤ β < 1 over e^{−below} to e^{above} times the scale.
func newWindow(r Residual, beta, below, above float64) *window {
	w := &window{residual: r, beta: beta, step: stepSize, lag: math.MaxInt}
	if beta > 1e-30 {
		span := -2 * math.Log(beta)
		w.lag = int(math.Ceil(span / stepSize))
		w.step = span / float64(w.lag)
	}
	w.top = r.scale()
	w.first = w.top - below + 2*math.Log1p(-beta)
	n := int((w.top+above-w.first)/w.step) + 1
	block := make([]float64, 4*n)
	w.own, w.all, w.decay, w.share = block[:n], block[n:2*n], block[2*n:3*n], block[3*n:]
	batch := float64(r.Batch)
	for j := range n {
		u := w.at(j)
		own, decay, stein := r.at(u)
		w.own[j], w.all[j], w.decay[j], w.share[j] = own, own, decay, batch*stein
		switch {
		case beta == 0:
		case j >= w.lag:
			w.all[j] *= w.all[j-w.lag]
			w.decay[j] += beta * beta * w.decay[j-w.lag]
			w.share[j] += beta * w.share[j-w.lag]
		default:
			// Below the grid M is 1 up to a loss that is a power of u.
			before, decayBefore, _ := r.at(u * beta * beta)
			loss, lossBefore := -math.Log(own), -math.Log(before)
			if loss > 1e-14 && lossBefore < loss {
				w.all[j] = math.Exp(-loss / (1 - lossBefore/loss))
			}
			if t := beta * beta * decayBefore / decay; t < 1 {
				w.decay[j] /= 1 - t
			}
			w.share[j] += beta / (1 - beta) * batch
		}
	}
	return w
}

// at returns u at the j-th point.
func (w *window) at(j int) float64 { return math.Exp(w.first + float64(j)*w.step) }

// samples holds the values of a function on a coarse grid in log u.
type samples struct {
	first, step float64
	y           []float64
}

// coarse returns the leading positive values of x at steps of about stepSize.
func (w *window) coarse(x []float64) samples {
	stride := max(1, int(stepSize/w.step))
	s := samples{first: w.first, step: w.step * float64(stride)}
	for j := 0; j < len(x) && x[j] > 1e-280; j += stride {
		s.y = append(s.y, x[j])
	}
	return s
}

// interpolate returns the value at a real index by Lagrange's formula with 8 points.
func interpolate(y []float64, at float64) float64 {
	if len(y) < 8 {
		return y[min(int(at+0.5), len(y)-1)]
	}
	begin := max(0, min(int(at)-3, len(y)-8))
	w := lagrange(at - float64(begin))
	return average(y, begin, &w)
}

// place returns where the eight values begin that interpolate at a real index of a grid, and
// their weights.
func place(at float64) (begin int, w [8]float64) {
	begin = int(math.Floor(at)) - 3
	return begin, lagrange(at - float64(begin))
}

// average returns the weighted sum of the eight values of y from begin on. Before its grid a
// function has its first value, and beyond it is 0.
func average(y []float64, begin int, w *[8]float64) float64 {
	switch {
	case begin < 0:
		return y[0]
	case begin+8 > len(y):
		return 0
	}
	v := y[begin : begin+8 : begin+8]
	return w[0]*v[0] + w[1]*v[1] + w[2]*v[2] + w[3]*v[3] + w[4]*v[4] + w[5]*v[5] + w[6]*v[6] + w[7]*v[7]
}

// inverseProducts holds 1/Π_{i≠j}(j−i) for 8 points.
var inverseProducts = func() (w [8]float64) {
	for j := range w {
		w[j] = 1
		for i := range w {
			if i != j {
				w[j] /= float64(j - i)
			}
		}
	}
	return w
}()
