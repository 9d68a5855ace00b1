package signsgd

import (
	"fmt"
	"sync"

	"github.com/riskcurves/riskcurves/spectra"
)

// Observer is a function of the iterate to be recorded beside the risk.
type Observer struct {
	Name string
	Of   func(theta []float64) float64 // called from many goroutines at once; must not keep or change theta
}

// NewQuadratic returns the observer of q(θ) = ½ (θ − target)ᵀ G (θ − target), as in
// Theorem 5: G = I, for one, gives half the squared distance from the target. A nil target
// is the origin. It retains target, which must have the dimension of G.
func NewQuadratic(name string, g spectra.Covariance, target []float64) (Observer, error) {
	if g == nil {
		return Observer{}, fmt.Errorf("signsgd: NewQuadratic: g is nil")
	}
	d := g.Dim()
	if target != nil && len(target) != d {
		return Observer{}, fmt.Errorf("signsgd: NewQuadratic: target has length %d: must be %d, the dimension of g", len(target), d)
	}
	p := Problem{Covariance: g, Target: target}
	scratch := sync.Pool{New: func() any {
		work := make([]float64, 2*d)
		return &work
	}}
	return Observer{name, func(theta []float64) float64 {
		work := scratch.Get().(*[]float64)
		defer scratch.Put(work)
		return spectra.Quadratic(g, p.Displacement((*work)[:d], theta), (*work)[d:]) / 2
	}}, nil
}
