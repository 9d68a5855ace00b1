package noise

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"
)

// endingLaw ends a context when its φ, its density or its draws have been asked for often
// enough.
type endingLaw struct {
	Law
	left *int
	end  context.CancelFunc
}

func (e endingLaw) ask() {
	if *e.left--; *e.left == 0 {
		e.end()
	}
}

func (e endingLaw) Phi(risk float64) (phi, slope float64) {
	e.ask()
	return e.Law.Phi(risk)
}

func (e endingLaw) Rand(rng *rand.Rand) float64 {
	e.ask()
	return e.Law.Rand(rng)
}

// TestContexts ends the context at many places within Check and Tabulate. Both fail then,
// and soon.
func TestContexts(t *testing.T) {
	t.Parallel()
	run := func(name string, soon int, work func(ctx context.Context, law endingLaw) error) {
		for after := 1; ; after = after*3/2 + 1 {
			ctx, end := context.WithCancel(t.Context())
			left := after
			err := work(ctx, endingLaw{Normal{Sigma: 1}, &left, end})
			end()
			if left > 0 { // the work ended first
				if err != nil {
					t.Errorf("%s: %v", name, err)
				}
				return
			}
			if left == 0 && err == nil { // at the last value
				continue
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("%s, ended after %d values: %v", name, after, err)
			}
			if -left > soon {
				t.Errorf("%s, ended after %d values, asks for %d more", name, after, -left)
			}
		}
	}
	run("Check", 1100, func(ctx context.Context, law endingLaw) error {
		return Check(ctx, law, rand.New(rand.NewPCG(1, 2)))
	})
	run("Tabulate", 30, func(ctx context.Context, law endingLaw) error {
		_, err := Tabulate(ctx, law, 1e-3, 1e3, 1e-9)
		return err
	})

	// The integrals of a Density.
	ctx, end := context.WithCancel(t.Context())
	asked := 0
	density := Density{F: func(x float64) float64 {
		if asked++; math.Abs(x) > 1e30 { // which φ does not ask for, and the integral does
			end()
		}
		return distuv.UnitNormal.Prob(x)
	}}
	if err := Check(ctx, density, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("after %d values of a density: %v", asked, err)
	}
}
