package schedule_test

import (
	"fmt"
	"log"
	"math"

	"github.com/riskcurves/riskcurves/signsgd/schedule"
)

// Schedules that depend on time alone do not look at the position.
func Example() {
	for _, s := range []schedule.Schedule{
		schedule.Constant(0.5),
		schedule.Cosine{Start: 1, Horizon: 4},
		schedule.StepDecay{Start: 1, Factor: 0.5, Times: []float64{1, 3}},
		schedule.WarmupStableDecay{Peak: 1, Warmup: 1, Stable: 1, Decay: 2},
	} {
		if err := schedule.Validate(s); err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%.2f %.2f %.2f, breaks %v\n", s.Rate(0, nil), s.Rate(2, nil), s.Rate(3, nil), schedule.Breaks(s))
	}
	// Output:
	// 0.50 0.50 0.50, breaks []
	// 1.00 0.50 0.15, breaks [4]
	// 1.00 0.50 0.25, breaks [1 3]
	// 0.00 1.00 0.50, breaks [1 2 4]
}

// polyak is a user's schedule: the rate is proportional to the risk, up to a limit.
type polyak struct{ Factor, Limit float64 }

func (p polyak) Rate(_ float64, at schedule.Position) float64 {
	return min(p.Factor*at.Risk(), p.Limit)
}

// atRisk is a position of which only the risk is known.
type atRisk float64

func (r atRisk) Risk() float64        { return float64(r) }
func (r atRisk) Descent(bool) float64 { return math.NaN() }

// Any type with the method Rate is a schedule.
func ExampleSchedule() {
	for _, risk := range []atRisk{0.1, 10} {
		rate, err := schedule.At(polyak{Factor: 0.2, Limit: 1}, 0, risk)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(rate)
	}
	_, err := schedule.At(polyak{Factor: -1}, 0, atRisk(1))
	fmt.Println(err)
	// Output:
	// 0.020000000000000004
	// 1
	// schedule: the learning rate is -1 at t = 0: must be nonnegative and finite
}
