package ensemble

import (
	"math"
	"testing"
)

// TestPaths compares statistics with values worked out by hand.
func TestPaths(t *testing.T) {
	t.Parallel()
	p := Paths{{1, 5}, {2, math.Inf(1)}, {4, 7}, {3, 6}}
	if m := p.Mean(); m[0] != 2.5 || !math.IsInf(m[1], 1) {
		t.Errorf("mean %v", m)
	}
	if s := p.StdErr(); math.Abs(s[0]-math.Sqrt(5./3/4)) > 1e-15 || !math.IsInf(s[1], 1) {
		t.Errorf("standard error %v", s)
	}
	if q := p.Quantile(0.5); q[0] != 2.5 || q[1] != 6.5 {
		t.Errorf("median %v", q)
	}
	lo, hi := p.Central(1)
	if lo[0] != 1 || hi[0] != 4 || !math.IsInf(hi[1], 1) {
		t.Errorf("range %v, %v", lo, hi)
	}
	if p.Diverged() != 1 {
		t.Errorf("%d diverged", p.Diverged())
	}
	if got := (Paths{{}, {}}).Diverged(); got != 0 {
		t.Errorf("%d paths without times have diverged", got)
	}
	if p := Paths(nil); p.Mean() != nil || p.Quantile(0.5) != nil || p.Diverged() != 0 {
		t.Error("an ensemble without runs has values")
	}
}

// TestCentral checks that the central share leaves out as much on either side: of the
// runs 0, …, 100, 80% lie between 10 and 90. A summary has the same bounds.
func TestCentral(t *testing.T) {
	t.Parallel()
	var p Paths
	for i := range 101 {
		p = append(p, []float64{float64(i * 37 % 101)})
	}
	lo, hi := p.Central(0.8)
	if math.Abs(lo[0]-10) > 1e-12 || math.Abs(hi[0]-90) > 1e-12 {
		t.Errorf("80%% lie in [%v, %v], want [10, 90]", lo[0], hi[0])
	}
	if lo, hi := p.Central(0); lo[0] != 50 || hi[0] != 50 {
		t.Errorf("nothing lies in [%v, %v], want the median 50", lo[0], hi[0])
	}
	s := p.Summary(0.8)
	if s.Lo[0] != lo[0] || s.Hi[0] != hi[0] || s.Mean[0] != p.Mean()[0] || s.StdErr[0] != p.StdErr()[0] {
		t.Errorf("summary %+v", s)
	}
}
