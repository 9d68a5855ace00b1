package signsgd

import (
	"fmt"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/internal/sign"
)

// MajorityVote is signSGD with M workers (Bernstein et al., ICML 2018). Each worker sends
// the sign of its gradient, and the server applies the sign of the sum,
//
//	θ ← θ − η' sign(Σ_m sign(g_m)),  sign(0) = 0.
//
// It is a MultiGradient with M gradients, so that a run on a Problem with batch size B uses
// B·M samples a step. If M is even there can be ties, which move nothing.
type MajorityVote struct {
	Workers int // M ≥ 1
}

// Validate returns an error unless Workers ≥ 1 and their gradients have fewer than 2³¹
// entries together.
func (o MajorityVote) Validate(dim int) error {
	if dim < 1 {
		return fmt.Errorf("signsgd: MajorityVote in dimension %d: must be at least 1", dim)
	}
	if most := math.MaxInt32 / dim; o.Workers < 1 || o.Workers > most {
		return fmt.Errorf("signsgd: MajorityVote.Workers is %d: must be at least 1, and at most %d in dimension %d", o.Workers, most, dim)
	}
	return nil
}

// Gradients returns Workers.
func (o MajorityVote) Gradients() int { return o.Workers }

// Start returns the state, which is scratch space.
func (o MajorityVote) Start(dim int) State { return voteState(make([]float64, dim)) }

var _ MultiGradient = MajorityVote{}

// voteState holds the sum of the votes.
type voteState []float64

// Step takes the gradients of the workers, one after the other.
func (s voteState) Step(theta, grad []float64, rate float64) {
	clear(s)
	for ; len(grad) > 0; grad = grad[len(s):] {
		sign.Step(s, grad[:len(s)], -1)
	}
	sign.Step(theta, s, rate)
}
