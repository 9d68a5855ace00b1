package schedule

import (
	"errors"
	"slices"
)

// WarmupStableDecay is the schedule that rises linearly from 0 to Peak during Warmup,
// stays there during Stable, falls linearly to End during Decay (Hu et al., "MiniCPM",
// 2024), and stays at End. A phase of length 0 is left out: if Decay is 0 the rate jumps.
type WarmupStableDecay struct {
	Peak, End             float64 // rates, nonnegative
	Warmup, Stable, Decay float64 // lengths in t = k/d
}

var _ Piecewise = WarmupStableDecay{}

// Validate returns an error unless all parameters are nonnegative and finite.
func (w WarmupStableDecay) Validate() error {
	return errors.Join(
		checkNonnegative("WarmupStableDecay.Peak", w.Peak), checkNonnegative("WarmupStableDecay.End", w.End),
		checkNonnegative("WarmupStableDecay.Warmup", w.Warmup), checkNonnegative("WarmupStableDecay.Stable", w.Stable),
		checkNonnegative("WarmupStableDecay.Decay", w.Decay))
}

// Rate returns η(t).
func (w WarmupStableDecay) Rate(t float64, _ Position) float64 {
	fall := w.Warmup + w.Stable // where the fall begins
	switch {
	case t < w.Warmup:
		return w.Peak * (t / w.Warmup)
	case t < fall:
		return w.Peak
	case t < fall+w.Decay:
		return w.Peak + (w.End-w.Peak)*((t-fall)/w.Decay)
	}
	return w.End
}

// Breaks returns the ends of the phases.
func (w WarmupStableDecay) Breaks() []float64 {
	ends := slices.Compact([]float64{0, w.Warmup, w.Warmup + w.Stable, w.Warmup + w.Stable + w.Decay})
	return ends[1:]
}
