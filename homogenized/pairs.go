package homogenized

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// Pairs is an ensemble of pairs of paths. Both paths of a pair are driven by the same
// Brownian motion. The coarse one takes the steps of the scheme, the fine one two steps
// of half the length for each.
type Pairs struct {
	Coarse, Fine *ensemble.Band
	Distance     ensemble.Paths // ‖Θ_coarse − Θ_fine‖ of each pair

	// Whole holds all of it in one Band, which is what Settings.Resume takes and
	// ensemble.Merge puts together.
	Whole *ensemble.Band
}

// Pairs integrates Settings.Runs independent pairs of paths, from which the error of the
// scheme can be estimated. With strong order p, the error of the coarse path tends to
// 1/(1−2^{−p}) times its distance to the fine one as the step goes to zero. The
// difference of the two means has far less noise than either mean. Coarse paths use
// other random numbers than Ensemble. In ExponentialEuler the noise of a step is not an
// integral of the Brownian motion; both paths use the same normal vectors instead.
func (s SDE) Pairs(ctx context.Context, settings ensemble.Settings) (*Pairs, error) {
	if s.Limit.Coupling != nil {
		return nil, errors.New("homogenized: Pairs: the limit is coupled: only Ensemble integrates it")
	}
	d, err := s.dynamics(ctx, settings)
	if err != nil {
		return nil, err
	}
	all := d.recorded(settings)
	single := len(all.Observers)
	all.Observers = append(all.Observers[:single:single], byPath("risk of the fine path"))
	for _, o := range all.Observers[:single] {
		all.Observers = append(all.Observers, byPath(o.Name+" of the fine path"))
	}
	all.Observers = append(all.Observers, byPath("distance"))
	band, err := ensemble.Gather(ctx, all, ensemble.Subject{
		Stream:      "sde pairs",
		Description: s.describe(d.scheme, settings),
		Start:       func(rng *rand.Rand) (ensemble.Walk, error) { return d.pair(rng), nil },
	})
	if band == nil {
		return nil, err
	}
	part := func(which string, risk ensemble.Paths, observed []ensemble.Paths) *ensemble.Band {
		return &ensemble.Band{
			Times: band.Times, Runs: band.Runs, Risk: risk, Names: band.Names[:single], Observed: observed,
			Description: append(slices.Clone(band.Description), ensemble.Describe("path of the pair", which)),
		}
	}
	return &Pairs{
		Coarse:   part("coarse", band.Risk, band.Observed[:single]),
		Fine:     part("fine", band.Observed[single], band.Observed[single+1:2*single+1]),
		Distance: band.Observed[2*single+1],
		Whole:    band,
	}, err
}

// pair is an ensemble.Walk along a pair of paths.
type pair struct {
	coarse, fine             *path
	moveCoarse, moveFine     stepper
	motion                   []*brownian
	firstHalf, secondHalf, w []increment
}

func (d *dynamics) pair(rng *rand.Rand) *pair {
	n := len(d.limit.Noise)
	p := &pair{
		coarse: newPath(d), fine: newPath(d), moveCoarse: d.scheme.start(d), moveFine: d.scheme.start(d),
		firstHalf: make([]increment, n), secondHalf: make([]increment, n), w: make([]increment, n),
	}
	for i, m := range d.frame.noise() {
		p.motion = append(p.motion, newBrownian(m, d.dim, d.plan.draws, 2, rng))
		p.w[i].first = make([]float64, d.dim)
		if d.plan.draws == 2 {
			p.w[i].second = make([]float64, d.dim)
		}
	}
	return p
}

// Advance makes the steps of both paths up to time t.
func (p *pair) Advance(ctx context.Context, t float64) error {
	err := p.coarse.steps(ctx, p.coarse.t, t, func(start, dt float64) error {
		for n, m := range p.motion {
			p.firstHalf[n], p.secondHalf[n] = m.next(), m.next()
			p.w[n].join(p.firstHalf[n], p.secondHalf[n])
		}
		if err := p.coarse.move(p.moveCoarse, start, dt, p.w); err != nil {
			return err
		}
		if err := p.fine.move(p.moveFine, start, dt/2, p.firstHalf); err != nil {
			return err
		}
		return p.fine.move(p.moveFine, start+dt/2, dt/2, p.secondHalf)
	})
	p.coarse.t, p.fine.t = t, t
	return err
}

// Observe stores what the coarse path observes, what the fine one does, and their
// distance.
func (p *pair) Observe(dst []float64) {
	each := len(dst) / 2
	p.coarse.Observe(dst[:each])
	p.fine.Observe(dst[each : 2*each])
	d := p.coarse.dynamics
	d.frame.displacement(p.coarse.nu, p.coarse.y)
	d.frame.displacement(p.fine.nu, p.fine.y)
	dst[2*each] = floats.Distance(p.coarse.nu, p.fine.nu, 2)
	if math.IsNaN(dst[each]) || math.IsInf(dst[each], 0) {
		dst[0] = math.Inf(1) // a pair has diverged when one of its paths has
	}
}
