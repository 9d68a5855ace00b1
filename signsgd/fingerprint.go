package signsgd

import (
	"context"
	"fmt"
	"hash"
	"hash/fnv"
	"math"

	"github.com/riskcurves/riskcurves/spectra"
)

// Fingerprinter is a Walk that knows what it is a run of. Ensembles of other walks are
// told apart by their settings and by what they observe at the start.
type Fingerprinter interface {
	Walk

	// Fingerprint returns what two walks started with equal generators share if they
	// are runs of one problem, and if not, most likely do not. It is called once on a
	// fresh walk that is used for nothing else; times are when an ensemble records.
	Fingerprint(times []float64) string
}

// probe returns the fingerprint of the ensemble: a hash of the settings, and of what
// the walk does that is started with the stream of run 0. Functions cannot be compared
// in any other way.
func (g *gatherer) probe() (string, error) {
	walk, err := g.start(NewRand(g.settings.Seed, 0, g.role))
	if err != nil {
		return "", err
	}
	h := fnv.New128a()
	fmt.Fprintln(h, g.role, g.settings.Seed, g.settings.Horizon, g.times)
	for _, o := range g.settings.Observers {
		fmt.Fprintf(h, "%q\n", o.Name)
	}
	start := make([]float64, g.quantities())
	walk.Observe(start)
	hashNumbers(h, start...)
	if f, ok := walk.(Fingerprinter); ok {
		fmt.Fprintln(h, f.Fingerprint(g.times))
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

// hashNumbers adds numbers to a hash, to nine digits: what is rounded differently
// elsewhere is the same problem nonetheless.
func hashNumbers(h hash.Hash, x ...float64) {
	for _, v := range x {
		fmt.Fprintf(h, "%.8e\n", v)
	}
}

// hashVector adds two weighted sums of a vector to a hash.
func hashVector(h hash.Hash, x []float64) {
	var a, b float64
	for i, v := range x {
		sin, cos := math.Sincos(float64(i + 1))
		a += v * (2 + sin)
		b += v * (2 + cos)
	}
	hashNumbers(h, float64(len(x)), a, b)
}

// Fingerprint makes the run's next steps and returns a hash of its problem, of the
// samples that it draws first, of where its optimizer goes, and of the rates that its
// schedule gives at the times, for some positions.
func (r *Run) Fingerprint(times []float64) string {
	h := fnv.New128a()
	p := r.problem
	fmt.Fprintf(h, "%T %T %T %T %d\n", p.Covariance, p.Law(), p.Samples, r.state, p.BatchSize())
	hashVector(h, r.deviations)
	hashNumbers(h, r.Risk(), r.Descent(spectra.Plain), r.Descent(spectra.Preconditioned), p.Law().SecondMoment())
	for _, risk := range []float64{0.01, 1, 100} {
		phi, _ := p.Law().Phi(risk)
		hashNumbers(h, phi)
		for _, t := range times {
			hashNumbers(h, r.rate.Rate(t, standstill(risk)))
		}
	}
	const steps = 3
	if err := r.Advance(context.Background(), float64(r.steps+steps)/float64(len(r.theta))); err != nil {
		fmt.Fprintln(h, err)
	}
	hashVector(h, r.x)
	hashVector(h, r.y)
	hashVector(h, r.theta)
	return fmt.Sprintf("%x", h.Sum(nil))
}

// standstill is a position of a given risk in the directions of the eigenvalue 1.
type standstill float64

func (s standstill) Risk() float64 { return float64(s) }

func (s standstill) Descent(spectra.Basis) float64 { return float64(s) }
