package homogenized

import (
	"fmt"

	"github.com/riskcurves/riskcurves/signsgd"
)

// Momentum returns the limit of SGD with momentum, m ← βm + g, θ ← θ − η'm, for a fixed β:
// A = K, h = 1/(1−β), and noise 2𝓟(R)/(B(1−β)²) K. It is that of SGD at the rate
// η/(1−β): a memory that is short against d has no other effect. It needs
// (1−β)d ≫ 1 and η/(1−β) at which SGD is stable, and a finite v² like SGD.
func Momentum(p signsgd.Problem, beta float64) (Limit, error) {
	l, err := SGD(p)
	if err != nil {
		return Limit{}, err
	}
	if err := (signsgd.Momentum{Beta: beta}).Validate(p.Dim()); err != nil {
		return Limit{}, fmt.Errorf("homogenized: Momentum: %w", err)
	}
	if beta == 0 {
		return l, nil
	}
	factor := 1 / (1 - beta)
	l.Name = fmt.Sprintf("SGD with momentum %v", beta)
	l.Drift = scaled(l.Drift, factor)
	l.Noise[0].Gain = scaled(l.Noise[0].Gain, factor*factor)
	// θ − θ_z = βηm/(1−β)d with a θ_z that makes the steps of SGD at the rate η/(1−β).
	l.Fluctuation = gradientFluctuation(p, p.Law().SecondMoment(), func(float64) float64 { return factor })
	l.Fluctuation.Momentum = beta
	return l, nil
}
