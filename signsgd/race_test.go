//go:build race

package signsgd

// raceDetector reports whether the tests run under the race detector, which makes pools
// forget what they hold: allocations say nothing then.
const raceDetector = true
