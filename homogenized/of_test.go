package homogenized

import (
	"errors"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// TestOf checks which limit every optimizer has, and that the others say why they have
// none.
func TestOf(t *testing.T) {
	t.Parallel()
	p := problem(t, noise.Normal{Sigma: 1}, 1, 4)
	for _, c := range []struct {
		o    signsgd.Optimizer
		name string
	}{
		{signsgd.SignSGD{}, "signSGD"}, {signsgd.Signum{}, "signSGD"}, {signsgd.Lion{Beta2: 0.9}, "signSGD"},
		{signsgd.Adam{}, "signSGD"}, {signsgd.RMSProp{}, "signSGD"}, {signsgd.MajorityVote{Workers: 1}, "signSGD"},
		{signsgd.SGD{}, "SGD"}, {signsgd.Momentum{}, "SGD"},
		{signsgd.PreconditionedSGD{}, "preconditioned SGD"}, {signsgd.PreconditionedSGD{Scale: []float64{1, 2}}, "preconditioned SGD"},
		{signsgd.PreconditionedSGD{Scale: []float64{3, 6}}, "preconditioned SGD/3"},
		{signsgd.AdamHeuristic{}, "Adam heuristic"},
	} {
		l, err := Of(p, c.o)
		if err != nil || l.Name != c.name {
			t.Errorf("%#v: limit of %q, %v, want that of %s", c.o, l.Name, err, c.name)
		}
	}
	for _, c := range []struct {
		o    signsgd.Optimizer
		says string
	}{
		{signsgd.PreconditionedSGD{Scale: []float64{1, 1}}, "Scale[1] is not the multiple"},
		{&signsgd.SignSGD{}, "pass the value"},
		{foreign{}, "the method Limit"},
	} {
		var none *NoLimitError
		if _, err := Of(p, c.o); !errors.As(err, &none) || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%#v: error %v, want one that says %q", c.o, err, c.says)
		}
	}
	if _, err := Of(p, nil); err == nil {
		t.Error("nil: no error")
	}
	if _, err := Of(p, signsgd.Signum{Beta: 2}); err == nil || !strings.Contains(err.Error(), "Signum.Beta is 2") {
		t.Errorf("Signum{2}: error %v", err)
	}
}

type foreign struct{}

func (foreign) Start(int) signsgd.State        { return foreign{} }
func (foreign) Step(_, _ []float64, _ float64) {}

// halfSign is signSGD at a share of its rate that it takes from the problem.
type halfSign struct{ share float64 }

func (h halfSign) Start(int) signsgd.State        { return h }
func (h halfSign) Step(_, _ []float64, _ float64) {}
func (h halfSign) Bind(p signsgd.Problem) (signsgd.Optimizer, error) {
	return halfSign{1 / float64(p.Dim())}, nil
}
func (h halfSign) Limit(p signsgd.Problem) (Limit, error) {
	l, err := SignSGD(p)
	l.Drift = scaled(l.Drift, h.share)
	return l, err
}

// TestLimiter checks that a Limiter is bound before it is asked, and that its limit is
// refused on another covariance, on which it may depend.
func TestLimiter(t *testing.T) {
	t.Parallel()
	p := problem(t, noise.Normal{Sigma: 1}, 1, 4)
	l, err := Of(p, halfSign{})
	if err != nil {
		t.Fatal(err)
	}
	sign := must(SignSGD(p))
	half, _ := l.Drift(1)
	if whole, _ := sign.Drift(1); half != whole/2 {
		t.Errorf("drift %v, want half of %v", half, whole)
	}
	other := problem(t, noise.Normal{Sigma: 1}, 1, 5)
	if err := l.ValidateFor(other); err == nil || !strings.Contains(err.Error(), "another covariance") {
		t.Errorf("another covariance: error %v", err)
	}
	if err := sign.ValidateFor(other); err != nil {
		t.Errorf("signSGD on another covariance: %v", err)
	}
	if err := l.ValidateFor(p); err != nil {
		t.Error(err)
	}
}
