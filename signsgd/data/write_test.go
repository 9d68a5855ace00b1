package data

import (
	"bytes"
	"errors"
	"math"
	"slices"
	"strings"
	"testing"
)

// TestWriteNPY checks that arrays are read back, and that their numbers begin at a
// multiple of 64 bytes.
func TestWriteNPY(t *testing.T) {
	t.Parallel()
	for _, shape := range [][2]int{{1, 1}, {3, 2}, {100, 7}} {
		values := make([]float64, shape[0]*shape[1])
		for i := range values {
			values[i] = math.Exp(float64(i%600) - 300)
		}
		values[0] = math.Inf(-1)
		var b bytes.Buffer
		if err := WriteNPY(&b, shape[0], shape[1], values); err != nil {
			t.Fatal(err)
		}
		if (b.Len()-8*len(values))%64 != 0 {
			t.Errorf("%v: a header of %d bytes", shape, b.Len()-8*len(values))
		}
		a, err := OpenNPY(t.Context(), write(t, "x.npy", b.Bytes()))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		if !slices.Equal(a.Shape, shape[:]) || !slices.Equal(slices.Concat(rows(t, a)...), values) {
			t.Errorf("%v: read the shape %v", shape, a.Shape)
		}
	}
	for _, c := range [][3]int{{1, 2, 3}, {-1, 1, 0}, {0, 0, 0}, {1, 0, 0}, {2, -1, 2}, {1 << 16, 1 << 16, 0}} {
		if err := WriteNPY(new(bytes.Buffer), c[0], c[1], make([]float64, c[2])); err == nil {
			t.Errorf("%d values in %d rows of %d: no error", c[2], c[0], c[1])
		}
	}
}

// TestWriteStructuredNPY checks the header, which numpy.load reads.
func TestWriteStructuredNPY(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		names   []string
		version byte
		descr   string
	}{
		{[]string{"t", "risk"}, 1, "[('t', '<f8'), ('risk', '<f8')]"},
		{[]string{`it's "\n"`, "é"}, 1, "[('it\\'s \"\\\\n\"', '<f8'), ('\xe9', '<f8')]"},
		{[]string{"a", "‖ν‖²"}, 3, "[('a', '<f8'), ('‖ν‖²', '<f8')]"},
		{[]string{strings.Repeat("long", 20000), "b"}, 2, "('b', '<f8')]"},
	} {
		var b bytes.Buffer
		if err := WriteStructuredNPY(&b, c.names, []float64{1, 2, 3, 4, 5, 6}); err != nil {
			t.Fatal(err)
		}
		if got := b.Bytes()[6]; got != c.version {
			t.Errorf("%.20q: version %d, want %d", c.names, got, c.version)
		}
		if !strings.Contains(b.String(), c.descr+", 'fortran_order': False, 'shape': (3,), }") || (b.Len()-48)%64 != 0 {
			t.Errorf("%.20q: %d bytes of %.200q", c.names, b.Len(), b.Bytes())
		}
	}
}

// full is a disk without room.
type full struct{}

var errFull = errors.New("the disk is full")

func (full) Write([]byte) (int, error) { return 0, errFull }

// TestWriteErrors checks names, sizes, and a disk that is full.
func TestWriteErrors(t *testing.T) {
	t.Parallel()
	many := make([]float64, 10000)
	for says, err := range map[string]error{
		"WriteCSV: 3 values in rows of 2 names":                         WriteCSV(new(bytes.Buffer), []string{"a", "b"}, many[:3]),
		"WriteCSV: 0 values in rows of 0 names":                         WriteCSV(new(bytes.Buffer), nil, nil),
		`WriteCSV: name 1 is "": must not be empty`:                     WriteCSV(new(bytes.Buffer), []string{"a", ""}, many[:2]),
		`WriteStructuredNPY: name 1 is "a": must not be empty, nor the`: WriteStructuredNPY(new(bytes.Buffer), []string{"a", "a"}, many[:2]),
		"WriteStructuredNPY: 1 values in rows of 2":                     WriteStructuredNPY(new(bytes.Buffer), []string{"a", "b"}, many[:1]),
		"the disk is full":                                              WriteCSV(full{}, []string{"a"}, many),
	} {
		if err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("error %v, want one that says %q", err, says)
		}
	}
	if err := WriteNPY(full{}, len(many), 1, many); !errors.Is(err, errFull) {
		t.Errorf("WriteNPY to a full disk: %v", err)
	}
	if err := WriteStructuredNPY(full{}, []string{"a"}, many); !errors.Is(err, errFull) {
		t.Errorf("WriteStructuredNPY to a full disk: %v", err)
	}
}
