// Package program is what the programs of the examples share: their command line, their
// tables and files, and the claims that they check.
package program

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"strconv"
)

// About describes a program.
type About struct {
	Name string // of the program, and of its claims file, NAME-claims.csv
	Text string // what it shows, printed by -h

	// Dim and Runs are the defaults of -d, the dimension d, and -runs, the number of
	// runs of each ensemble. A program for which one is zero has no such flag.
	Dim, Runs Default
}

// Default is the value of a flag without -quick and with it.
type Default struct{ Full, Quick int }

// Main runs a program: it parses the command line, calls draw, which does everything that
// the program is for, and prints the claims that draw made. It exits with status 1 after
// an error or when a claim fails, and with 2 when the command line is wrong. A program may
// define flags of its own in package flag.
func Main(about About, draw func(ctx context.Context, r *Run) error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	r, err := parse(about, flag.CommandLine, os.Args[1:], os.Stdout)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %v (-h for help)\n", about.Name, err)
		os.Exit(2)
	}
	if err := r.main(ctx, draw); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", about.Name, err)
		os.Exit(1)
	}
}

// main is Main once the command line is parsed. Claims are printed and saved even if draw
// fails after them.
func (r *Run) main(ctx context.Context, draw func(ctx context.Context, r *Run) error) error {
	claims := r.Path(r.name + "-claims.csv")
	if err := prepare(r.folder, claims); err != nil {
		return err
	}
	err := draw(ctx, r)
	failed := PrintClaims(r.out, r.Claims)
	err = errors.Join(err, write(claims, func(w io.Writer) error { return WriteClaims(w, r.Claims) }))
	if failed > 0 {
		err = errors.Join(err, fmt.Errorf("%d of %d claims fail", failed, len(r.Claims)))
	}
	return err
}

// prepare makes the folder, tries to write to it, and removes the claims of a run before.
func prepare(folder, claims string) error {
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	if err := write(claims, func(io.Writer) error { return nil }); err != nil {
		return err
	}
	return os.Remove(claims)
}

// parse reads the command line. After -h, which prints the help to stdout, its error is
// flag.ErrHelp.
func parse(about About, flags *flag.FlagSet, args []string, stdout io.Writer) (*Run, error) {
	r := &Run{name: about.Name, out: stdout, Progress: NewProgress(os.Stderr)}
	flags.Init(about.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	flags.Usage = func() {}
	flags.BoolVar(&r.Quick, "quick", false, "make it small, in the size of the tests")
	flags.Uint64Var(&r.Seed, "seed", 1, "`seed` of everything random")
	flags.StringVar(&r.folder, "out", "figures", "`folder` to write to")
	size := func(name, usage string, d Default) Optional {
		if d.Full == 0 {
			return Optional{}
		}
		return optional(flags, name, fmt.Sprintf("%s (default %d, with -quick %d)", usage, d.Full, d.Quick))
	}
	dim := size("d", "dimension `d`, the largest of several", about.Dim)
	runs := size("runs", "`number` of runs of each kind", about.Runs)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintf(stdout, "%s\n\nFlags:\n", about.Text)
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return nil, err
	case err != nil:
		return nil, err
	case flags.NArg() > 0:
		return nil, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if r.Dim, err = about.Dim.or(dim, r.Quick, "d", 16); err == nil {
		r.Runs, err = about.Runs.or(runs, r.Quick, "runs", 2)
	}
	return r, err
}

// or returns what was given, or the default.
func (d Default) or(given Optional, quick bool, name string, least int) (int, error) {
	value := d.Full
	if quick {
		value = d.Quick
	}
	if d.Full == 0 || !given.given() {
		return value, nil
	}
	x := given.Or(0)
	if x != float64(int(x)) || int(x) < least {
		return 0, fmt.Errorf("-%s is %v: must be a whole number of at least %d", name, x, least)
	}
	return int(x), nil
}

// Optional is a flag whose default depends on what else there is.
type Optional struct{ value *float64 }

// OptionalFlag defines a flag that is a number. Its usage says what the default is.
func OptionalFlag(name, usage string) Optional { return optional(flag.CommandLine, name, usage) }

func optional(flags *flag.FlagSet, name, usage string) Optional {
	o := Optional{new(float64)}
	*o.value = math.NaN()
	flags.Func(name, usage, func(word string) (err error) {
		*o.value, err = strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(*o.value) {
			return errors.New("not a number")
		}
		return nil
	})
	return o
}

func (o Optional) given() bool { return !math.IsNaN(*o.value) }

// Or returns the number that the flag was given, or the default.
func (o Optional) Or(value float64) float64 {
	if o.given() {
		return *o.value
	}
	return value
}
