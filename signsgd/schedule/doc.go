// Package schedule holds learning rates η(t) over the time t = k/d.
package schedule
