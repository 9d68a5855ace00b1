// Sweep computes risk curves, limit risks, best rates and ensembles over a grid of
// covariances, noises, optimizers and rates that a JSON file describes, resumes after a
// crash, and divides the grid over the tasks of a cluster:
//
//	go run ./examples/sweep -spec examples/sweep/example.json -out sweep
//	go run ./examples/sweep merge -out sweep part-0 part-1 part-2
//
// README.md says what the file may hold and what comes out.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/examples/sweep/plan"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal does not wait for the points at work
	os.Exit(run(ctx, os.Args[1:], os.Stdout, os.Stderr))
}

// run runs the program and returns its exit status: 2 for a command line or a
// specification that is wrong, and 1 for everything else that is.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var err error
	if len(args) > 0 && args[0] == "merge" {
		err = merge(args[1:], stdout)
	} else {
		err = sweep(ctx, args, stdout, stderr)
	}
	var usage usageError
	var specification *plan.Error
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &specification):
		fmt.Fprintln(stderr, "sweep:", specification)
		return 2
	case errors.As(err, &usage):
		fmt.Fprintln(stderr, "sweep:", line(err), "(-h for help)")
		return 2
	}
	fmt.Fprintln(stderr, "sweep:", line(err))
	return 1
}

// line puts an error on one line.
func line(err error) string { return strings.ReplaceAll(err.Error(), "\n", "; ") }

// usageError is an error of the command line.
type usageError struct{ error }

// parse parses a command line. After -h, which prints the help, its error is flag.ErrHelp.
func parse(flags *flag.FlagSet, args []string, help string, stdout io.Writer) error {
	flags.SetOutput(io.Discard)
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stdout, help)
		flags.SetOutput(stdout)
		flags.PrintDefaults()
		return err
	case err != nil:
		return usageError{err}
	}
	return nil
}

// sweep computes the points of a specification, or those of a shard.
func sweep(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	flags := flag.NewFlagSet("sweep", flag.ContinueOnError)
	file := flags.String("spec", "", "`file` of the specification")
	folder := flags.String("out", "", "`folder` of the results; a sweep that is in it goes on")
	word := flags.String("shard", "", "compute the points `i/n` only, 0 ≤ i < n (default: what Slurm or Kubernetes say, else all)")
	workers := flags.Int("workers", 0, "`number` of points computed at the same time (default: that of the cores)")
	quiet := flags.Bool("quiet", false, "report no progress")
	if err := parse(flags, args, "sweep -spec FILE -out DIR [-shard i/n] [-workers n] [-quiet]\nsweep merge -out DIR PART...", stdout); err != nil {
		return err
	}
	switch {
	case flags.NArg() > 0:
		return usageError{fmt.Errorf("unexpected argument %q", flags.Arg(0))}
	case *file == "":
		return usageError{errors.New("-spec is missing")}
	case *folder == "":
		return usageError{errors.New("-out is missing")}
	case *workers < 0:
		return usageError{fmt.Errorf("-workers is %d: must be positive, or 0", *workers)}
	}
	shard, err := plan.EnvironmentShard(os.LookupEnv)
	if *word != "" {
		shard, err = plan.ParseShard(*word)
	}
	if err != nil {
		return usageError{err}
	}
	spec, err := plan.Read(*file)
	if err != nil {
		return usageError{err}
	}
	if *workers == 0 {
		*workers = runtime.GOMAXPROCS(0)
	}
	computer := plan.NewComputer(spec, max(*workers/spec.Points, 1))
	settings := ensemble.SweepSettings{Folder: *folder, Shard: shard.Index, Shards: shard.Count, Workers: *workers}
	if !*quiet {
		settings.Progress = program.NewProgress(stderr).Stage("points")
	}
	settings.Finish = func(j *ensemble.Journal) error {
		// The specification is kept for merge, which draws the pictures of all.
		if err := spec.Save(*folder); err != nil || shard.Count > 1 {
			return err
		}
		return finish(ctx, spec, computer, *folder, j, stdout)
	}
	return computer.Sweep(*folder).Run(ctx, settings)
}

// merge puts shards together.
func merge(args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("sweep merge", flag.ContinueOnError)
	folder := flags.String("out", "", "`folder` of the results of all shards")
	if err := parse(flags, args, "sweep merge -out DIR PART...", stdout); err != nil {
		return err
	}
	switch {
	case *folder == "":
		return usageError{errors.New("-out is missing")}
	case flags.NArg() == 0:
		return usageError{errors.New("there are no folders to merge")}
	}
	spec, err := plan.Load(flags.Arg(0))
	if err != nil {
		return err
	}
	return ensemble.MergeSweeps(*folder, func(j *ensemble.Journal) error {
		if err := spec.Save(*folder); err != nil {
			return err
		}
		if err := plan.CopyCurves(*folder, flags.Args()); err != nil {
			return err
		}
		return finish(context.Background(), spec, plan.NewComputer(spec, 0), *folder, j, stdout)
	}, flags.Args()...)
}

// finish writes the results and the pictures of a sweep whose points are all there.
func finish(ctx context.Context, spec *plan.Specification, c *plan.Computer, folder string, j *ensemble.Journal, stdout io.Writer) error {
	count := map[string]int{}
	g := newGrid(spec)
	if err := spec.WriteResults(folder, j, func(r *plan.Row) {
		count[r.Status]++
		g.see(r)
	}); err != nil {
		return err
	}
	names, err := g.pictures(ctx, c, folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d points: %d ok, %d diverged, %d failed\n", spec.Points, count["ok"], count["diverged"], count["failed"])
	fmt.Fprintf(stdout, "wrote %s\n", strings.Join(append([]string{filepath.Join(folder, "results.jsonl"), filepath.Join(folder, "results.csv")}, names...), ", "))
	return nil
}
