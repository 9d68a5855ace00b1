package ensemble

import (
	"math"
	"slices"
	"testing"
)

// TestTimes checks the grids of times.
func TestTimes(t *testing.T) {
	t.Parallel()
	if got := LinearTimes(3, 4); !slices.Equal(got, []float64{0, 1, 2, 3}) {
		t.Errorf("linear: %v", got)
	}
	for _, horizon := range []float64{0.3, 1, 7, 1e5 / 3} {
		got := LogTimes(horizon/1000, horizon, 4)
		if got[0] != horizon/1000 || got[3] != horizon || math.Abs(got[1]/horizon*100-1) > 1e-14 {
			t.Errorf("logarithmic: %v", got)
		}
		if err := (Settings{Horizon: horizon, Runs: 1, Times: got}).Validate(); err != nil {
			t.Error(err)
		}
	}
	for name, make := range map[string]func(){
		"one linear time":    func() { LinearTimes(1, 1) },
		"linear to 0":        func() { LinearTimes(0, 3) },
		"linear to infinity": func() { LinearTimes(math.Inf(1), 3) },
		"linear to NaN":      func() { LinearTimes(math.NaN(), 3) },
		"one time":           func() { LogTimes(1, 2, 1) },
		"from 0":             func() { LogTimes(0, 2, 3) },
		"backwards":          func() { LogTimes(2, 1, 3) },
		"to infinity":        func() { LogTimes(1, math.Inf(1), 3) },
	} {
		if !panics(make) {
			t.Errorf("%s: no panic", name)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return false
}
