package signsgd

import (
	"errors"
	"fmt"
	"io"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// Data is a Source of samples from tables. The labels are those of the data, or those of
// a model in which only x is data, in both cases with further noise if it is set:
//
//	y = Y_i + ε,  or  y = ⟨x_i, Target⟩ + ε  where Y is nil.
//
// Every run goes through all rows in its own order, a uniformly random permutation that
// is drawn afresh for each pass from the run's generator. The permutation takes 8 bytes a
// row for every run at work.
//
// The risk of a run is measured against Problem.Target. If that was fitted to these very
// rows, by LeastSquares, one pass over them ends below the curve of the theory; see
// Fit.Problem. Standard errors over runs on one data set do not contain the chance of the
// data set.
type Data struct {
	X      data.Rows // the samples x in rows
	Y      data.Rows // their labels, in one column and as many rows; nil for a model
	Target []float64 // θ* of the model; nil if Y is set
	Noise  noise.Law // law of ε; nil adds none

	// Passes is the number of times that a run may go through the data. The default, 0,
	// stands for 1, as in the theory. An ensemble that needs more samples is an error.
	Passes int

	// InOrder keeps the order of the rows in every run and pass.
	InOrder bool
}

var _ Sized = Data{}

// Validate returns an error that names the first bad field, and nil if there is none.
func (s Data) Validate() error {
	if s.X == nil {
		return errors.New("signsgd: Data.X is nil")
	}
	for i, table := range []data.Rows{s.X, s.Y} {
		if v, ok := table.(interface{ Validate() error }); ok {
			if err := v.Validate(); err != nil {
				return fmt.Errorf("signsgd: Data.%c: %w", "XY"[i], err)
			}
		}
	}
	rows, cols := s.X.Dims()
	if rows < 1 || cols < 1 {
		return fmt.Errorf("signsgd: Data.X has %d rows and %d columns: must have some", rows, cols)
	}
	switch {
	case s.Y == nil && s.Target == nil:
		return errors.New("signsgd: Data.Y and Data.Target are nil: one must give the labels")
	case s.Y != nil && s.Target != nil:
		return errors.New("signsgd: Data.Y and Data.Target are given: one must be nil")
	case s.Y != nil:
		if r, c := s.Y.Dims(); r != rows || c != 1 {
			return fmt.Errorf("signsgd: Data.Y has %d rows and %d columns: must have %d and 1", r, c, rows)
		}
	case len(s.Target) != cols:
		return fmt.Errorf("signsgd: Data.Target has length %d: must be %d, the columns of X", len(s.Target), cols)
	}
	for i, v := range s.Target {
		if !finite(v) {
			return fmt.Errorf("signsgd: Data.Target[%d] is %v: must be finite", i, v)
		}
	}
	if s.Passes < 0 {
		return fmt.Errorf("signsgd: Data.Passes is %d: must be positive, or 0 for 1", s.Passes)
	}
	if s.Noise != nil {
		if err := noise.Validate(s.Noise); err != nil {
			return fmt.Errorf("signsgd: Data.Noise: %w", err)
		}
		if err := noise.CheckRand(s.Noise); err != nil {
			return fmt.Errorf("signsgd: Data.Noise: %w", err)
		}
	}
	return nil
}

// Size returns the number of samples that a run gets, and their dimension. It panics if X
// is nil.
func (s Data) Size() (samples, dim int) {
	if s.X == nil {
		panic("signsgd: Data.X is nil")
	}
	rows, cols := s.X.Dims()
	passes := max(s.Passes, 1)
	if rows > math.MaxInt/passes {
		return math.MaxInt, cols
	}
	return rows * passes, cols
}

// maxDescribed is how many numbers of a table Description reads, up to one row.
const maxDescribed = 1 << 22

// Description returns the part "samples", with a digest of the rows and labels, and the part
// "samples noise". It reads all rows of tables of up to 2²² numbers, and of larger ones
// as many rows, equally spaced.
func (s Data) Description() ensemble.Description {
	rows, cols := s.X.Dims()
	text := fmt.Sprintf("signsgd.Data of %d×%d numbers, labels %t, %d passes, in order %t", rows, cols, s.Y != nil, max(s.Passes, 1), s.InOrder)
	count := min(rows, max(maxDescribed/cols, 1))
	weights, x, numbers := probe(cols), make([]float64, cols), append([]float64{}, s.Target...)
	for n := range count {
		i := int(float64(n) / float64(count) * float64(rows))
		if err := readRow("X", s.X, x, i); err != nil {
			text += ", " + err.Error() // a run ends with it
			break
		}
		numbers = append(numbers, floats.Dot(x, weights))
		if s.Y != nil {
			var y [1]float64
			if err := readRow("Y", s.Y, y[:], i); err != nil {
				text += ", " + err.Error()
				break
			}
			numbers = append(numbers, y[0])
		}
	}
	noise := ensemble.Part{Name: "samples noise", Text: "none"}
	if s.Noise != nil {
		noise = ensemble.Describe(noise.Name, s.Noise)
	}
	return ensemble.Description{ensemble.Digest("samples", text, numbers), noise}
}

// Open starts a run through the data.
func (s Data) Open(rng *rand.Rand) (Stream, error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	rows, cols := s.X.Dims()
	stream := &dataStream{source: s, rng: rng, rows: rows, cols: cols, passes: max(s.Passes, 1)}
	if !s.InOrder {
		stream.order = make([]int, rows)
		for i := range stream.order {
			stream.order[i] = i
		}
	}
	return stream, nil
}

// dataStream is one run through Data.
type dataStream struct {
	source     Data
	rng        *rand.Rand
	rows, cols int
	passes     int   // left, with the present one
	order      []int // a permutation of the rows; nil keeps their order
	next       int   // place in the order
	label      [1]float64
	err        error // of a row, once the samples before it are delivered
}

func (s *dataStream) Fill(x, y []float64) (int, error) {
	if len(x) != len(y)*s.cols {
		return 0, fmt.Errorf("signsgd: Data.X has %d columns: must be the dimension %d", s.cols, len(x)/len(y))
	}
	if s.err != nil {
		return 0, s.err
	}
	for n := range y {
		i, ok := s.draw()
		if !ok {
			return n, io.EOF
		}
		var err error
		if y[n], err = s.sample(x[n*s.cols:(n+1)*s.cols], i); err != nil {
			s.err = err
			if n == 0 {
				return 0, err
			}
			return n, nil
		}
	}
	return len(y), nil
}

// draw returns the next row in the order, or false at the end of the last pass. The
// permutation is Fisher and Yates's, made as far as it is needed.
func (s *dataStream) draw() (row int, ok bool) {
	if s.next == s.rows {
		if s.passes == 1 {
			return 0, false
		}
		s.passes--
		s.next = 0
	}
	i := s.next
	s.next++
	if s.order == nil {
		return i, true
	}
	j := i + s.rng.IntN(s.rows-i)
	s.order[i], s.order[j] = s.order[j], s.order[i]
	return s.order[i], true
}

// sample stores row i of X in x and returns its label.
func (s *dataStream) sample(x []float64, i int) (y float64, err error) {
	if err := readRow("X", s.source.X, x, i); err != nil {
		return 0, err
	}
	if s.source.Y == nil {
		y = floats.Dot(x, s.source.Target)
	} else {
		if err := readRow("Y", s.source.Y, s.label[:], i); err != nil {
			return 0, err
		}
		y = s.label[0]
	}
	if s.source.Noise != nil {
		y += s.source.Noise.Rand(s.rng)
	}
	return y, nil
}

// readRow stores a row of a table of Data in dst.
func readRow(field string, table data.Rows, dst []float64, i int) error {
	if err := table.Row(dst, i); err != nil {
		return fmt.Errorf("signsgd: Data.%s: %w", field, err)
	}
	for j, v := range dst {
		if !finite(v) {
			return fmt.Errorf("signsgd: Data.%s: row %d, column %d is %v: must be finite", field, i, j, v)
		}
	}
	return nil
}
