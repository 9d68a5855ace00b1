package odes

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// spreading solves the equation of Γ at the nodes of a skeleton, along a path that is
// known. It is linear in Γ, whose row sums v = Γ1 are the only coupling between its
// entries. A step is one of exponential collocation, like that of the path: given v at the
// collocation nodes of the step, every Γ_pq is known in closed form, however fast it
// decays. v is found by iteration.
type spreading struct {
	*spread
	path *path
	dim  float64

	size  float64
	start float64 // of the step
	end   float64 // the schedule's values from here on belong to a later piece

	coef  [nodes]coefficients
	eta   [nodes]float64
	extra [nodes][3]float64 // coefficients of uuᵀ, ucᵀ+cuᵀ and ccᵀ over a
	slope [nodes]float64    // a'/a
	clock [nodes]float64    // ∫a since the start of the step
	basis [nodes][nodes][nodes]float64
	drive [][nodes][nodes]float64 // [n][j] series of 2b_n/a over the clock to node j, times the clock

	pairs []pair
	modes [][nodes]float64 // r
	beta  [][nodes]float64 // β/a
	sums  [][nodes]float64 // v
	base  [][nodes]float64 // the part of v that does not depend on v
	next  [][nodes]float64
	fall  [][nodes]float64 // e^{−zA}
}

// pair is an entry (p, q), p ≤ q, of the matrices at the nodes.
type pair struct {
	p, q  int
	gamma float64   // Γ_pq at the start of the step
	first []float64 // λ_pλ_q P_pq M^{(n)}_pq there, of what is left of the start
	grown []float64 // G^{(n)} there, where P = what is left of the start + Σ_n M^{(n)} G^{(n)}
	forms []float64 // [n·terms+m] λ_pλ_q M^{(n)}_pq M^{(m)}_pq

	driven  [][nodes]float64      // ∫ e^{−(z_p+z_q)(A(t)−A(s))} 2b_n(s) ds at the nodes
	kernel  [nodes][nodes]float64 // [j][k] the response at node j to the noise over a at node k
	ownPart float64               // at the end of the step, the part of Γ_pq that does not depend on v
}

func newSpreading(m *spread, path *path) *spreading {
	k, terms := len(m.nodes), len(m.weight)
	s := &spreading{
		spread: m, path: path, dim: float64(m.sys.Modes.Dim), drive: make([][nodes][nodes]float64, terms),
		modes: make([][nodes]float64, k), beta: make([][nodes]float64, k), sums: make([][nodes]float64, k),
		base: make([][nodes]float64, k), next: make([][nodes]float64, k), fall: make([][nodes]float64, k),
	}
	for i := range s.coef {
		s.coef[i] = newCoefficients(terms)
	}
	for p := range k {
		s.modes[p][0] = m.risk[p]
		s.sums[p][0] = floats.Sum(m.gamma[p*k:][:k])
		for q := p; q < k; q++ {
			e := pair{p: p, q: q, gamma: m.gamma[p*k+q], grown: make([]float64, terms), driven: make([][nodes]float64, terms)}
			for n := range terms {
				e.first = append(e.first, m.first[n][p*k+q])
				for o := range terms {
					e.forms = append(e.forms, m.second[n][o][p*k+q])
				}
			}
			s.pairs = append(s.pairs, e)
		}
	}
	return s
}

// walk returns Var R at the times.
func (s *spreading) walk(ctx context.Context, times []float64) ([]float64, error) {
	out := make([]float64, len(times))
	next := 0
	for next < len(times) && times[next] == 0 {
		out[next] = s.variance(0)
		next++
	}
	horizon := times[len(times)-1]
	if horizon == 0 {
		return out, nil
	}
	for _, stop := range stops(s.sys.Rate, horizon) {
		s.end = math.Nextafter(stop, 0)
		size, err := s.firstStep(stop)
		if err != nil {
			return nil, err
		}
		if s.start == 0 && next < len(times) { // Var R may grow from 0 by a high power of t
			size = min(size, times[next])
		}
		for s.start < stop {
			if err := ctx.Err(); err != nil {
				return nil, err
			}
			to := s.start + size
			if size > 0.99*(stop-s.start) {
				size, to = stop-s.start, stop
			}
			if to == s.start {
				return nil, fmt.Errorf("odes: Variance: the step size vanishes at t = %v: the tolerance %v cannot be met", s.start, s.sys.tolerance())
			}
			s.size = size
			factor, values, err := s.try()
			if err != nil {
				return nil, err
			}
			if factor < 1 && values == nil {
				size *= factor
				continue
			}
			for next < len(times) && times[next] <= to {
				out[next] = max(values.at((times[next]-s.start)/s.size), 0)
				next++
			}
			s.commit()
			s.start = to
			size *= factor
		}
	}
	return out, nil
}

// variance returns Var R at a node of the step.
func (s *spreading) variance(j int) float64 {
	sum := 0.0
	for p := range s.sums {
		sum += s.sums[p][j]
	}
	return sum
}

// firstStep returns a size of the first step up to stop in which no mode decays by much.
func (s *spreading) firstStep(stop float64) (float64, error) {
	fastest := 0.0
	if len(s.nodes) > 0 {
		fastest = floats.Max(s.nodes)
	}
	for s.size = stop - s.start; ; s.size /= 4 {
		if err := s.prepare(); err != nil {
			return 0, err
		}
		if total := s.clock[nodes-1]; fastest*total < 0.5 || s.size < 1e-30*stop {
			return s.size, nil
		}
	}
}

// prepare evaluates the coefficients at the nodes of the step and the clock.
func (s *spreading) prepare() error {
	for k, x := range lobatto {
		t := min(s.start+x*s.size, s.end)
		at := s.path.at(t)
		c := &s.coef[k]
		if err := s.sys.evaluate(c, t, &at); err != nil {
			return err
		}
		eta, err := schedule.At(s.sys.Rate, t, &at)
		if err != nil {
			return err
		}
		x, y, w, err := s.spread.extra(at.risk)
		if err != nil {
			return err
		}
		s.eta[k], s.extra[k] = eta, [3]float64{}
		if c.decay > 0 {
			s.slope[k] = c.decaySlope / c.decay
			square := eta * eta / c.decay
			s.extra[k] = [3]float64{4 * square * x / s.dim, -2 * square * eta * y / (s.dim * s.dim), square * eta * eta * w / (4 * s.dim * s.dim * s.dim)}
		} else { // a'/a has a limit where η = 0
			h, hSlope := s.sys.Limit.Drift(at.risk)
			s.slope[k] = hSlope / h
		}
	}
	for j := 1; j < nodes; j++ {
		sum := 0.0
		for k := range s.coef {
			sum += integrate[j][k] * s.coef[k].decay
		}
		s.clock[j] = sum * s.size
	}
	return nil
}

// try makes a step and returns by what factor the next one should differ in size, with the
// series of Var R over it. Without a series the step was not accepted.
func (s *spreading) try() (factor float64, values *series, err error) {
	if err := s.prepare(); err != nil {
		return 0, nil, err
	}
	total := s.clock[nodes-1]
	for j := 1; j < nodes; j++ {
		if !(s.clock[j] >= s.clock[j-1]) {
			return 0.25, nil, nil
		}
	}
	if total > 0 {
		var sigma [nodes]float64
		for k := range sigma {
			sigma[k] = s.clock[k] / total
		}
		clock := newLagrange(&sigma)
		for j := 1; j < nodes; j++ {
			s.basis[j] = clock.legendre(sigma[j])
			for p := range nodes {
				for k := range nodes {
					s.basis[j][p][k] *= s.clock[j]
				}
			}
			for n := range s.drive {
				for p := range nodes {
					sum := 0.0
					for k := range nodes {
						sum += s.basis[j][p][k] * 2 * s.coef[k].ratio[n]
					}
					s.drive[n][j][p] = sum
				}
			}
		}
	}
	for p, z := range s.nodes {
		for j := range nodes {
			s.fall[p][j] = expNegative(z * s.clock[j])
		}
	}
	s.respond()
	if !s.iterate() {
		return 0.25, nil, nil
	}
	var v [nodes]float64
	top := 0.0
	for j := range v {
		v[j] = s.variance(j)
		top = max(top, math.Abs(v[j]))
	}
	found := interpolate(&v)
	tail := max(math.Abs(found[nodes-1]), math.Abs(found[nodes-2])/8)
	if tail == 0 {
		return growth, &found, nil
	}
	ratio := tail / (s.sys.tolerance() * top)
	factor = min(max(0.9*math.Pow(ratio, -1./nodes), 0.2), growth)
	if ratio > 1 {
		return factor, nil, nil
	}
	return factor, &found, nil
}

// growth is the largest factor between the sizes of steps. It is small enough for what is
// left of the start of every mode to be resolved, whenever that decays.
const growth = 1.6

// respond fills in everything that does not depend on v.
func (s *spreading) respond() {
	const last = nodes - 1
	terms := len(s.weight)
	total := s.clock[last]
	var decay [nodes]float64
	var m [nodes]float64
	for i := range s.pairs {
		e := &s.pairs[i]
		rate := s.nodes[e.p] + s.nodes[e.q]
		for j := range decay {
			decay[j] = s.fall[e.p][j] * s.fall[e.q][j]
		}
		if rate*total >= slow {
			for j := 1; j < nodes; j++ {
				decayMoments(&m, rate*s.clock[j], decay[j])
				for n := range terms {
					sum := 0.0
					for p, v := range m {
						sum += v * s.drive[n][j][p]
					}
					e.driven[n][j] = sum
				}
			}
		} else {
			for n := range terms {
				for j := 1; j < nodes; j++ {
					sum := 0.0
					for k := range nodes {
						sum += integrate[j][k] / decay[k] * 2 * s.coef[k].input[n]
					}
					e.driven[n][j] = sum * decay[j] * s.size
				}
			}
		}
		if e.p == e.q { // r decays at the rate of this pair
			for j := 1; j < nodes; j++ {
				r := s.modes[e.p][0] * decay[j]
				for n := range terms {
					r += s.weight[n][e.p] * e.driven[n][j] / 2
				}
				s.modes[e.p][j] = r
			}
		}
	}
	for p, z := range s.nodes {
		for k := range nodes {
			c := &s.coef[k]
			b := -2 * s.slope[k] * z * s.modes[p][k]
			if c.decay > 0 {
				for n := range terms {
					b += c.inputSlope[n] / c.decay * s.weight[n][p]
				}
			}
			s.beta[p][k] = b
		}
	}
	clear(s.base)
	for i := range s.pairs {
		s.source(&s.pairs[i])
	}
}

// source stores the kernel of a pair and adds what its noise and its start give to the
// base.
func (s *spreading) source(e *pair) {
	const last = nodes - 1
	terms := len(s.weight)
	rate := 2 * (s.nodes[e.p] + s.nodes[e.q])
	var fall, decay, noise [nodes]float64
	for j := range decay {
		fall[j] = s.fall[e.p][j] * s.fall[e.q][j]
		decay[j] = fall[j] * fall[j]
	}
	s.kernel(e, rate, &decay)
	var cp, cq float64
	if s.own >= 0 {
		cp, cq = s.weight[s.own][e.p], s.weight[s.own][e.q]
	}
	zp, zq := s.nodes[e.p], s.nodes[e.q]
	for k := range nodes {
		sum := 0.0
		for n := range terms {
			part := 0.0
			for o := range terms {
				part += e.forms[n*terms+o] * (e.grown[o]*fall[k] + e.driven[o][k])
			}
			sum += 2 * s.coef[k].ratio[n] * part
		}
		x := &s.extra[k]
		up, uq := zp*s.modes[e.p][k], zq*s.modes[e.q][k]
		noise[k] = sum + x[0]*up*uq + x[1]*(up*cq+uq*cp) + x[2]*cp*cq
	}
	for j := 1; j < nodes; j++ {
		v := e.gamma * decay[j]
		for n := range terms {
			v += fall[j] * e.first[n] * e.driven[n][j]
		}
		for k, w := range &e.kernel[j] {
			v += w * noise[k]
		}
		s.base[e.p][j] += v
		if e.p != e.q {
			s.base[e.q][j] += v
		}
		if j == last {
			e.ownPart = v
		}
	}
}

// kernel stores the response at node j to f/a at node k of what decays at the rate.
func (s *spreading) kernel(e *pair, rate float64, decay *[nodes]float64) {
	if rate*s.clock[nodes-1] < slow {
		for j := 1; j < nodes; j++ {
			for k := range nodes {
				e.kernel[j][k] = integrate[j][k] * s.size * decay[j] / decay[k] * s.coef[k].decay
			}
		}
		return
	}
	var m [nodes]float64
	for j := 1; j < nodes; j++ {
		decayMoments(&m, rate*s.clock[j], decay[j])
		row := &e.kernel[j]
		*row = [nodes]float64{}
		for p, v := range &m {
			b := &s.basis[j][p]
			for k := range row {
				row[k] += v * b[k]
			}
		}
	}
}

// iterate finds v at the nodes. It reports whether it could.
func (s *spreading) iterate() bool {
	const sweeps = 40
	for p := range s.sums {
		for j := 1; j < nodes; j++ {
			s.sums[p][j] = s.base[p][j] + s.sums[p][0] - s.base[p][0]
		}
	}
	var f [nodes]float64
	previous := math.Inf(1)
	for range sweeps {
		copy(s.next, s.base)
		for i := range s.pairs {
			e := &s.pairs[i]
			s.couple(e, &f)
			into, across := &s.next[e.p], &s.next[e.q]
			for j := 1; j < nodes; j++ {
				sum := 0.0
				for k, w := range &e.kernel[j] {
					sum += w * f[k]
				}
				into[j] += sum
				if e.p != e.q {
					across[j] += sum
				}
			}
		}
		var old, now [nodes]float64
		for p := range s.sums {
			for j := 1; j < nodes; j++ {
				old[j] += s.sums[p][j]
				now[j] += s.next[p][j]
				s.sums[p][j] = s.next[p][j]
			}
		}
		change, top := 0.0, 0.0
		for j := 1; j < nodes; j++ {
			change = max(change, math.Abs(now[j]-old[j]))
			top = max(top, math.Abs(now[j]))
		}
		if math.IsNaN(change) || math.IsInf(change, 0) {
			return false
		}
		if change <= 1e-14*top || previous < 1e-3*top && change*change <= 1e-14*top*previous {
			return true
		}
		previous = change
	}
	return false
}

// couple stores (βvᵀ + vβᵀ)/a of a pair in f.
func (s *spreading) couple(e *pair, f *[nodes]float64) {
	bp, bq, vp, vq := &s.beta[e.p], &s.beta[e.q], &s.sums[e.p], &s.sums[e.q]
	for k := range f {
		f[k] = bp[k]*vq[k] + vp[k]*bq[k]
	}
}

// commit moves to the end of the step.
func (s *spreading) commit() {
	const last = nodes - 1
	var f [nodes]float64
	for i := range s.pairs {
		e := &s.pairs[i]
		s.couple(e, &f)
		e.gamma = e.ownPart
		for k, w := range &e.kernel[last] {
			e.gamma += w * f[k]
		}
		fall := s.fall[e.p][last] * s.fall[e.q][last]
		for n := range e.grown {
			e.first[n] *= fall
			e.grown[n] = e.grown[n]*fall + e.driven[n][last]
		}
	}
	clear(s.next)
	for i := range s.pairs {
		e := &s.pairs[i]
		s.next[e.p][0] += e.gamma
		if e.p != e.q {
			s.next[e.q][0] += e.gamma
		}
	}
	for p := range s.sums {
		s.sums[p][0] = s.next[p][0]
		s.modes[p][0] = s.modes[p][last]
	}
}
