package homogenized

import "fmt"

// LongMomentum is momentum whose memory is a share of the run. With the step u of an
// optimizer (the gradient, or its sign), it moves
//
//	y ← (1 − δ/d) y + (γ1/d) u,
//	θ ← θ − (γ2/d) u − (γ3/d) y,
//
// in each step. γ2 = 0 is the heavy ball. Nesterov's method and DANA have all three, with
// δ and γ constant or functions of t. The learning rate has no part in it unless the
// parameters use it, as TimesRate does.
type LongMomentum struct {
	Delta, Gamma1, Gamma2, Gamma3 Parameter // nil is 0
}

// MomentumOf returns the limit of the momentum on the steps of l, which must be a limit
// of one vector: SGD for momentum of gradients, SignSGD for momentum of signs. The second
// vector is y, named "momentum"; in the Preconditioned basis it is the one that moves
// D⁻¹K or the sign. The sign of a momentum of gradients (Signum with 1 − β of order 1/d)
// has no closed limit.
func MomentumOf(l Limit, m LongMomentum) (Limit, error) {
	if l.Coupling != nil {
		return Limit{}, fmt.Errorf("homogenized: MomentumOf: the limit of %s is coupled: take the momentum of a limit of one vector first, and averages or weight decay of that", l.Name)
	}
	return l.extend(fmt.Sprintf("%s, long momentum δ = %v, γ1 = %v, γ2 = %v, γ3 = %v", l.Name, m.Delta, m.Gamma1, m.Gamma2, m.Gamma3), Vector{"momentum", Zero},
		func(f *Flow, at *State, y int) {
			gamma1, gamma2 := m.Gamma1.at(at), m.Gamma2.at(at)
			f.F[0][y] = m.Gamma3.at(at)
			f.F[y][y] = m.Delta.at(at)
			f.H[0][0], f.H[y][0] = gamma2*at.Drift, -gamma1*at.Drift
			f.S[0], f.S[y] = -gamma2, gamma1
		})
}
