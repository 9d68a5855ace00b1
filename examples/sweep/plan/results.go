package plan

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"context"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// CurvesFolder is the folder of the files of curves, in that of the sweep.
const CurvesFolder = "curves"

// Sweep returns the points as units of a sweep. Files of curves go to the folder.
func (c *Computer) Sweep(folder string) ensemble.Sweep {
	s := c.spec
	return ensemble.Sweep{
		Description: s.Description(),
		Units:       s.Points,
		Name:        func(unit int) string { return s.Point(unit).Name() },
		Do: func(ctx context.Context, unit int) (any, error) {
			outcome, curves, err := c.Compute(ctx, unit)
			if err != nil || !s.Curves {
				return outcome, err
			}
			if err := writeCurves(folder, unit, curves); err != nil {
				return nil, errors.Join(err, ensemble.ErrStop)
			}
			return outcome, nil
		},
	}
}

// CurvesFile returns the name of the file of the curves of a point.
func CurvesFile(point int) string { return fmt.Sprintf("%08d.npy", point) }

func writeCurves(folder string, point int, c *Curves) error {
	folder = filepath.Join(folder, CurvesFolder)
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	return ensemble.WriteFile(filepath.Join(folder, CurvesFile(point)), func(w io.Writer) error {
		_, err := w.Write(c.npy())
		return err
	})
}

// npy returns the curves in NumPy's format NPY, version 1: a vector of records with a
// field for each column.
func (c *Curves) npy() []byte {
	rows := 0
	fields := make([]string, len(c.Names))
	for i, name := range c.Names {
		fields[i] = fmt.Sprintf("('%s', '<f8')", name)
		rows = len(c.Columns[i])
	}
	header := fmt.Sprintf("{'descr': [%s], 'fortran_order': False, 'shape': (%d,), }", strings.Join(fields, ", "), rows)
	header += strings.Repeat(" ", 63-(10+len(header))%64) + "\n"
	out := append([]byte("\x93NUMPY\x01\x00"), byte(len(header)), byte(len(header)>>8))
	out = append(out, header...)
	for i := range rows {
		for _, column := range c.Columns {
			out = binary.LittleEndian.AppendUint64(out, math.Float64bits(column[i]))
		}
	}
	return out
}

// CopyCurves copies the files of curves of shards to the folder of the whole sweep.
func CopyCurves(folder string, shards []string) error {
	for _, shard := range shards {
		entries, err := os.ReadDir(filepath.Join(shard, CurvesFolder))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Join(folder, CurvesFolder), 0o777); err != nil {
			return err
		}
		for _, e := range entries {
			if !strings.HasSuffix(e.Name(), ".npy") {
				continue
			}
			text, err := os.ReadFile(filepath.Join(shard, CurvesFolder, e.Name()))
			if err != nil {
				return err
			}
			err = ensemble.WriteFile(filepath.Join(folder, CurvesFolder, e.Name()), func(w io.Writer) error {
				_, err := w.Write(text)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// Row is a point with its results.
type Row struct {
	Point *Point
	Outcome
}

// Value returns a number of the row, and NaN where there is none.
func (r *Row) Value(s *Specification, column string) float64 {
	for i, name := range s.Columns() {
		if name == column && r.Values[i] != "" {
			if v, err := strconv.ParseFloat(r.Values[i], 64); err == nil {
				return v
			}
		}
	}
	return math.NaN()
}

// row returns the row of a record of the journal.
func (s *Specification) row(r ensemble.Record) (*Row, error) {
	row := &Row{Point: s.Point(r.Unit)}
	if r.Error != "" {
		row.Outcome = Outcome{Status: "failed", Error: r.Error, Values: make([]string, len(s.Columns()))}
		return row, nil
	}
	if err := json.Unmarshal(r.Result, &row.Outcome); err != nil {
		return nil, fmt.Errorf("point %d: %w", r.Unit, err)
	}
	if len(row.Values) != len(s.Columns()) {
		return nil, fmt.Errorf("point %d has %d values: must have %d", r.Unit, len(row.Values), len(s.Columns()))
	}
	return row, nil
}

// WriteResults writes results.jsonl and results.csv to the folder, with one row for each
// point of the journal in their order, and calls see, if it is not nil, with each.
func (s *Specification) WriteResults(folder string, j *ensemble.Journal, see func(*Row)) error {
	if err := ensemble.WriteFile(filepath.Join(folder, "results.jsonl"), func(w io.Writer) error {
		return s.rows(w, j, func(w *bufio.Writer, r *Row) error { return s.writeJSON(w, r) }, see)
	}); err != nil {
		return err
	}
	return ensemble.WriteFile(filepath.Join(folder, "results.csv"), func(w io.Writer) error {
		lines := csv.NewWriter(w)
		names := []string{"point"}
		for _, a := range s.Axes {
			names = append(names, a.Name)
		}
		lines.Write(append(append(names, "status", "error"), s.Columns()...))
		err := s.rows(io.Discard, j, func(_ *bufio.Writer, r *Row) error {
			fields := []string{strconv.Itoa(r.Point.Index)}
			for _, a := range s.Axes {
				fields = append(fields, r.Point.Word(a.Name))
			}
			return lines.Write(append(append(fields, r.Status, r.Error), r.Values...))
		}, nil)
		lines.Flush()
		return errors.Join(err, lines.Error())
	})
}

// rows calls write for every row of the journal.
func (s *Specification) rows(w io.Writer, j *ensemble.Journal, write func(*bufio.Writer, *Row) error, see func(*Row)) error {
	buffer := bufio.NewWriter(w)
	for record, err := range j.Records() {
		if err != nil {
			return err
		}
		row, err := s.row(record)
		if err != nil {
			return err
		}
		if err := write(buffer, row); err != nil {
			return err
		}
		if see != nil {
			see(row)
		}
	}
	return buffer.Flush()
}

// writeJSON writes a row as a line of JSON.
func (s *Specification) writeJSON(w *bufio.Writer, r *Row) error {
	line := fmt.Appendf(nil, `{"point":%d`, r.Point.Index)
	text := func(name, value string) {
		quoted, _ := json.Marshal(value) // a text always has a JSON
		line = fmt.Appendf(line, `,"%s":%s`, name, quoted)
	}
	number := func(name, value string) {
		switch v, err := strconv.ParseFloat(value, 64); {
		case value == "" || err != nil:
			line = fmt.Appendf(line, `,"%s":null`, name)
		case math.IsInf(v, 0) || math.IsNaN(v):
			text(name, value)
		default:
			line = fmt.Appendf(line, `,"%s":%s`, name, value)
		}
	}
	for _, a := range s.Axes {
		if a.Value == nil {
			text(a.Name, r.Point.Word(a.Name))
		} else {
			number(a.Name, r.Point.Word(a.Name))
		}
	}
	text("status", r.Status)
	text("error", r.Error)
	for i, name := range s.Columns() {
		number(name, r.Values[i])
	}
	_, err := w.Write(append(line, '}', '\n'))
	return err
}
