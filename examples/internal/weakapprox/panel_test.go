package weakapprox

import (
	"context"
	"io"
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/cli"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/spectra"
)

// TestClaims checks what the pictures show: the late mean risk of signHSGD exceeds that
// of the weak approximation by a part that is seen at d = 2, by 5 standard errors, and is
// below 3% at d = 100, within 4.
func TestClaims(t *testing.T) {
	apart := func(d, runs int) (gap, se float64) {
		lambda, err := spectra.LogSpaced(d, 0.3, 3)
		if err != nil {
			t.Fatal(err)
		}
		p, err := New(context.Background(), Config{Eigenvalues: lambda, Noise: noise.Normal{Sigma: 0.5}, Eta: 0.7, Horizon: 12, Runs: runs, Seed: 1}, cli.NewProgress(io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		full, fullErr := p.Gap(p.SignHSGD)
		weak, weakErr := p.Gap(p.Weak)
		t.Logf("d = %d: signHSGD %+.3f ± %.3f, weak approximation %+.3f ± %.3f", d, full, fullErr, weak, weakErr)
		return full - weak, math.Hypot(fullErr, weakErr)
	}
	if gap, se := apart(2, 2000); gap < 5*se {
		t.Errorf("d = 2: gap %.3f ± %.3f", gap, se)
	}
	if gap, se := apart(100, 200); math.Abs(gap) > 0.03+4*se {
		t.Errorf("d = 100: gap %.3f ± %.3f", gap, se)
	}
}
