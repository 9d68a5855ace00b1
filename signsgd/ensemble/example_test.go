package ensemble_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// brownian is a walk: the square of a Brownian motion with a drift.
type brownian struct {
	drift, t, x float64
	rng         *rand.Rand
}

func (b *brownian) Advance(_ context.Context, t float64) error {
	b.x += b.drift*(t-b.t) + math.Sqrt(t-b.t)*b.rng.NormFloat64()
	b.t = t
	return nil
}

func (b *brownian) Observe(dst []float64) { dst[0] = b.x * b.x }

// motion returns what makes the walks of a drift, and says what they are.
func motion(drift float64) ensemble.Subject {
	return ensemble.Subject{
		Stream:      "brownian",
		Description: ensemble.Description{ensemble.Describe("drift", drift)},
		Start: func(rng *rand.Rand) (ensemble.Walk, error) {
			return &brownian{drift: drift, rng: rng}, nil
		},
	}
}

// An ensemble of 1,000 walks, and the band that holds 80% of them.
func Example() {
	s := ensemble.Settings{Horizon: 4, Runs: 1000, Times: []float64{0, 1, 4}}
	band, err := ensemble.Gather(context.Background(), s, motion(0))
	if err != nil {
		log.Fatal(err)
	}
	summary := band.Risk.Summary(0.8)
	for j, t := range band.Times {
		near := math.Abs(summary.Mean[j]-t) <= 4*summary.StdErr[j]
		fmt.Printf("t = %v: the mean is t within 4 standard errors: %v, the band has a width: %v\n", t, near, summary.Hi[j] > summary.Lo[j])
	}
	// Output:
	// t = 0: the mean is t within 4 standard errors: true, the band has a width: false
	// t = 1: the mean is t within 4 standard errors: true, the band has a width: true
	// t = 4: the mean is t within 4 standard errors: true, the band has a width: true
}

// An ensemble is cancelled, saved as JSON, read again, and resumed.
func ExampleSettings_resume() {
	ctx, cancel := context.WithCancel(context.Background())
	s := ensemble.Settings{Horizon: 1, Runs: 100, Times: []float64{1}}
	s.Progress = func(done, _ int) {
		if done == 50 {
			cancel()
		}
	}
	part, err := ensemble.Gather(ctx, s, motion(0))
	fmt.Println(err)
	saved, err := json.Marshal(part) // part.Save writes it to a file
	if err != nil {
		log.Fatal(err)
	}

	s.Progress = nil
	s.Resume = new(ensemble.Band)
	if err := json.Unmarshal(saved, s.Resume); err != nil {
		log.Fatal(err)
	}
	whole, err := ensemble.Gather(context.Background(), s, motion(0))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(len(part.Runs) >= 50, len(whole.Runs))

	_, err = ensemble.Gather(context.Background(), s, motion(2))
	fmt.Println(errors.Is(err, ensemble.ErrDifferentEnsemble))
	fmt.Println(err)
	// Output:
	// context canceled
	// true 100
	// true
	// ensemble: Settings.Resume: the runs belong to another problem or other settings: the part "drift" is float64(0) in one and float64(2) in the other
}

// Shards that were made anywhere are put together.
func ExampleMerge() {
	var shards []*ensemble.Band
	for _, first := range []int{4, 0} {
		shard, err := ensemble.Gather(context.Background(), ensemble.Settings{Horizon: 1, First: first, Runs: 4}, motion(0))
		if err != nil {
			log.Fatal(err)
		}
		shards = append(shards, shard)
	}
	whole, err := ensemble.Merge(shards...)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(whole.Runs)
	// Output: [0 1 2 3 4 5 6 7]
}

// A sweep of three drifts in two shards, which two machines may run, put together.
func ExampleSweep() {
	folder, err := os.MkdirTemp("", "sweep")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(folder)
	grid := ensemble.Grid{{Name: "drift", Values: []float64{0, 1, 2}}}
	sweep := ensemble.Sweep{
		Description: ensemble.Description{ensemble.Describe("grid", grid)}, // add that of your problem
		Units:       grid.Units(),
		Name:        grid.Name,
		Do: func(ctx context.Context, unit int) (any, error) {
			s := ensemble.Settings{Horizon: 1, Runs: 2500, Times: []float64{1}, Workers: 1}
			band, err := ensemble.Gather(ctx, s, motion(grid.At(unit)[0]))
			if err != nil {
				return nil, err
			}
			return band.Risk.Mean()[0], nil
		},
	}
	var shards []string
	for shard := range 2 {
		shards = append(shards, filepath.Join(folder, fmt.Sprint(shard)))
		err := sweep.Run(context.Background(), ensemble.SweepSettings{Folder: shards[shard], Shard: shard, Shards: 2})
		if err != nil {
			log.Fatal(err)
		}
	}
	err = ensemble.MergeSweeps(filepath.Join(folder, "whole"), func(j *ensemble.Journal) error {
		for r, err := range j.Records() {
			if err != nil {
				return err
			}
			var mean float64 // of 1 + drift² and a standard error below 0.1
			if err := json.Unmarshal(r.Result, &mean); err != nil {
				return err
			}
			fmt.Printf("%s: %.0f\n", r.Name, mean)
		}
		return nil
	}, shards...)
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// drift=0: 1
	// drift=1: 2
	// drift=2: 5
}

// clip is a value with a function in it, which says what it is.
type clip struct {
	Limit float64
	by    func(x float64) float64
}

func (c clip) Describe() string { return fmt.Sprintf("clip at %v", c.Limit) }

// Describe writes out plain values; other types say what they are.
func ExampleDescribe() {
	fmt.Println(ensemble.Describe("pair", struct{ Beta, Epsilon float64 }{0.9, 1e-8}))
	fmt.Println(ensemble.Describe("clip", clip{2, math.Tanh}))
	fmt.Println(ensemble.Describe("function", math.Tanh))
	fmt.Println(ensemble.Describe("function", math.Tanh).Reason)
	// Output:
	// struct { Beta float64; Epsilon float64 }{Beta:0.9 Epsilon:1e-08}
	// clip at 2
	// without description
	// give func(float64) float64 the method Describe() string, or embed it in a type that has the method
}
