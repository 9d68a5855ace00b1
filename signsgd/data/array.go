package data

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"strings"

	"golang.org/x/exp/mmap"
)

// Array is a table read from an array of numbers in a file. The rows lie along its first
// axis. The other axes make up the columns, the last one running fastest. It is safe for
// concurrent use until it is closed.
type Array struct {
	// Shape holds the lengths of the axes. It must not be changed.
	Shape []int

	name       string
	rows, cols int
	fortran    bool // the first axis runs fastest
	kind       kind
	start      int64 // of the numbers in the file
	content    content
}

var _ Rows = (*Array)(nil)

// content is a file, mapped or in memory.
type content interface {
	io.ReaderAt
	io.Closer
	Len() int
}

// inMemory is a file in memory.
type inMemory struct{ *bytes.Reader }

func (m inMemory) Len() int     { return int(m.Size()) }
func (m inMemory) Close() error { return nil }

// maxUnpacked is the largest content of a .gz file, which is decompressed into memory: 4
// gibibytes.
const maxUnpacked = 1 << 32

// open maps a file, or reads it into memory and decompresses it if it ends in .gz. Only the
// latter takes time, and fails when ctx ends.
func open(ctx context.Context, path string) (content, error) {
	switch info, err := os.Stat(path); {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("data: %s is a %v: must be a regular file", path, kindOf(info.Mode()))
	}
	if !strings.HasSuffix(path, ".gz") {
		return mmap.Open(path)
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	whole, err := unpack(bufio.NewReader(cancelled{ctx, file}), maxUnpacked)
	if err != nil {
		return nil, fmt.Errorf("data: %s: %w", path, err)
	}
	return inMemory{bytes.NewReader(whole)}, nil
}

// cancelled is a reader that fails when ctx ends.
type cancelled struct {
	ctx context.Context
	io.Reader
}

func (c cancelled) Read(p []byte) (int, error) {
	if err := c.ctx.Err(); err != nil {
		return 0, err
	}
	return c.Reader.Read(p)
}

// kindOf names what is no regular file.
func kindOf(mode os.FileMode) string {
	if mode.IsDir() {
		return "folder"
	}
	return "special file"
}

// unpack decompresses to the end, where the checksum is, or returns an error if there are
// more bytes than the limit.
func unpack(r io.Reader, limit int64) ([]byte, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, err
	}
	whole, err := io.ReadAll(io.LimitReader(z, limit))
	if err != nil {
		return nil, err
	}
	// At the limit the end has not been seen.
	var more [1]byte
	switch n, err := io.ReadFull(z, more[:]); {
	case n > 0:
		return nil, fmt.Errorf("more than %d bytes when decompressed: decompress it to a file, which is mapped", limit)
	case err != io.EOF:
		return nil, err
	}
	return whole, nil
}

// openArray opens a file and parses its header.
func openArray(ctx context.Context, path string, parse func(content) (*Array, error)) (*Array, error) {
	c, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	a, err := parse(c)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("data: %s: %w", path, err)
	}
	a.name = path
	return a, nil
}

// newArray returns the array of the given shape whose numbers begin at start, if the
// content has just as many.
func newArray(c content, shape []int, k kind, start int64, fortran bool) (*Array, error) {
	if len(shape) == 0 {
		return nil, fmt.Errorf("the array has no axes: must have rows")
	}
	a := &Array{Shape: shape, rows: shape[0], cols: 1, fortran: fortran, kind: k, start: start, content: c}
	have := (int64(c.Len()) - start) / int64(k.size)
	count := int64(1)
	for axis, n := range shape {
		if n < 1 {
			return nil, fmt.Errorf("axis %d has length %d: must be at least 1", axis, n)
		}
		if int64(n) > have/count {
			return nil, fmt.Errorf("shape %v needs more than the %d numbers in the file", shape, have)
		}
		count *= int64(n)
		if axis > 0 {
			a.cols *= n
		}
	}
	if end := start + count*int64(k.size); end != int64(c.Len()) {
		return nil, fmt.Errorf("shape %v needs a file of %d bytes: it has %d", shape, end, c.Len())
	}
	return a, nil
}

// Close unmaps the file. The array must not be used any more.
func (a *Array) Close() error {
	if a.content == nil { // the zero value
		return nil
	}
	return a.content.Close()
}

// Dims returns the number of rows and of columns.
func (a *Array) Dims() (rows, cols int) { return a.rows, a.cols }

// Row stores row i in dst, of length cols. It panics if there is no such row.
func (a *Array) Row(dst []float64, i int) error {
	if uint(i) >= uint(a.rows) || len(dst) != a.cols {
		panic(fmt.Sprintf("data: Array.Row: row %d into %d places: the array is %d×%d", i, len(dst), a.rows, a.cols))
	}
	var err error
	if a.fortran {
		err = a.scattered(dst, i)
	} else {
		err = a.contiguous(dst, i)
	}
	if err != nil {
		return fmt.Errorf("data: %s: row %d: %w", a.name, i, err)
	}
	return nil
}

// contiguous reads a row that lies in one piece.
func (a *Array) contiguous(dst []float64, i int) error {
	var buffer [1 << 10]byte
	at := a.start + int64(i)*int64(a.cols)*int64(a.kind.size)
	for len(dst) > 0 {
		n := min(len(dst), len(buffer)/a.kind.size)
		piece := buffer[:n*a.kind.size]
		if _, err := a.content.ReadAt(piece, at); err != nil {
			return err
		}
		for j := range n {
			dst[j] = a.kind.decode(piece[j*a.kind.size:])
		}
		dst, at = dst[n:], at+int64(len(piece))
	}
	return nil
}

// scattered reads a row of an array in the order of Fortran, whose first axis runs fastest.
func (a *Array) scattered(dst []float64, i int) error {
	var buffer [8]byte
	number := buffer[:a.kind.size]
	index := make([]int, len(a.Shape))
	index[0] = i
	for j := range dst {
		place, stride := int64(0), int64(1)
		for axis, n := range a.Shape {
			place += int64(index[axis]) * stride
			stride *= int64(n)
		}
		if _, err := a.content.ReadAt(number, a.start+place*int64(a.kind.size)); err != nil {
			return err
		}
		dst[j] = a.kind.decode(number)
		for axis := len(index) - 1; axis > 0; axis-- { // the last axis runs fastest in a row
			if index[axis]++; index[axis] < a.Shape[axis] {
				break
			}
			index[axis] = 0
		}
	}
	return nil
}

// kind is a binary format of numbers.
type kind struct {
	size   int
	decode func(b []byte) float64
}

// maxLength is the largest length of an axis: an int everywhere.
const maxLength = math.MaxInt32
