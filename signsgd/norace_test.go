//go:build !race

package signsgd

// raceDetector reports whether the tests run under the race detector.
const raceDetector = false
