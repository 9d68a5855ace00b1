package homogenized_test

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Only memories that the limit takes as short have to be small against d. Those of AdamW's
// squares, and of a momentum over hundreds of steps, are a part of the limit.
func TestMemoryOfOptimizers(t *testing.T) {
	for _, c := range []struct {
		optimizer signsgd.Optimizer
		want      float64
	}{
		{signsgd.SignSGD{}, 0},
		{signsgd.Signum{}, 0},
		{signsgd.Signum{Beta: 0.99}, 100},
		{signsgd.Lion{Beta2: 0.9}, 0},
		{signsgd.Lion{Beta1: 0.9, Beta2: 0.99}, 100},
		{signsgd.Momentum{Beta: 0.9}, 10},
		{signsgd.Momentum{Beta: 0.99}, 0},
		{signsgd.Nesterov{Beta: 0.99}, 0},
		{signsgd.RMSProp{Beta: 0.8}, 5},
		{signsgd.Adam{Beta1: 0.5, Beta2: 0.8}, 5},
		{signsgd.Adam{Beta1: 0.9, Beta2: 0.999}, 10},
		{signsgd.AdamW{Beta1: 0.99, Beta2: 0.999}, 0},
	} {
		if got := homogenized.Memory(c.optimizer); math.Abs(got-c.want) > 1e-9*c.want {
			t.Errorf("%T%+v remembers %v steps, want %v", c.optimizer, c.optimizer, got, c.want)
		}
	}
	var own struct{ signsgd.SignSGD }
	if got := homogenized.Memory(own); !math.IsNaN(got) {
		t.Errorf("an optimizer that is not known remembers %v steps", got)
	}
}
