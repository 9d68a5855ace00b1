package signsgd

import (
	"math"
	"testing"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// TestBadOptimizers checks that bad parameters are named where a run starts.
func TestBadOptimizers(t *testing.T) {
	t.Parallel()
	nan := math.NaN()
	p := Problem{Covariance: diagonal(t, 1, 2)}
	for says, o := range map[string]Optimizer{
		"optimizer is nil":                     nil,
		"Momentum.Beta is 1":                   Momentum{1},
		"Signum.Beta is -0.1":                  Signum{-0.1},
		"Lion.Beta1 is NaN":                    Lion{nan, 0.5},
		"Lion.Beta2 is 2":                      Lion{0.5, 2},
		"RMSProp.Beta is 1":                    RMSProp{Beta: 1},
		"RMSProp.Epsilon is -1":                RMSProp{Epsilon: -1},
		"Adam.Beta1 is 1":                      Adam{Beta1: 1},
		"Adam.Beta2 is 1.5":                    Adam{Beta2: 1.5},
		"Adam.Epsilon is NaN":                  Adam{Epsilon: nan},
		"Clipped.Norm is 0":                    Clipped{},
		"PreconditionedSGD.Scale has length 1": PreconditionedSGD{ones(1)},
		"PreconditionedSGD.Scale[1] is 0":      PreconditionedSGD{[]float64{1, 0}},
		"AdamHeuristic.Scale has length 0":     AdamHeuristic{Scale: []float64{}},
		"MajorityVote.Workers is 0":            MajorityVote{},
		"MajorityVote.Workers is 2000000000":   MajorityVote{2_000_000_000},
	} {
		_, err := NewRun(p, o, schedule.Constant(1), ensemble.NewRand(1, 0, "test"))
		requireError(t, err, says)
	}
	heavy := Problem{Covariance: diagonal(t, 1, 2), Noise: noise.Cauchy{Scale: 1}}
	_, err := NewRun(heavy, AdamHeuristic{}, schedule.Constant(1), ensemble.NewRand(1, 0, "test"))
	requireIs(t, err, noise.ErrInfiniteVariance)
	if _, err := NewRun(heavy, PreconditionedSGD{}, schedule.Constant(1), ensemble.NewRand(1, 0, "test")); err != nil { // the rule needs no moment, only its limit does
		t.Error(err)
	}
	for _, b := range []Binder{PreconditionedSGD{}, AdamHeuristic{}} {
		_, err = b.Bind(Problem{})
		requireError(t, err, "Covariance is nil")
	}
	unknown := Problem{Covariance: diagonal(t, 1, 2), Noise: noise.Density{F: func(float64) float64 { return 1 }}}
	_, err = AdamHeuristic{}.Bind(unknown)
	requireError(t, err, "AdamHeuristic: noise:")
	// Outside a problem, nothing stands for a field that is nil.
	requireError(t, ValidateOptimizer(AdamHeuristic{Scale: ones(2)}, 2), "AdamHeuristic.MeanSquare is nil")
	requireError(t, ValidateOptimizer(PreconditionedSGD{}, 2), "PreconditionedSGD.Scale has length 0")
	requireError(t, ValidateOptimizer(MajorityVote{1}, 0), "dimension 0")
}
