package fluctuation

import (
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/odes/internal/collocation"
)

// shift is the correction δ of the mean risks of the modes, of order 1/d, at the nodes:
//
//	dδ/dt = −2azδ + β Σδ − 2z(a'v + ½ a'' r Var R) + ½ Σ_n b_n'' c^{(n)} Var R
//	        + aLz²r − a Level λ − 2az Curl (E r² or r) − ½ Step d²r/dt².
//
// The terms with v = Γ1 are what fluctuations do to the mean of what is not linear in R. L,
// Level and Curl are what the limit neglects of the moments of a step. The last term is the
// difference between steps of length 1/d and an equation in t. With δ + ½ Step dr/dt in place
// of δ it is −½ Step (−2az dr/dt + β Σ dr/dt).
//
// With momentum a point that is at the distance w from the iterate makes the steps. The mean
// risks at the iterate are those at the point and C + D,
// C_i = λE[yw] = 2 Lag (azr − Σ b_n c^{(n)}) and
// D_i = ½λE w² = Smooth Σ b_n c^{(n)}, once the momentum has filled. As the gradient is
// taken at the iterate, and w follows the rate, δ without D is driven by
// β ΣD + azC + 2 Lag a (z dr/dt − Σ c^{(n)} d(b_n/a)/dt), and starts from C.
type shift struct {
	start  []float64        // δ at the start of the step
	end    []float64        // and at its end
	kernel [][nodes]float64 // of a mode, as that of a pair
	force  [][nodes]float64 // over a, without β Σδ
	motion [][nodes]float64 // dr/dt
	cross  [][nodes]float64 // C
	apart  [][nodes]float64 // D
	free   [][nodes]float64 // δ + ½ Step dr/dt without β Σδ
	own    []int            // the place of the pair (p, p)
	left   []float64        // e^{−2zA} at the start of the step
}

// fourth returns the mean of r² of a mode at a node, or r where that is not asked.
func (s *step) fourth(p, j int) float64 {
	q := s.Fourth
	if q == nil {
		return s.modes[p][j]
	}
	// y is normal about what is left of its start, so that E y⁴ = m⁴ + 6m²s² + 3s⁴.
	e := &s.pairs[s.shift.own[p]]
	fall := s.fall[p][j] * s.fall[p][j]
	left := fall * s.shift.left[p]
	sum := left * left * q.Square[p]
	for n := range e.grown {
		g := (e.grown[n]*fall + e.driven[n][j]) / 2
		sum += 6 * left * q.First[n][p] * g
		for o := range e.grown {
			sum += 3 * q.Second[n][o][p] * g * (e.grown[o]*fall + e.driven[o][j]) / 2
		}
	}
	return sum
}

func newShift(k int) *shift {
	m := &shift{
		start: make([]float64, k), end: make([]float64, k), kernel: make([][nodes]float64, k*nodes),
		force: make([][nodes]float64, k), motion: make([][nodes]float64, k), cross: make([][nodes]float64, k), apart: make([][nodes]float64, k), free: make([][nodes]float64, k), own: make([]int, k), left: make([]float64, k),
	}
	for p := range k {
		m.left[p] = 1
		m.own[p] = p*k - p*(p-1)/2
	}
	return m
}

// mean finds δ over the step, whose Γ is known, and returns Σδ at the nodes. It reports
// whether it could.
func (s *step) mean() (total [nodes]float64, ok bool) {
	m, half := s.shift, s.Step/2
	var variance, speed [nodes]float64
	for j := range variance {
		variance[j] = s.variance(j)
	}
	for p, z := range s.Nodes {
		for j := range nodes {
			c := &s.coef[j]
			move := -2 * c.Decay * z * s.modes[p][j]
			for n, b := range c.Input {
				move += b * s.Weight[n][p]
			}
			m.motion[p][j] = move
			speed[j] += move
		}
	}
	var apart [nodes]float64 // ΣD
	for p, z := range s.Nodes {
		for j := range nodes {
			pull := s.coef[j].Decay * z * s.modes[p][j]
			push := m.motion[p][j] + 2*pull // Σ b_n c^{(n)}
			m.cross[p][j] = 2 * s.Lag * (pull - push)
			m.apart[p][j] = s.Smooth * push
			apart[j] += m.apart[p][j]
		}
	}
	m.set(s)
	matrix, right := mat.NewDense(nodes, nodes, nil), mat.NewVecDense(nodes, nil)
	for p, z := range s.Nodes {
		for j := range nodes {
			c := &s.coef[j]
			f := -2*z*(c.Slope*s.sums[p][j]+c.Bend*s.modes[p][j]*variance[j]/2) + c.Along*z*z*s.modes[p][j] -
				half*(-2*z*m.motion[p][j]+s.beta[p][j]*speed[j])
			for n, b := range c.InputBend {
				f += b * s.Weight[n][p] * variance[j] / 2
			}
			f += s.beta[p][j]*apart[j] + z*m.cross[p][j] + 2*s.Lag*(z*m.motion[p][j]-s.quicken(p, j))
			f -= 2 * z * c.Curl * s.fourth(p, j)
			if c.Level != 0 {
				f -= c.Level * s.Rates[p]
			}
			m.force[p][j] = f
		}
		var decay [nodes]float64
		for j, fall := range &s.fall[p] {
			decay[j] = fall * fall
		}
		s.kernel(m.kernel[p*nodes:][:nodes], 2*z, &decay)
		for j := range nodes {
			m.free[p][j] = decay[j] * (m.start[p] - m.apart[p][0] + half*m.motion[p][0])
			for k, w := range &m.kernel[p*nodes+j] {
				m.free[p][j] += w * m.force[p][k]
				matrix.Set(j, k, matrix.At(j, k)-w*s.beta[p][k])
			}
			right.SetVec(j, right.AtVec(j)+m.free[p][j])
		}
	}
	for j := range nodes {
		matrix.Set(j, j, 1+matrix.At(j, j))
	}
	var sums mat.VecDense
	if err := sums.SolveVec(matrix, right); err != nil {
		if _, poor := err.(mat.Condition); !poor {
			return total, false
		}
	}
	const last = nodes - 1
	for p := range s.Nodes {
		end := m.free[p][last] - half*m.motion[p][last] + m.apart[p][last]
		for k, w := range &m.kernel[p*nodes+last] {
			end += w * s.beta[p][k] * sums.AtVec(k)
		}
		m.end[p] = end
	}
	for j := range total {
		total[j] = sums.AtVec(j) - half*speed[j] + apart[j]
	}
	return total, true
}

// set makes δ at the first start what it is with the momentum filled and the point there.
func (m *shift) set(s *step) {
	if s.start > 0 {
		return
	}
	for p := range m.start {
		m.start[p] = m.cross[p][0] + m.apart[p][0]
	}
}

// quicken returns Σ c^{(n)} d(b_n/a)/dt of a mode at a node.
func (s *step) quicken(p, j int) float64 {
	if s.Lag == 0 {
		return 0
	}
	sum := 0.0
	for n, w := range s.Weight {
		for k, d := range &collocation.Differentiate[j] {
			sum += d * s.coef[k].Ratio[n] / s.size * w[p]
		}
	}
	return sum
}
