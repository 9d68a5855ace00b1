package data

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// CSV is a table of numbers in a file of comma-separated values. It
// is safe for concurrent use until it is closed. Rows are parsed when they are asked
// for: Load makes a faster table of them where they fit into memory.
type CSV struct {
	// Names holds the names of the columns if the file has a header, and is nil
	// otherwise. It must not be changed.
	Names []string

	name    string
	cols    int
	lines   []span // of the rows
	longest int
	content content
	buffers sync.Pool // of *[]byte
}

var _ Rows = (*CSV)(nil)

// span is where a line lies in a file.
type span struct {
	at   int64
	size int
}

// OpenCSV opens a file of comma-separated numbers, one row a line. If header is set, the
// first line holds the names of the columns; a name in quotes may contain commas. It is an
// error if all of them are numbers, for then the line is likely the first row of a file
// without names. A table of pandas whose columns have no names has the header 0,1,2,… all the
// same: write it with header=False, or open the file without a header and leave out the first
// row by Range. Spaces around fields, quotes around a whole field and empty lines are
// allowed. The file is read through once. It is an error, which names the line and the
// column, if a field is not a finite decimal number, as 12, -0.5 and 3e-4 are and nan, inf
// and 0x1p3 are not. It is also an error if a row has more or fewer fields than the first
// line. Each row takes 16 bytes of memory. OpenCSV fails when ctx ends.
func OpenCSV(ctx context.Context, path string, header bool) (*CSV, error) {
	c, err := open(ctx, path)
	if err != nil {
		return nil, err
	}
	t, err := parseCSV(ctx, c, header)
	if err != nil {
		c.Close()
		return nil, fmt.Errorf("data: %s: %w", path, err)
	}
	t.name = path
	return t, nil
}

// maxLine bounds the length of a line in bytes.
const maxLine = 1 << 28

func parseCSV(ctx context.Context, c content, header bool) (*CSV, error) {
	t := &CSV{content: c}
	next := int64(0)
	lines := bufio.NewScanner(io.NewSectionReader(c, 0, int64(c.Len())))
	lines.Buffer(nil, maxLine)
	var line span
	lines.Split(func(data []byte, atEOF bool) (int, []byte, error) {
		advance, token, err := bufio.ScanLines(data, atEOF)
		line = span{next, len(token)}
		next += int64(advance)
		return advance, token, err
	})
	var row []float64
	number := 0
	for lines.Scan() {
		if number++; number%256 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		text := lines.Bytes()
		if number == 1 && bytes.HasPrefix(text, byteOrderMark) {
			text = text[len(byteOrderMark):]
			line = span{line.at + int64(len(byteOrderMark)), len(text)}
		}
		if len(bytes.TrimSpace(text)) == 0 {
			continue
		}
		if row == nil {
			t.cols = bytes.Count(text, comma) + 1
			if header {
				var err error
				if t.Names, err = names(text); err != nil {
					return nil, fmt.Errorf("line %d: the header: %w", number, err)
				}
				t.cols = len(t.Names)
			}
			row = make([]float64, t.cols)
			if header {
				if !slices.ContainsFunc(t.Names, nonNumber) { // a row that would be lost in silence
					return nil, fmt.Errorf("line %d: the header is %q, numbers alone: must have a name among them; without a header the line is a row of numbers, which data.Range can leave out", number, text)
				}
				continue
			}
		}
		if err := parseRow(row, text); err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		t.lines = append(t.lines, line)
		t.longest = max(t.longest, line.size)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("line %d: %w", number+1, err)
	}
	if len(t.lines) == 0 {
		return nil, errors.New("the file has no rows of numbers")
	}
	t.buffers.New = func() any {
		buffer := make([]byte, t.longest)
		return &buffer
	}
	return t, nil
}

// Close unmaps the file. The table must not be used any more.
func (t *CSV) Close() error {
	if t.content == nil { // the zero value
		return nil
	}
	return t.content.Close()
}

// Dims returns the number of rows and of columns.
func (t *CSV) Dims() (rows, cols int) { return len(t.lines), t.cols }

// Row stores row i in dst, of length cols. It panics if there is no such row.
func (t *CSV) Row(dst []float64, i int) error {
	if uint(i) >= uint(len(t.lines)) || len(dst) != t.cols {
		panic(fmt.Sprintf("data: CSV.Row: row %d into %d places: the table is %d×%d", i, len(dst), len(t.lines), t.cols))
	}
	buffer := t.buffers.Get().(*[]byte)
	defer t.buffers.Put(buffer)
	line := (*buffer)[:t.lines[i].size]
	if _, err := t.content.ReadAt(line, t.lines[i].at); err != nil {
		return fmt.Errorf("data: %s: row %d: %w", t.name, i, err)
	}
	if err := parseRow(dst, line); err != nil { // the file has changed
		return fmt.Errorf("data: %s: row %d: %w", t.name, i, err)
	}
	return nil
}

// byteOrderMark is what some programs put before the first line.
var byteOrderMark = []byte("\xef\xbb\xbf")

var comma = []byte{','}

// field returns a field without the spaces and quotes around it.
func field(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if n := len(b); n >= 2 && b[0] == '"' && b[n-1] == '"' {
		b = b[1 : n-1]
	}
	return b
}

// spaced is a quoted field with spaces after it, which encoding/csv does not allow.
var spaced = regexp.MustCompile(`([^"]")[ \t]+(,|$)`)

// names returns the fields of a header. Names in quotes may contain commas.
func names(line []byte) ([]string, error) {
	r := csv.NewReader(bytes.NewReader(spaced.ReplaceAll(line, []byte("$1$2"))))
	r.TrimLeadingSpace = true
	names, err := r.Read()
	for i, name := range names {
		names[i] = strings.TrimSpace(name)
	}
	return names, err
}

// nonNumber reports whether a name is not a number. nan, inf and 1e999 are numbers here,
// since a first row with one of them is no header either.
func nonNumber(name string) bool {
	_, err := strconv.ParseFloat(name, 64)
	return err != nil && !errors.Is(err, strconv.ErrRange)
}

// decimal reports whether a field has the characters of a decimal number alone. Others
// would be read too: nan, inf, and hexadecimal numbers.
func decimal(field []byte) bool {
	return len(bytes.Trim(field, "0123456789+-.eE")) == 0 && !bytes.ContainsAny(field, "_xXnNiI")
}

// parseRow stores the numbers of a line in dst.
func parseRow(dst []float64, line []byte) error {
	n := 0
	for f := range bytes.SplitSeq(line, comma) {
		if n == len(dst) {
			return fmt.Errorf("more than the %d fields of the first line", len(dst))
		}
		f = field(f)
		if !decimal(f) {
			return fmt.Errorf("column %d is %q: must be a decimal number", n+1, f)
		}
		x, err := strconv.ParseFloat(string(f), 64)
		if errors.Is(err, strconv.ErrRange) {
			return fmt.Errorf("column %d is %q: must be at most %v in size", n+1, f, math.MaxFloat64)
		}
		if err != nil {
			return fmt.Errorf("column %d is %q: must be a decimal number", n+1, f)
		}
		dst[n] = x
		n++
	}
	if n < len(dst) {
		return fmt.Errorf("%d fields: the first line has %d", n, len(dst))
	}
	return nil
}
