// Package figure is the common form of the figures: what one is made of, the claims
// that it must bear out, and the command line that every program for one shares.
package figure

import (
	"context"
	"flag"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/cli"
)

// Figure is a figure that can be made in two sizes.
type Figure struct {
	Name  string // of the program
	About string // one line: what it shows

	// Full is the size that the program makes by default, Quick the one of its
	// tests. A number that is 0 in Full means nothing to the figure.
	Full, Quick Size

	// Flags, if not nil, adds the flags that this figure alone has.
	Flags func(flags *flag.FlagSet)

	Make func(ctx context.Context, c Config) (*Result, error)
}

// Size is what decides how long a figure takes.
type Size struct {
	Dim  int // d, the largest of several
	Runs int // of each ensemble
}

// Config is what a figure is made with.
type Config struct {
	Size
	Quick    bool // leave out what takes long
	Seed     uint64
	Progress *cli.Progress
}

// Config returns the figure's own configuration.
func (f Figure) Config(quick bool, seed uint64, progress *cli.Progress) Config {
	c := Config{Size: f.Full, Quick: quick, Seed: seed, Progress: progress}
	if quick {
		c.Size = f.Quick
	}
	return c
}

// Result is a figure that was made.
type Result struct {
	Panels []Panel
	Claims []Claim
}

// Panel is a picture with its numbers, or either alone.
type Panel struct {
	Name   string // of the files, without extension
	Title  string // printed over the table; "" is that of the chart
	Chart  *chart.Chart
	Table  *cli.Table
	Stride int // print every Stride-th row of the table; 0 prints none
}
