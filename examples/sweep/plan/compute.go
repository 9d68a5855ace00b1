package plan

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/odes"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Computer computes points. It keeps what the last points had in common: covariances and
// their modes, noises and limits. It is safe for concurrent use.
type Computer struct {
	spec    *Specification
	workers int // of an ensemble

	shared odes.Shared
	data   recent[*dataset]
	laws   recent[noise.Law]
	limits recent[homogenized.Limit]
	best   recent[[2]float64]
}

// dataset is a covariance with the starts that were made for it.
type dataset struct {
	covariance spectra.Structured

	mu     sync.Mutex
	starts map[float64][]float64 // by R(0)
}

// NewComputer returns what computes the points of a specification. Results do not depend
// on workers, the number of runs of an ensemble that are made at the same time.
func NewComputer(s *Specification, workers int) *Computer {
	return &Computer{
		spec: s, workers: workers, data: recent[*dataset]{most: 8}, laws: recent[noise.Law]{most: 64},
		limits: recent[homogenized.Limit]{most: 64}, best: recent[[2]float64]{most: 1024},
	}
}

// Outcome is what is computed at a point.
type Outcome struct {
	Status string   `json:"status"`          // ok, diverged or failed
	Error  string   `json:"error,omitempty"` // what did not succeed
	Values []string `json:"values"`          // of the Columns; "" where there is none
}

// columns are what each quantity gives.
var columns = map[string][]string{
	"curve":    {"final_risk"},
	"limit":    {"limit_risk"},
	"rate":     {"local_rate"},
	"best":     {"best_rate", "best_risk"},
	"ensemble": {"runs_mean", "runs_error", "runs_diverged"},
	"band":     {"runs_low", "runs_high"},
	"sde":      {"paths_mean", "paths_error", "paths_diverged"},
}

// Columns returns the names of the values of an Outcome.
func (s *Specification) Columns() (names []string) {
	for _, q := range s.Compute {
		names = append(names, columns[q]...)
		if name := averageColumns[q]; s.averages && name != "" {
			names = append(names, name)
		}
	}
	return names
}

// averageColumns are the risks of averaged iterates, which are there if an optimizer of
// the specification averages.
var averageColumns = map[string]string{"curve": "final_average", "ensemble": "runs_average", "sde": "paths_average"}

// averageName is the name of the average in curves and ensembles.
const averageName = "average"

// Curves are the curves of a point: columns over the time t.
type Curves struct {
	Names   []string
	Columns [][]float64
}

func (c *Curves) add(name string, column []float64) {
	c.Names, c.Columns = append(c.Names, name), append(c.Columns, column)
}

// Compute computes point i. An error means that ctx has ended. What else goes wrong is
// part of the Outcome.
func (c *Computer) Compute(ctx context.Context, i int) (Outcome, *Curves, error) {
	p := c.spec.Point(i)
	out := &outcome{columns: c.spec.Columns(), values: map[string]float64{}}
	curves := &Curves{}
	j, err := c.job(p)
	if err != nil {
		out.fail("", err)
	} else {
		curves.add("t", j.times)
		j.out, j.curves = out, curves
		j.all(ctx)
	}
	if ctx.Err() != nil {
		return Outcome{}, nil, ctx.Err()
	}
	return out.finish(), curves, nil
}

// outcome gathers an Outcome.
type outcome struct {
	columns  []string
	values   map[string]float64
	errs     []string
	diverged bool
	failed   bool
}

func (o *outcome) fail(quantity string, err error) {
	if quantity != "" {
		quantity += ": "
	}
	o.errs = append(o.errs, quantity+err.Error())
	var diverged *odes.DivergedError
	if errors.As(err, &diverged) {
		o.diverged = true
	} else {
		o.failed = true
	}
}

func (o *outcome) finish() Outcome {
	is := Outcome{Status: "ok", Values: make([]string, len(o.columns))}
	for i, name := range o.columns {
		if v, ok := o.values[name]; ok {
			is.Values[i] = formatNumber(v)
		}
	}
	for i, e := range o.errs {
		if i > 0 {
			is.Error += "; "
		}
		is.Error += e
	}
	switch {
	case o.diverged:
		is.Status = "diverged"
	case o.failed:
		is.Status = "failed"
	}
	return is
}

// job is a point on its way.
type job struct {
	*Computer
	point     *Point
	problem   signsgd.Problem
	optimizer signsgd.Optimizer
	rate      schedule.Schedule
	horizon   float64
	times     []float64
	out       *outcome
	curves    *Curves
	system    *odes.System
	systemErr error
}

// job returns what a point is.
func (c *Computer) job(p *Point) (*job, error) {
	j := &job{Computer: c, point: p, horizon: p.Number("horizon")}
	set, err := c.data.get(p.key("covariance", "dimension", "eigenvalues", "basis", "seed"), func() (*dataset, error) {
		k, err := c.spec.covariance(p)
		return &dataset{covariance: k, starts: map[float64][]float64{}}, err
	})
	if err != nil {
		return nil, err
	}
	j.problem.Covariance = set.covariance
	if j.problem.Init, err = set.start(p.Number("start_risk")); err != nil {
		return nil, err
	}
	if j.problem.Noise, err = c.laws.get(p.Word("noise"), func() (noise.Law, error) { return c.spec.law(p.Word("noise")) }); err != nil {
		return nil, err
	}
	j.problem.Batch = int(p.Number("batch"))
	if j.optimizer, _, err = parseOptimizer(p.Word("optimizer")); err != nil {
		return nil, err
	}
	make, err := parseSchedule(p.Word("schedule"))
	if err != nil {
		return nil, err
	}
	if j.rate, err = make(j.problem, p.Number("rate"), j.horizon); err != nil {
		return nil, err
	}
	j.times = ensemble.LinearTimes(j.horizon, c.spec.Records)
	return j, nil
}

// start returns the start with equal entries whose risk is the given one.
func (d *dataset) start(risk float64) ([]float64, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if x := d.starts[risk]; x != nil {
		return x, nil
	}
	p, err := signsgd.Problem{Covariance: d.covariance}.WithInitialRisk(risk)
	if err != nil {
		return nil, err
	}
	d.starts[risk] = p.Init
	return p.Init, nil
}

// all computes what is asked for.
func (j *job) all(ctx context.Context) {
	asked := func(names ...string) bool {
		return slices.ContainsFunc(names, func(q string) bool { return slices.Contains(j.spec.Compute, q) })
	}
	if asked("curve", "limit", "rate", "best") {
		j.system, j.systemErr = j.deterministic()
	}
	for _, q := range []struct {
		names []string
		of    func(ctx context.Context) error
	}{
		{[]string{"curve"}, j.curve}, {[]string{"limit"}, j.limit}, {[]string{"rate"}, j.localRate},
		{[]string{"best"}, j.bestRate}, {[]string{"ensemble", "band"}, j.runs}, {[]string{"sde"}, j.paths},
	} {
		if !asked(q.names...) {
			continue
		}
		if err := q.of(ctx); err != nil {
			j.out.fail(q.names[0], err)
		}
	}
}

// deterministic returns the system of the point.
func (j *job) deterministic() (*odes.System, error) {
	l, err := j.limitOf()
	if err != nil {
		return nil, err
	}
	return j.shared.FromLimit(j.problem, l, j.rate)
}

func (j *job) limitOf() (homogenized.Limit, error) {
	return j.limits.get(j.point.key("covariance", "dimension", "eigenvalues", "basis", "seed", "noise", "batch", "optimizer"), func() (homogenized.Limit, error) {
		return homogenized.Of(j.problem, j.optimizer)
	})
}

func (j *job) curve(ctx context.Context) error {
	if j.systemErr != nil {
		return j.systemErr
	}
	c, err := j.system.Solve(ctx, j.times)
	if err != nil {
		var diverged *odes.DivergedError
		if errors.As(err, &diverged) {
			j.out.values["final_risk"] = math.Inf(1)
		}
		return err
	}
	j.out.values["final_risk"] = c.Risk[len(c.Risk)-1]
	j.curves.add("curve", c.Risk)
	if average := c.Overlap(averageName, averageName); average != nil {
		j.out.values["final_average"] = average[len(average)-1]
		j.curves.add("curve_average", average)
	}
	return nil
}

func (j *job) limit(ctx context.Context) error {
	if j.systemErr != nil {
		return j.systemErr
	}
	r, err := j.system.LimitRisk(ctx)
	if err == nil {
		j.out.values["limit_risk"] = r
	}
	return err
}

func (j *job) localRate(ctx context.Context) error {
	if j.systemErr != nil {
		return j.systemErr
	}
	r, err := j.system.LocalRate(ctx)
	if err == nil {
		j.out.values["local_rate"] = r
	}
	return err
}

// bestRate computes the best constant rate, which does not depend on the rate of the
// point.
func (j *job) bestRate(ctx context.Context) error {
	if j.systemErr != nil {
		return j.systemErr
	}
	key := j.point.key("covariance", "dimension", "eigenvalues", "basis", "seed", "start_risk", "noise", "batch", "optimizer", "horizon")
	best, err := j.best.get(key, func() ([2]float64, error) {
		eta, risk, err := j.system.BestConstant(ctx, j.horizon)
		return [2]float64{eta, risk}, err
	})
	if err == nil {
		j.out.values["best_rate"], j.out.values["best_risk"] = best[0], best[1]
	}
	return err
}

func (j *job) settings() ensemble.Settings {
	return ensemble.Settings{
		Horizon: j.horizon, Runs: j.spec.Runs, Seed: uint64(j.point.Number("seed")), Times: j.times, Workers: j.workers,
	}
}

// note keeps the mean of an ensemble at the end and over time.
func (j *job) note(what string, b *ensemble.Band) {
	risk := b.Risk
	last := len(j.times) - 1
	mean := risk.Mean()
	j.out.values[what+"_mean"], j.out.values[what+"_error"] = mean[last], risk.StdErr()[last]
	diverged := risk.Diverged()
	j.out.values[what+"_diverged"] = float64(diverged)
	if diverged > 0 {
		j.out.diverged = true
		j.out.errs = append(j.out.errs, fmt.Sprintf("%d of %d %s diverge", diverged, len(risk), what))
	}
	j.curves.add(what+"_mean", mean)
	if i := slices.Index(b.Names, averageName); i >= 0 {
		average := b.Observed[i].Mean()
		j.out.values[what+"_average"] = average[last]
		j.curves.add(what+"_average", average)
	}
}

func (j *job) runs(ctx context.Context) error {
	b, err := signsgd.Ensemble(ctx, j.problem, j.optimizer, j.rate, j.settings())
	if err != nil {
		return err
	}
	j.note("runs", b)
	lo, hi := b.Risk.Central(0.8)
	j.out.values["runs_low"], j.out.values["runs_high"] = lo[len(lo)-1], hi[len(hi)-1]
	j.curves.add("runs_low", lo)
	j.curves.add("runs_high", hi)
	return nil
}

func (j *job) paths(ctx context.Context) error {
	l, err := j.limitOf()
	if err != nil {
		return err
	}
	b, err := homogenized.SDE{Problem: j.problem, Limit: l, Rate: j.rate}.Ensemble(ctx, j.settings())
	if err != nil {
		return err
	}
	j.note("paths", b)
	return nil
}
