package ensemble

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
)

// Sweep is a lot of work in independent units: an optimizer and a rate each, say.
// Description, Units and Do are required.
type Sweep struct {
	// Description says what the sweep is, so that its folder is not taken for that of
	// another one: what is finished there is not done again, even if Do has changed since.
	// So it must hold everything that the results depend on. For simulations that is the
	// grid, the problem, the optimizer and the settings,
	//
	//	append(p.Description(), ensemble.Describe("grid", grid), …)
	//
	// and, where Do itself may change, a version of it. A part without a text cannot be
	// compared and is an error.
	Description Description

	Units int // their number, as of a Grid

	// Name names a unit by its parameters, for people who read the journal. The default
	// is its index.
	Name func(unit int) string

	// Do does a unit. It is called from several goroutines at once. The result is kept
	// in JSON, which has no infinite numbers: Paths keep them. An error, a panic included,
	// is recorded in place of the result, and the sweep goes on, unless the error wraps
	// ErrStop. What Do returns must depend on the unit alone, or a sweep that was resumed
	// may differ from one that was not. An ensemble in a unit shares the processors with
	// those of the other units: it is fastest with Settings.Workers 1.
	Do func(ctx context.Context, unit int) (result any, err error)
}

// ErrStop in the error of a unit stops the whole sweep. The unit counts as not finished.
// It is meant for what has nothing to do with the unit, such as a full disk.
var ErrStop = errors.New("the sweep cannot go on")

// SweepSettings says how a sweep is run. Folder is required.
type SweepSettings struct {
	// Folder keeps the journal of the sweep. It is made if it is not there. A sweep in a
	// folder that has a journal already does only the units that are missing in it.
	Folder string

	// Shard and Shards run the units whose index is Shard modulo Shards, 0 ≤ Shard <
	// Shards. Each shard needs a folder of its own, and MergeSweeps puts them together.
	// The default, 0 and 0, is the whole sweep.
	Shard, Shards int

	// Workers is the number of units that are done at the same time. The default, 0,
	// stands for GOMAXPROCS.
	Workers int

	// Retry does again the units whose last record is an error. The default leaves them as
	// they are, also those to which a Retry that was interrupted has not come.
	Retry bool

	// Progress, if it is not nil, is called whenever a unit is safe on the disk, with the
	// number of units of the shard that are, those of an earlier run included, and the
	// number of all. It is called once before the first of them. Calls do not overlap.
	Progress func(done, total int)

	// Finish, if it is not nil, is called in the end when all units of the shard are in
	// the journal, while the folder is still locked.
	Finish func(j *Journal) error
}

// Validate returns an error that names the first bad field, and nil if there is none.
func (s SweepSettings) Validate() error {
	switch {
	case s.Folder == "":
		return errors.New("ensemble: SweepSettings.Folder is empty")
	case s.Shards < 0:
		return fmt.Errorf("ensemble: SweepSettings.Shards is %d: must be nonnegative", s.Shards)
	case s.Shard < 0 || s.Shard >= max(s.Shards, 1):
		return fmt.Errorf("ensemble: SweepSettings.Shard is %d: must be at least 0 and below Shards, %d", s.Shard, max(s.Shards, 1))
	case s.Workers < 0:
		return fmt.Errorf("ensemble: SweepSettings.Workers is %d: must be positive, or 0 for GOMAXPROCS", s.Workers)
	}
	return nil
}

// Validate returns an error that names the first bad field, and nil if there is none.
func (s Sweep) Validate() error {
	switch {
	case s.Units < 1 || s.Units > maxUnits:
		return fmt.Errorf("ensemble: Sweep.Units is %d: must be at least 1 and at most %d; a Grid has 0 if an axis has no values", s.Units, maxUnits)
	case s.Do == nil:
		return errors.New("ensemble: Sweep.Do is nil")
	}
	if err := sameDescription(s.Description, s.Description); err != nil {
		return fmt.Errorf("ensemble: Sweep.Description: %w", err)
	}
	return nil
}

// maxUnits is the largest number of units. Their places in the journal take 800 megabytes.
const maxUnits = 100_000_000

// Run does the units of the shard that are not in the journal of the folder, several at a
// time, and appends each to the journal when it is finished. When Run returns without an
// error, OpenJournal gives the results. They depend neither on the workers nor on
// interruptions.
//
// Run stops when ctx ends, when the journal cannot be written, and at an ErrStop. What was
// finished before is safe on the disk then, and the next Run goes on from there. So it
// does after a crash of the process or of the machine. Run returns an error that wraps
// ErrBusy if another process works in the folder, and a *DifferenceError if the folder is
// that of another sweep or shard.
func (s Sweep) Run(ctx context.Context, settings SweepSettings) (err error) {
	if err := errors.Join(s.Validate(), settings.Validate()); err != nil {
		return err
	}
	if err := os.MkdirAll(settings.Folder, 0o777); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	unlock, err := Lock(settings.Folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	shards := max(settings.Shards, 1)
	j, w, err := openToAppend(settings.Folder, journalHeader{Description: s.Description, Units: s.Units, Shard: settings.Shard, Shards: shards})
	if err != nil {
		return err
	}
	defer j.Close()
	if err := s.fill(ctx, j, w, settings, shards); err != nil || settings.Finish == nil {
		return err
	}
	whole, err := OpenJournal(settings.Folder)
	if err != nil {
		return err
	}
	defer whole.Close()
	return settings.Finish(whole)
}

// fill appends the missing units of the shard to the journal.
func (s Sweep) fill(ctx context.Context, j *Journal, w *journalWriter, settings SweepSettings, shards int) error {
	total := (s.Units - settings.Shard + shards - 1) / shards
	finished, done := j.Has, j.Len()
	if settings.Retry {
		finished = func(unit int) bool { return j.at[unit] > 0 }
		done -= j.failed
	}
	progress := settings.Progress
	if progress == nil {
		progress = func(done, total int) {}
	}
	progress(done, total)
	workers := settings.Workers
	if workers == 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	lines := make(chan []byte, waiting)
	var next atomic.Int64
	var group sync.WaitGroup
	for range min(workers, total-done) {
		group.Go(func() {
			for ctx.Err() == nil {
				unit := settings.Shard + (int(next.Add(1))-1)*shards
				if unit >= s.Units {
					return
				}
				if finished(unit) {
					continue
				}
				line, err := s.unit(ctx, unit)
				if err != nil {
					cancel(err)
					return
				}
				lines <- line
			}
		})
	}
	go func() {
		group.Wait()
		close(lines)
	}()
	for line := range lines {
		// Units that were finished while the last ones were written go to the disk
		// together.
		n := 1
		for more := true; more; {
			select {
			case another, open := <-lines:
				if more = open; open {
					line = append(line, another...)
					n++
				}
			default:
				more = false
			}
		}
		if err := w.append(line); err != nil {
			cancel(err)
			continue
		}
		for range n {
			done++
			progress(done, total)
		}
	}
	if w.err != nil {
		return w.err
	}
	if done < total {
		return context.Cause(ctx)
	}
	return nil
}

// waiting is the number of finished units that may wait for the disk.
const waiting = 256

// unit does a unit and returns its line in the journal. An error means that the sweep
// cannot go on.
func (s Sweep) unit(ctx context.Context, unit int) ([]byte, error) {
	r := Record{Unit: unit, Name: strconv.Itoa(unit)}
	if s.Name != nil {
		r.Name = s.Name(unit)
	}
	result, err := s.try(ctx, unit)
	switch {
	case errors.Is(err, ErrStop):
		return nil, fmt.Errorf("ensemble: unit %d, %s: %w", unit, r.Name, err)
	case err != nil && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case err == nil:
		r.Result, err = json.Marshal(result)
	}
	if err != nil {
		r.Error = err.Error()
		if r.Error == "" {
			r.Error = "an error without a text"
		}
	}
	return r.line()
}

// try is Do with panics as errors.
func (s Sweep) try(ctx context.Context, unit int) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return s.Do(ctx, unit)
}
