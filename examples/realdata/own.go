package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// openFiles opens a user's own inputs and labels, each a file in one of the formats NPY,
// IDX and CSV by its name.
func openFiles(ctx context.Context, x, y string) (*Labelled, error) {
	labels, err := openTable(ctx, y)
	if err != nil {
		return nil, err
	}
	defer labels.Close()
	if _, cols := labels.Dims(); cols != 1 {
		return nil, fmt.Errorf("%s has %d columns: labels must have one", y, cols)
	}
	column, err := data.Load(ctx, labels)
	if err != nil {
		return nil, err
	}
	inputs, err := openTable(ctx, x)
	if err != nil {
		return nil, err
	}
	l, err := every(filepath.Base(x), inputs, column.Values)
	if err != nil {
		return nil, errors.Join(err, inputs.Close())
	}
	return l, nil
}

// table is a table of a file.
type table interface {
	data.Rows
	io.Closer
}

func openTable(ctx context.Context, path string) (table, error) {
	name := strings.TrimSuffix(path, ".gz")
	switch {
	case strings.HasSuffix(name, ".npy"):
		return data.OpenNPY(ctx, path)
	case strings.HasSuffix(name, ".csv"):
		return data.OpenCSV(ctx, path, false)
	case strings.HasSuffix(name, "-ubyte"), strings.HasSuffix(name, ".idx"):
		return data.OpenIDX(ctx, path)
	}
	return nil, fmt.Errorf("%s: the name must end in .npy, .csv, .idx or -ubyte, or these and .gz", path)
}
