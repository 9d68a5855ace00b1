package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/riskcurves/riskcurves/examples/sweep/plan"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// task is what every worker must know.
type task struct {
	File, Text string // of the specification
	Folder     string // of the results
}

func (t task) specification() (*plan.Specification, error) {
	return plan.Parse(t.File, []byte(t.Text))
}

// computePoint computes a point and emits its ensemble.Record in JSON.
type computePoint struct {
	Task task

	sweep ensemble.Sweep
}

// Setup reads the specification.
func (f *computePoint) Setup() error {
	spec, err := f.Task.specification()
	if err == nil {
		f.sweep = plan.NewComputer(spec, 1).Sweep(f.Task.Folder)
	}
	return err
}

// ProcessElement computes a point. One that fails is recorded as that; only what has
// nothing to do with the point is an error, after which Beam tries again.
func (f *computePoint) ProcessElement(ctx context.Context, unit int, emit func(string)) error {
	record := ensemble.Record{Unit: unit, Name: f.sweep.Name(unit)}
	result, err := f.sweep.Do(ctx, unit)
	switch {
	case errors.Is(err, ensemble.ErrStop) || err != nil && ctx.Err() != nil:
		return err
	case err == nil:
		record.Result, err = json.Marshal(result)
	}
	if err != nil {
		record.Error = err.Error()
	}
	line, err := json.Marshal(record)
	if err != nil {
		return err
	}
	emit(string(line))
	return nil
}

// writeResults writes the records of all points to a journal and to the files of results.
type writeResults struct{ Task task }

// ProcessElement is called once, with all records in no order.
func (f *writeResults) ProcessElement(ctx context.Context, _ int, lines func(*string) bool) error {
	spec, err := f.Task.specification()
	if err != nil {
		return err
	}
	records := make(map[int]ensemble.Record, spec.Points)
	var line string
	for lines(&line) {
		var r ensemble.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			return err
		}
		records[r.Unit] = r
	}
	sweep := plan.NewComputer(spec, 1).Sweep(f.Task.Folder)
	sweep.Do = func(_ context.Context, unit int) (any, error) {
		r, ok := records[unit]
		switch {
		case !ok:
			return nil, fmt.Errorf("there is no record of point %d: %w", unit, ensemble.ErrStop)
		case r.Error != "":
			return nil, errors.New(r.Error)
		}
		return r.Result, nil
	}
	return sweep.Run(ctx, ensemble.SweepSettings{Folder: f.Task.Folder, Finish: func(j *ensemble.Journal) error {
		if err := spec.Save(f.Task.Folder); err != nil {
			return err
		}
		return spec.WriteResults(f.Task.Folder, j, nil)
	}})
}
