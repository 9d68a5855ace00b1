package fluctuation

import (
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// nodes is the number of collocation nodes.
const nodes = collocation.Nodes

// step is one step of the solution of an Equation. That is linear in Γ, whose row sums
// v = Γ1 are the only coupling between its entries. The step is one of exponential
// collocation, like those of the curve: given v at the collocation nodes, every Γ_pq is
// known in closed form, however fast it decays. v is found by iteration.
type step struct {
	*Equation
	at func(t float64, c *Coefficients) error

	start, size float64
	end         float64 // the coefficients from here on belong to a later piece

	coef  [nodes]Coefficients
	clock [nodes]float64 // ∫a since the start of the step
	basis [nodes][nodes][nodes]float64
	drive [][nodes][nodes]float64 // [n][j] series of 2b_n/a over the clock to node j, times the clock

	pairs []pair
	modes [][nodes]float64 // r
	beta  [][nodes]float64 // β/a
	sums  [][nodes]float64 // v
	base  [][nodes]float64 // the part of v that does not depend on v
	next  [][nodes]float64
	fall  [][nodes]float64 // e^{−zA}

	shift *shift
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

// newStep returns a step at the start of the equation.
func newStep(eq *Equation, at func(t float64, c *Coefficients) error) *step {
	k, terms := len(eq.Nodes), len(eq.Weight)
	s := &step{
		Equation: eq, at: at, drive: make([][nodes][nodes]float64, terms),
		modes: make([][nodes]float64, k), beta: make([][nodes]float64, k), sums: make([][nodes]float64, k),
		base: make([][nodes]float64, k), next: make([][nodes]float64, k), fall: make([][nodes]float64, k), shift: newShift(k),
	}
	for i := range s.coef {
		s.coef[i] = NewCoefficients(terms)
	}
	for p := range k {
		s.modes[p][0] = eq.Risk[p]
		s.sums[p][0] = floats.Sum(eq.Gamma[p*k:][:k])
		for q := p; q < k; q++ {
			e := pair{p: p, q: q, gamma: eq.Gamma[p*k+q], grown: make([]float64, terms), driven: make([][nodes]float64, terms)}
			for n := range terms {
				e.first = append(e.first, eq.First[n][p*k+q])
				for o := range terms {
					e.forms = append(e.forms, eq.Second[n][o][p*k+q])
				}
			}
			s.pairs = append(s.pairs, e)
		}
	}
	return s
}

// variance returns Var R at a node of the step.
func (s *step) variance(j int) float64 {
	sum := 0.0
	for p := range s.sums {
		sum += s.sums[p][j]
	}
	return sum
}

// firstStep returns a size of the first step up to stop in which no mode decays by much.
func (s *step) firstStep(stop float64) (float64, error) {
	fastest := 0.0
	if len(s.Nodes) > 0 {
		fastest = floats.Max(s.Nodes)
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
func (s *step) prepare() error {
	for k, x := range collocation.Lobatto {
		if err := s.at(min(s.start+x*s.size, s.end), &s.coef[k]); err != nil {
			return err
		}
	}
	for j := 1; j < nodes; j++ {
		sum := 0.0
		for k := range s.coef {
			sum += collocation.Integrate[j][k] * s.coef[k].Decay
		}
		s.clock[j] = sum * s.size
	}
	return nil
}

// try makes a step and returns by what factor the next one should differ in size, with the
// series of Var R over it. Without a series the step was not accepted.
func (s *step) try() (factor float64, values *collocation.Series, err error) {
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
		clock := collocation.OverClock(&s.clock)
		for j := 1; j < nodes; j++ {
			s.basis[j] = clock.Legendre(clock.Point[j])
			for p := range nodes {
				for k := range nodes {
					s.basis[j][p][k] *= s.clock[j]
				}
			}
			for n := range s.drive {
				for p := range nodes {
					sum := 0.0
					for k := range nodes {
						sum += s.basis[j][p][k] * 2 * s.coef[k].Ratio[n]
					}
					s.drive[n][j][p] = sum
				}
			}
		}
	}
	for p, z := range s.Nodes {
		for j := range nodes {
			s.fall[p][j] = collocation.ExpNegative(z * s.clock[j])
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
	found := collocation.Interpolate(&v)
	tail := max(math.Abs(found[nodes-1]), math.Abs(found[nodes-2])/8)
	if tail == 0 {
		return growth, &found, nil
	}
	ratio := tail / (s.Tolerance * top)
	factor = min(max(0.9*math.Pow(ratio, -1./nodes), 0.2), growth)
	if ratio > 1 {
		return factor, nil, nil
	}
	return factor, &found, nil
}

// growth is the largest factor between the sizes of steps. It is small enough for what is
// left of the start of every mode to be resolved, whenever that decays.
const growth = 1.6
