package signsgd_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// problem returns a problem of dimension 100 whose eigenvalues fall like a power, started
// at the risk 1.
func problem() (signsgd.Problem, error) {
	eigenvalues, err := spectra.PowerLaw(100, 0.5)
	if err != nil {
		return signsgd.Problem{}, err
	}
	k, err := spectra.NewDiagonal(eigenvalues)
	if err != nil {
		return signsgd.Problem{}, err
	}
	init := make([]float64, 100)
	for i := range init {
		init[i] = 1
	}
	return signsgd.Problem{Covariance: k, Noise: noise.Normal{Sigma: 0.5}, Init: init}.WithInitialRisk(1)
}

// An ensemble of signSGD: the mean of its risk and the band that holds 80% of the runs.
func Example() {
	p, err := problem()
	if err != nil {
		log.Fatal(err)
	}
	settings := ensemble.Settings{Horizon: 4, Runs: 50, Times: []float64{0, 1, 2, 4}}
	band, err := signsgd.Ensemble(context.Background(), p, signsgd.SignSGD{}, schedule.Constant(1), settings)
	if err != nil {
		log.Fatal(err)
	}
	s := band.Risk.Summary(0.8)
	for j, t := range band.Times {
		fmt.Printf("t = %v: %.2f in [%.2f, %.2f]\n", t, s.Mean[j], s.Lo[j], s.Hi[j])
	}
	// Output:
	// t = 0: 1.00 in [1.00, 1.00]
	// t = 1: 0.71 in [0.66, 0.79]
	// t = 2: 0.51 in [0.45, 0.56]
	// t = 4: 0.27 in [0.23, 0.31]
}

// A single run is moved by hand.
func ExampleNewRun() {
	p, err := problem()
	if err != nil {
		log.Fatal(err)
	}
	run, err := signsgd.NewRun(p, signsgd.AdamHeuristic{}, schedule.Cosine{Start: 1.5, Horizon: 8}, ensemble.NewRand(1, 0, "example"))
	if err != nil {
		log.Fatal(err)
	}
	defer run.Close()
	for _, t := range []float64{2, 8} {
		if err := run.Advance(context.Background(), t); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%d steps, risk %.2f\n", run.Steps(), run.Risk())
	}
	// Output:
	// 200 steps, risk 0.23
	// 800 steps, risk 0.03
}

// A band is stored as JSON, and another call adds runs to it.
func ExampleEnsemble_resume() {
	p, err := problem()
	if err != nil {
		log.Fatal(err)
	}
	run := func(s ensemble.Settings) *ensemble.Band {
		band, err := signsgd.Ensemble(context.Background(), p, signsgd.Signum{Beta: 0.9}, schedule.Constant(0.1), s)
		if err != nil {
			log.Fatal(err)
		}
		return band
	}
	stored, err := json.Marshal(run(ensemble.Settings{Horizon: 1, Runs: 3}))
	if err != nil {
		log.Fatal(err)
	}
	var band ensemble.Band
	if err := json.Unmarshal(stored, &band); err != nil {
		log.Fatal(err)
	}
	more := run(ensemble.Settings{Horizon: 1, Runs: 5, Resume: &band})
	fmt.Println(band.Runs, more.Runs)

	other := ensemble.Settings{Horizon: 1, Runs: 5, Resume: &band}
	_, err = signsgd.Ensemble(context.Background(), p, signsgd.Signum{Beta: 0.99}, schedule.Constant(0.1), other)
	fmt.Println(err)
	// Output:
	// [0 1 2] [0 1 2 3 4]
	// ensemble: Settings.Resume: the runs belong to another problem or other settings: the part "optimizer" is signsgd.Signum{Beta:0.9} in one and signsgd.Signum{Beta:0.99} in the other
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// inNewFolder makes an empty folder the current one, until the function that it returns is
// called.
func inNewFolder() (leave func()) {
	before, err := os.Getwd()
	check(err)
	folder, err := os.MkdirTemp("", "example")
	check(err)
	check(os.Chdir(folder))
	return func() {
		check(os.Chdir(before))
		check(os.RemoveAll(folder))
	}
}

// Runs are kept in a file, and others are added to them later or made elsewhere.
func ExampleEnsemble_file() {
	defer inNewFolder()()
	ctx := context.Background()
	p, err := problem()
	check(err)
	optimizer, eta := signsgd.SignSGD{}, schedule.Constant(1)

	settings := ensemble.Settings{Horizon: 1, Runs: 32}
	runs, err := signsgd.Ensemble(ctx, p, optimizer, eta, settings)
	check(err)
	check(runs.Save("runs.json")) // the file says what the runs are of

	// Another day: of 64 runs only those that the file lacks are made.
	stored, err := ensemble.ReadBand("runs.json")
	check(err)
	settings.Runs, settings.Resume = 64, stored
	runs, err = signsgd.Ensemble(ctx, p, optimizer, eta, settings)
	check(err)

	// Another machine makes the runs 64 to 95. The whole is that of one call, bit for bit.
	shard, err := signsgd.Ensemble(ctx, p, optimizer, eta, ensemble.Settings{Horizon: 1, First: 64, Runs: 32})
	check(err)
	runs, err = ensemble.Merge(runs, shard)
	check(err)

	fmt.Println(len(runs.Runs))
	// Output: 96
}

// softSign is a user's optimizer: θ ← θ − η' g/(Width + |g|), entry by entry. Its only
// field is a number, so that its ensembles can be resumed and merged.
type softSign struct{ Width float64 }

func (o softSign) Validate(int) error {
	if !(o.Width > 0) {
		return fmt.Errorf("softSign.Width is %v: must be positive", o.Width)
	}
	return nil
}

func (o softSign) Start(int) signsgd.State { return softSignState{o.Width} }

type softSignState struct{ width float64 }

func (s softSignState) Step(theta, grad []float64, rate float64) {
	for i, g := range grad {
		theta[i] -= rate * g / (s.width + math.Abs(g))
	}
}

// An optimizer of the user's runs like those of the package.
func ExampleOptimizer() {
	p, err := problem()
	if err != nil {
		log.Fatal(err)
	}
	settings := ensemble.Settings{Horizon: 4, Runs: 20, Times: []float64{4}}
	band, err := signsgd.Ensemble(context.Background(), p, softSign{Width: 1}, schedule.Constant(2), settings)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("from 1 below 0.6:", band.Risk.Mean()[0] < 0.6)
	_, err = signsgd.Ensemble(context.Background(), p, softSign{}, schedule.Constant(0.3), settings)
	fmt.Println(err)
	// Output:
	// from 1 below 0.6: true
	// softSign.Width is 0: must be positive
}

// A State takes steps on any objective. This gradient, that of Rosenbrock's function, has
// the form of Grad in an optimize.Problem of gonum.
func ExampleState() {
	gradient := func(grad, x []float64) {
		grad[0] = -400*x[0]*(x[1]-x[0]*x[0]) - 2*(1-x[0])
		grad[1] = 200 * (x[1] - x[0]*x[0])
	}
	theta, grad := []float64{-1, 1}, make([]float64, 2)
	state := signsgd.Adam{Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8}.Start(2)
	for range 20000 {
		gradient(grad, theta)
		state.Step(theta, grad, 0.01)
	}
	fmt.Printf("%.3f\n", theta)
	// Output: [1.000 1.000]
}

// heavyTailed is a user's Source: features that are not normal.
type heavyTailed struct{}

func (heavyTailed) Open(rng *rand.Rand) (signsgd.Stream, error) { return laplace{rng}, nil }

type laplace struct{ rng *rand.Rand }

func (s laplace) Fill(x, y []float64) (int, error) {
	for i := range x { // Laplace's law, of variance 1
		x[i] = (s.rng.ExpFloat64() - s.rng.ExpFloat64()) / math.Sqrt2
	}
	for j := range y { // θ* is the origin
		y[j] = 0.1 * s.rng.NormFloat64()
	}
	return len(y), nil
}

// Samples come from anywhere; the fields of the problem then say what is known of them.
func ExampleSource() {
	k, err := spectra.NewDiagonal([]float64{1, 1, 1, 1, 1, 1, 1, 1})
	if err != nil {
		log.Fatal(err)
	}
	p := signsgd.Problem{
		Covariance: k, Noise: noise.Normal{Sigma: 0.1},
		Init:    []float64{1, 1, 1, 1, 1, 1, 1, 1},
		Samples: heavyTailed{},
	}
	band, err := signsgd.Ensemble(context.Background(), p, signsgd.SignSGD{}, schedule.Constant(0.1),
		ensemble.Settings{Horizon: 40, Runs: 4, Times: []float64{0, 40}})
	if err != nil {
		log.Fatal(err)
	}
	mean := band.Risk.Mean()
	fmt.Printf("from %.0f to a tenth and less: %v\n", mean[0], mean[1] < 0.4)
	// Output: from 4 to a tenth and less: true
}

// The modes of the risk are recorded beside it.
func ExampleObserveModes() {
	p, err := problem()
	if err != nil {
		log.Fatal(err)
	}
	modes, err := signsgd.ObserveModes(p, spectra.Preconditioned)
	if err != nil {
		log.Fatal(err)
	}
	settings := ensemble.Settings{Horizon: 1, Runs: 1, Times: []float64{1}, Observers: modes}
	band, err := signsgd.Ensemble(context.Background(), p, signsgd.SignSGD{}, schedule.Constant(0.3), settings)
	if err != nil {
		log.Fatal(err)
	}
	sum := 0.0
	for _, r := range band.Observed {
		sum += r[0][0]
	}
	fmt.Println(len(band.Observed), math.Abs(sum/band.Risk[0][0]-1) < 1e-12)
	// Output: 100 true
}
