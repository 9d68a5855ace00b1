package noise_test

import (
	"errors"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"gonum.org/v1/gonum/stat/distuv"

	"github.com/riskcurves/riskcurves/noise"
)

// foreign is a law of another package, without a sampler and without a second moment.
type foreign struct{ noise.Normal }

var errForeign = errors.New("foreign: nothing to draw from")

func (foreign) SecondMoment() float64    { return math.NaN() }
func (foreign) Rand(*rand.Rand) float64  { return math.NaN() }
func (foreign) CheckRand() error         { return errForeign }
func (foreign) CheckSecondMoment() error { return errForeign }

// bare has the methods of Law and no others.
type bare struct{}

func (bare) Phi(risk float64) (phi, slope float64) { return noise.None{}.Phi(risk) }
func (bare) SecondMoment() float64                 { return math.NaN() }
func (bare) Rand(*rand.Rand) float64               { return 0 }

// TestForeignLaw checks that laws of other packages take part in what laws may offer.
func TestForeignLaw(t *testing.T) {
	t.Parallel()
	law := foreign{noise.Normal{Sigma: 1}}
	table, err := noise.Tabulate(t.Context(), law, 1e-3, 1e3, 1e-9)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range []noise.Law{
		law, noise.Tabulated{Law: law, Table: table},
		noise.Mixture{Weights: []float64{0.5, 0.5}, Laws: []noise.Law{noise.None{}, law}},
	} {
		if err := noise.CheckRand(l); !errors.Is(err, errForeign) {
			t.Errorf("%v: CheckRand gives %v", l, err)
		}
		if v2, err := noise.FiniteSecondMoment(l); v2 == v2 || !errors.Is(err, errForeign) {
			t.Errorf("%v: second moment %v, %v", l, v2, err)
		}
	}
	err = noise.Validate(noise.Mixture{Weights: []float64{1}, Laws: []noise.Law{foreign{noise.Normal{Sigma: -1}}}})
	if err == nil || !strings.Contains(err.Error(), "Sigma is -1") {
		t.Errorf("a bad law of another package: %v", err)
	}

	// A NaN second moment is an error for a law that offers nothing.
	if v2, err := noise.FiniteSecondMoment(bare{}); err == nil || v2 == v2 {
		t.Errorf("bare: second moment %v, %v", v2, err)
	}
	if err := errors.Join(noise.CheckRand(bare{}), noise.Validate(bare{})); err != nil {
		t.Error(err)
	}
}

// TestTabulatedForwards checks that a Tabulated law offers what its law does.
func TestTabulatedForwards(t *testing.T) {
	t.Parallel()
	tabulated := func(l noise.Law) noise.Tabulated {
		table, err := noise.Tabulate(t.Context(), l, 1e-3, 1e3, 1e-9)
		if err != nil {
			t.Fatal(err)
		}
		return noise.Tabulated{Law: l, Table: table}
	}
	normal := tabulated(noise.Normal{Mu: 0.5, Sigma: 1})
	if normal.Mean() != 0.5 || normal.Variance() != 1 {
		t.Errorf("mean %v, variance %v", normal.Mean(), normal.Variance())
	}
	if got, want := noise.PsiAtZero(normal), noise.PsiAtZero(normal.Law); got != want {
		t.Errorf("ψ(0) = %v, want %v", got, want)
	}
	if _, err := noise.FiniteSecondMoment(normal); err != nil || noise.CheckRand(normal) != nil {
		t.Errorf("normal: %v, %v", err, noise.CheckRand(normal))
	}
	var missing *noise.MissingError
	density := tabulated(noise.Density{F: distuv.UnitNormal.Prob})
	if err := noise.CheckRand(density); !errors.As(err, &missing) {
		t.Errorf("CheckRand of a law without a sampler: %v", err)
	}
	if _, err := noise.FiniteSecondMoment(density); !errors.As(err, &missing) {
		t.Errorf("second moment of a law without one: %v", err)
	}
	if l := tabulated(bare{}); l.Mean() == l.Mean() || l.Variance() == l.Variance() || l.DensityAtZero() == l.DensityAtZero() {
		t.Errorf("bare: %v, %v, %v", l.Mean(), l.Variance(), l.DensityAtZero())
	}
	if _, err := noise.FiniteSecondMoment(tabulated(noise.Cauchy{Scale: 1})); !errors.Is(err, noise.ErrInfiniteVariance) {
		t.Errorf("Cauchy: %v", err)
	}
}
