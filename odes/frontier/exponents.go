package frontier

import "math"

// Exponents are local exponents of a Frontier, loss ~ f^{−Loss}, size ~ f^{Size} and best
// rate ~ f^{Rate}, for the compute from From to To.
type Exponents struct {
	From, To         float64
	Loss, Size, Rate float64
}

// crossing is where the best model changes to a larger one.
type crossing struct {
	compute, loss, size, rate float64 // logarithms
}

// Exponents returns the local exponents between consecutive crossings, which are the
// computes at which the best model first changes to a larger one. Between two crossings the
// frontier follows the curve of one model, whose slope at a point says nothing of the
// frontier. The slopes from crossing to crossing do, and they are exact where the curves
// of all sizes are one curve in other units. At a crossing, the size and the rate are the
// geometric means of those of the two models. Crossings are interpolated in logarithms
// between the values of Compute. Those at which the best rate of either model was the first
// or the last of its list are left out, and so is all that they bound.
func (f *Frontier) Exponents() []Exponents {
	var out []Exponents
	var last *crossing
	largest := -1
	for i, m := range f.Best {
		if m <= largest {
			continue
		}
		before := largest
		largest = m
		if before < 0 {
			continue
		}
		c := f.crossing(before, m, i)
		if c != nil && last != nil {
			span := c.compute - last.compute
			out = append(out, Exponents{
				From: math.Exp(last.compute), To: math.Exp(c.compute),
				Loss: (last.loss - c.loss) / span, Size: (c.size - last.size) / span, Rate: (c.rate - last.rate) / span,
			})
		}
		last = c
	}
	return out
}

// crossing returns where the model b overtakes a between Compute[i−1] and Compute[i], or
// nil where it is not known.
func (f *Frontier) crossing(a, b, i int) *crossing {
	for _, m := range []int{a, b} {
		if f.RateEnds[m][i-1] || f.RateEnds[m][i] || math.IsInf(f.Losses[m][i-1], 1) || math.IsInf(f.Losses[m][i], 1) {
			return nil
		}
	}
	log := func(x [][]float64, m, i int) float64 { return math.Log(x[m][i]) }
	lead := log(f.Losses, b, i-1) - log(f.Losses, a, i-1) // of a, before
	now := log(f.Losses, b, i) - log(f.Losses, a, i)
	share := 1.0
	if lead != now {
		share = min(max(lead/(lead-now), 0), 1)
	}
	mean := func(x [][]float64) float64 {
		low := (log(x, a, i-1) + log(x, b, i-1)) / 2
		high := (log(x, a, i) + log(x, b, i)) / 2
		return low + share*(high-low)
	}
	from, to := math.Log(f.Compute[i-1]), math.Log(f.Compute[i])
	return &crossing{
		compute: from + share*(to-from), loss: mean(f.Losses), rate: mean(f.Rates),
		size: (math.Log(float64(f.Dims[a])) + math.Log(float64(f.Dims[b]))) / 2,
	}
}

// Loss returns the least loss at every compute: the lower envelope. It is +Inf where no
// model has a finite loss.
func (f *Frontier) Loss() []float64 {
	loss := make([]float64, len(f.Best))
	for i, m := range f.Best {
		if loss[i] = math.Inf(1); m >= 0 {
			loss[i] = f.Losses[m][i]
		}
	}
	return loss
}

// Inner returns the range [from, to) of Compute, as indices, in which the frontier does
// not depend on which sizes and rates were given: from the first to the last crossing of
// Exponents. Before it a smaller model than the smallest might be better, and after it a
// larger one than the largest. The range is empty if there are no two crossings.
func (f *Frontier) Inner() (from, to int) {
	e := f.Exponents()
	if len(e) == 0 {
		return 0, 0
	}
	for from < len(f.Compute) && f.Compute[from] < e[0].From {
		from++
	}
	for to < len(f.Compute) && f.Compute[to] <= e[len(e)-1].To {
		to++
	}
	return from, to
}
