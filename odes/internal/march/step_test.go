package march

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestOrder measures the order of convergence by steps of equal size, at the end of
// each of which the risk is that of a collocation method with superconvergence:
// above the number of nodes.
func TestOrder(t *testing.T) {
	t.Parallel()
	k, err := spectra.NewDiagonal([]float64{0.1, 1, 4})
	if err != nil {
		t.Fatal(err)
	}
	l, err := homogenized.SignSGD(signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.01}, Init: []float64{1, 1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	modes, err := k.Modes(l.Basis, []float64{1, 1, 1}, l.Shapes()...)
	if err != nil {
		t.Fatal(err)
	}
	eq := &Equation{Limit: l, Modes: modes, Rate: schedule.Constant(0.5), Tolerance: 1e-10}
	fixed := func(n int) float64 {
		st := newStep(eq)
		now := eq.Start()
		st.end = math.Inf(1)
		var stats Stats
		const horizon = 4
		for k := range n {
			st.start, st.size = horizon*float64(k)/float64(n), horizon/float64(n)
			for i := range st.at {
				st.at[i] = now
			}
			if ok, err := st.solve(1e-13, &stats); !ok || err != nil {
				t.Fatal(ok, err)
			}
			now.R, now.Q = st.commit()
		}
		return now.R
	}
	want := fixed(64)
	coarse, fine := math.Abs(fixed(1)/want-1), math.Abs(fixed(2)/want-1)
	order := math.Log2(coarse / fine)
	t.Logf("errors %.1e and %.1e in 1 and 2 steps: order %.1f", coarse, fine, order)
	if order < nodes {
		t.Errorf("order %v", order)
	}
}
