package main

import (
	"math"
	"math/bits"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// trial is a random problem with an optimizer at a random rate.
type trial struct {
	problem   signsgd.Problem
	optimizer signsgd.Optimizer
	rate      schedule.Schedule
	horizon   float64
	system    *odes.System
}

// largestRun bounds the coordinates that a run draws: samples times dimension.
const largestRun = 1e6

// newTrial draws the trial of the index: d from 20 to 2000, a spectrum from flat to a power
// law of exponent 2.5, a law of noise, a batch, an optimizer, and a rate from small to near
// where the runs diverge, over a time in which the risk falls by a part that varies. The
// error is a homogenized.NoLimitError where the library takes no limit.
func newTrial(seed uint64, index int) (*trial, error) {
	rng := ensemble.NewRand(seed, index, "trial")
	t := &trial{optimizer: drawOptimizer(rng)}
	d := int(math.Round(logUniform(rng, 20, 2000)))
	k, err := drawCovariance(rng, d)
	if err != nil {
		return nil, err
	}
	d = k.Dim()
	p := signsgd.Problem{Covariance: k, Init: make([]float64, d), Noise: drawNoise(rng, t.optimizer), Batch: 1}
	if rng.IntN(2) == 0 {
		p.Batch = int(logUniform(rng, 1, 65))
	}
	spectra.FillNormal(p.Init, rng)
	if p, err = p.WithInitialRisk(logUniform(rng, 0.1, 10)); err != nil {
		return nil, err
	}
	t.problem = p
	if t.system, err = odes.New(p, t.optimizer, schedule.Constant(1)); err != nil {
		return nil, err
	}
	eta, err := t.unit()
	if err != nil {
		return nil, err
	}
	eta *= logUniform(rng, 0.03, 1)
	t.horizon = t.time(eta) * logUniform(rng, 0.3, 4)
	steps := math.Ceil(min(t.horizon*float64(d), largestRun/float64(d*p.Batch)))
	t.horizon = max(steps, 8) / float64(d)
	t.rate = schedule.Constant(eta)
	if rng.IntN(2) == 0 {
		t.rate = schedule.Cosine{Start: eta, Horizon: t.horizon}
	}
	t.system = t.system.WithRate(t.rate)
	return t, nil
}

// unit returns the rate by which others are measured: where the runs diverge, or the rate
// that is greedy at the start if they do not.
func (t *trial) unit() (float64, error) {
	largest, err := t.system.MeanSquareRate()
	if err != nil || !math.IsInf(largest, 1) {
		return largest, err
	}
	modes, risk := t.system.Modes, t.system.Modes.InitialRisk()
	h, _ := t.system.Limit.Drift(risk)
	push := 0.0
	for n, term := range t.system.Limit.Noise {
		g, _ := term.Gain(risk)
		push += g * floats.Sum(modes.Weights[n])
	}
	return 2 * h * floats.Dot(modes.Lambda, modes.Risk) * float64(modes.Dim) / push, nil
}

// time returns how long the risk takes to fall by 1/e at first, without noise.
func (t *trial) time(eta float64) float64 {
	modes, risk := t.system.Modes, t.system.Modes.InitialRisk()
	h, _ := t.system.Limit.Drift(risk)
	return risk / (2 * eta * h * floats.Dot(modes.Lambda, modes.Risk))
}

func drawOptimizer(rng *rand.Rand) signsgd.Optimizer {
	beta := []float64{0.5, 0.8, 0.9, 0.95}[rng.IntN(4)]
	switch x := rng.Float64(); {
	case x < 0.35:
		return signsgd.SignSGD{}
	case x < 0.6:
		return signsgd.SGD{}
	case x < 0.72:
		return signsgd.AdamHeuristic{}
	case x < 0.86:
		return signsgd.Momentum{Beta: beta}
	}
	return signsgd.Signum{Beta: beta}
}

// drawNoise draws a law of scale 0.1 to 2. Cauchy noise is for signs alone. Signum, whose
// limit needs tables unless the noise is normal, has normal noise two times in three.
func drawNoise(rng *rand.Rand, o signsgd.Optimizer) noise.Law {
	s := logUniform(rng, 0.1, 2)
	laws := []noise.Law{
		noise.Normal{Sigma: s}, noise.Laplace{Scale: s / math.Sqrt2}, noise.Rademacher{Scale: s},
		noise.StudentsT{Sigma: s, Nu: 3}, noise.StudentsT{Sigma: s, Nu: 5}, noise.Cauchy{Scale: s},
	}
	n := len(laws)
	switch o.(type) {
	case signsgd.Signum:
		if rng.IntN(3) > 0 {
			n = 1
		}
	case signsgd.SignSGD:
	default:
		n--
	}
	return laws[rng.IntN(n)]
}

// drawCovariance draws a diagonal K in two cases of three. The others are circulant with
// correlations that fall with the distance or do not, or dense in a Haar-random basis.
func drawCovariance(rng *rand.Rand, d int) (spectra.Structured, error) {
	var lambda []float64
	var err error
	switch rng.IntN(4) {
	case 0:
		lambda = make([]float64, d)
		for i := range lambda {
			lambda[i] = 1
		}
	case 1:
		lambda, err = spectra.LogSpaced(d, logUniform(rng, 1e-4, 0.5), 1)
	default:
		lambda, err = spectra.PowerLaw(d, 0.3+2.2*rng.Float64())
	}
	if err != nil {
		return nil, err
	}
	switch rng.IntN(9) {
	case 0, 1:
		d = min(1<<bits.Len(uint(d)), 256) // the samples are made by fast Fourier transforms
		row := make([]float64, d)
		rho := rng.Float64()
		common := 0.0
		if rng.IntN(3) == 0 {
			common = 0.5 * rng.Float64()
		}
		for j := range row {
			row[j] = common + (1-common)*math.Pow(rho, float64(min(j, d-j)))
		}
		return spectra.NewCirculant(row)
	case 2:
		if d > 300 {
			lambda = lambda[:300]
		}
		return spectra.NewRotated(lambda, rng)
	}
	return spectra.NewDiagonal(lambda)
}

// logUniform returns a number whose logarithm is uniform.
func logUniform(rng *rand.Rand, lo, hi float64) float64 {
	return lo * math.Exp(rng.Float64()*math.Log(hi/lo))
}
