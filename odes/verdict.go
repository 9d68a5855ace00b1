package odes

import (
	"context"
	"errors"
	"math"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
)

// Verdict compares signSGD with SGD on a problem, each at its best constant learning
// rate for a horizon.
type Verdict struct {
	SignRate, SignRisk float64 // best η of signSGD and the risk that it ends at
	SGDRate, SGDRisk   float64 // the same of SGD; 0 and +Inf under noise of infinite variance
}

// SignWins reports whether signSGD ends at the lower risk.
func (v Verdict) SignWins() bool { return v.SignRisk < v.SGDRisk }

// Judge answers the question "signSGD or SGD, each at its best, here?".
func Judge(ctx context.Context, p signsgd.Problem, horizon float64) (Verdict, error) {
	var v Verdict
	any := signsgd.Constant(1)
	sign, err := New(p, homogenized.SignSGD(p), any)
	if err != nil {
		return v, err
	}
	if v.SignRate, v.SignRisk, err = sign.BestConstant(ctx, horizon); err != nil {
		return v, err
	}
	sgd, err := New(p, homogenized.SGD(p), any)
	if errors.Is(err, noise.ErrInfiniteVariance) {
		v.SGDRisk = math.Inf(1)
		return v, nil
	}
	if err != nil {
		return v, err
	}
	v.SGDRate, v.SGDRisk, err = sgd.BestConstant(ctx, horizon)
	return v, err
}
