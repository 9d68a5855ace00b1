// All builds the programs of all figures, runs one after the other, and prints one table of
// all claims. It exits with status 1 when a program or a claim fails. It must be started in
// the module of the library.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/riskcurves/riskcurves/examples/internal/program"
)

// folder is the import path of the programs.
const folder = "github.com/riskcurves/riskcurves/examples/"

var programs = []string{
	"riskcurves", "noise", "spectra", "minibatch", "concentration", "bands", "limitrisk",
	"conditioning", "effects", "adam", "adamw", "momentum", "memory", "weakapprox", "optimizers",
	"schedules", "transfer", "scaling", "validity",
}

var about = program.About{
	Name: "all",
	Text: "All runs the programs of all figures except that of real data, and sums up their claims.",
}

func main() {
	program.Main(about, func(ctx context.Context, r *program.Run) error { return run(ctx, r, programs) })
}

// run runs the programs with the flags that it was given itself. A program that fails does
// not keep the others from running.
func run(ctx context.Context, r *program.Run, programs []string) error {
	binaries, err := os.MkdirTemp("", "riskcurves-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(binaries)
	flags := []string{fmt.Sprintf("-quick=%v", r.Quick), fmt.Sprintf("-seed=%d", r.Seed), "-out=" + r.Path("")}
	var failed error
	for _, name := range programs {
		r.Printf("== %s\n", name)
		binary := filepath.Join(binaries, name)
		err := command(ctx, "go", "build", "-o", binary, folder+name)
		if err == nil {
			err = command(ctx, binary, flags...)
		}
		claims, e := claims(r.Path(name + "-claims.csv"))
		for _, c := range claims {
			c.What = name + ": " + c.What
			r.Claim(c)
		}
		if err = errors.Join(err, e); err != nil {
			failed = errors.Join(failed, fmt.Errorf("%s: %w", name, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return failed
}

// command runs a command on the standard output, and interrupts it when ctx ends.
func command(ctx context.Context, name string, args ...string) error {
	c := exec.CommandContext(ctx, name, args...)
	c.Stdout, c.Stderr = os.Stdout, os.Stderr
	c.Cancel = func() error { return c.Process.Signal(os.Interrupt) }
	return c.Run()
}

// claims reads the claims that a program has left.
func claims(path string) ([]program.Claim, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return program.ReadClaims(file)
}
