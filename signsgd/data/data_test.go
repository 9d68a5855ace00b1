package data

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// value is number i of the arrays in testdata, which NumPy wrote.
func value(i int) float64 { return float64(i*7%11) - 5 }

// rows reads a whole table.
func rows(t testing.TB, table Rows) [][]float64 {
	t.Helper()
	n, d := table.Dims()
	var all [][]float64
	for i := range n {
		row := make([]float64, d)
		if err := table.Row(row, i); err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// TestNPY reads files that NumPy wrote: C and Fortran order, both byte orders, several
// types and versions, gzip.
func TestNPY(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		file  string
		shape []int
		of    func(i int) float64
	}{
		{"float64.npy", []int{5, 3}, func(i int) float64 { return value(i) / 4 }},
		{"version2.npy", []int{5, 3}, func(i int) float64 { return value(i) / 4 }},
		{"float64.npy.gz", []int{5, 3}, func(i int) float64 { return value(i) / 4 }},
		{"fortran.npy", []int{4, 2, 3}, value},
		{"bigendian.npy", []int{6}, value},
		{"bool.npy", []int{3, 2}, func(i int) float64 {
			if value(i) > 0 {
				return 1
			}
			return 0
		}},
	} {
		a, err := OpenNPY(t.Context(), filepath.Join("testdata", c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if !slices.Equal(a.Shape, c.shape) {
			t.Errorf("%s has the shape %v, want %v", c.file, a.Shape, c.shape)
		}
		i := 0
		for _, row := range rows(t, a) {
			for _, v := range row {
				if v != c.of(i) {
					t.Errorf("%s: number %d is %v, want %v", c.file, i, v, c.of(i))
				}
				i++
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}

// write makes a file of the test.
func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// idx returns a file of bytes of the shape.
func idx(shape ...int) []byte {
	b := []byte{0, 0, 0x08, byte(len(shape))}
	count := 1
	for _, n := range shape {
		b = binary.BigEndian.AppendUint32(b, uint32(n))
		count *= n
	}
	for i := range count {
		b = append(b, byte(i))
	}
	return b
}

func compress(t testing.TB, b []byte) []byte {
	t.Helper()
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return z.Bytes()
}

// TestIDX reads images of 40×40 bytes, more than the buffer of a row, and numbers of
// the other types.
func TestIDX(t *testing.T) {
	t.Parallel()
	images := idx(3, 40, 40)
	for name, b := range map[string][]byte{"images": images, "images.gz": compress(t, images)} {
		a, err := OpenIDX(t.Context(), write(t, name, b))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		for i, row := range rows(t, a) {
			for j, v := range row {
				if v != float64(byte(i*1600+j)) {
					t.Fatalf("%s: pixel %d of image %d is %v", name, j, i, v)
				}
			}
		}
	}
	minus := []byte{0xff, 0xfe, 0x80, 0}
	for kind, want := range map[byte][]float64{
		0x09: {-1, -2, -128, 0}, 0x0b: {-2, -32768}, 0x0c: {-98304}, 0x0d: {float64(math.Float32frombits(0xfffe8000))},
	} {
		b := append([]byte{0, 0, kind, 1, 0, 0, 0, byte(len(want))}, minus...)
		a, err := OpenIDX(t.Context(), write(t, "numbers", b))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		for i, row := range rows(t, a) {
			if row[0] != want[i] && !math.IsNaN(want[i]) {
				t.Errorf("type %#x: number %d is %v, want %v", kind, i, row[0], want[i])
			}
		}
	}
}

// TestCSV reads lines with and without a header, with the liberties that are allowed.
func TestCSV(t *testing.T) {
	t.Parallel()
	text := "\ufeffa, \"b\" ,c\r\n1,2,3\r\n\n \"-4\" , 5e1,6.5\n7,8,9"
	table, err := OpenCSV(t.Context(), write(t, "x.csv", []byte(text)), true)
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	if !slices.Equal(table.Names, []string{"a", "b", "c"}) {
		t.Errorf("names %q", table.Names)
	}
	want := [][]float64{{1, 2, 3}, {-4, 50, 6.5}, {7, 8, 9}}
	if got := rows(t, table); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("rows %v, want %v", got, want)
	}
	swapped, err := Columns(table, 2, 0)
	if err != nil {
		t.Fatal(err)
	}
	want = [][]float64{{3, 1}, {6.5, -4}, {9, 7}}
	if got := rows(t, swapped); !slices.EqualFunc(got, want, slices.Equal) {
		t.Errorf("columns %v, want %v", got, want)
	}
	memory, err := Load(t.Context(), swapped)
	if err != nil || memory.Cols != 2 || !slices.Equal(memory.Values, slices.Concat(want...)) {
		t.Errorf("loaded %v, %v", memory, err)
	}
	plain, err := OpenCSV(t.Context(), write(t, "y.csv", []byte("\ufeff1\n2\n")), false)
	if err != nil {
		t.Fatal(err)
	}
	defer plain.Close()
	if got := rows(t, plain); plain.Names != nil || !slices.EqualFunc(got, [][]float64{{1}, {2}}, slices.Equal) {
		t.Errorf("names %q, rows %v", plain.Names, got)
	}
}

// TestHeader reads headers whose names are in quotes, with commas and quotes in them.
func TestHeader(t *testing.T) {
	t.Parallel()
	for header, want := range map[string][]string{
		`a,b`:                    {"a", "b"},
		`"x, cm",y`:              {"x, cm", "y"},
		` "x, cm" , y `:          {"x, cm", "y"},
		`"say ""hi"", you",y`:    {`say "hi", you`, "y"},
		`,`:                      {"", ""},
		"\ufeff\"a\",\"b, c\"\r": {"a", "b, c"},
	} {
		table, err := OpenCSV(t.Context(), write(t, "x.csv", []byte(header+"\n1,2\n")), true)
		if err != nil {
			t.Errorf("%s: %v", header, err)
			continue
		}
		if !slices.Equal(table.Names, want) {
			t.Errorf("%s: names %q, want %q", header, table.Names, want)
		}
		if got := rows(t, table); !slices.EqualFunc(got, [][]float64{{1, 2}}, slices.Equal) {
			t.Errorf("%s: rows %v", header, got)
		}
		table.Close()
	}
}

// claimed is a table that claims to have more than it has.
type claimed struct{ rows, cols int }

func (c claimed) Dims() (rows, cols int) { return c.rows, c.cols }

func (c claimed) Row([]float64, int) error { return nil }

// TestClaims checks that tables without columns or beyond memory are errors.
func TestClaims(t *testing.T) {
	t.Parallel()
	for _, c := range []claimed{{3, 0}, {-1, 2}, {math.MaxInt >> 6, 2}, {2, math.MaxInt >> 6}, {math.MaxInt, math.MaxInt}} {
		if _, err := Load(t.Context(), c); err == nil {
			t.Errorf("%v: no error", c)
		}
	}
	if m, err := Load(t.Context(), claimed{0, 2}); err != nil || m.Cols != 2 || len(m.Values) != 0 {
		t.Errorf("no rows: %v, %v", m, err)
	}
	for _, m := range []InMemory{{}, {Cols: -1}, {Cols: 2, Values: make([]float64, 3)}} {
		if m.Validate() == nil {
			t.Errorf("%v: no error", m)
		}
	}
}

// npy returns a file of version 1 with the header and n bytes of numbers.
func npy(header string, n int) []byte {
	b := append([]byte("\x93NUMPY\x01\x00"), 0, 0)
	binary.LittleEndian.PutUint16(b[8:], uint16(len(header)))
	return append(append(b, header...), make([]byte, n)...)
}

// TestBadFiles checks that what is wrong with a file is said, without memory being
// taken for what it only claims to hold.
func TestBadFiles(t *testing.T) {
	t.Parallel()
	openNPY := func(path string) error { _, err := OpenNPY(t.Context(), path); return err }
	openIDX := func(path string) error { _, err := OpenIDX(t.Context(), path); return err }
	openCSV := func(path string) error { _, err := OpenCSV(t.Context(), path, false); return err }
	withHeader := func(path string) error { _, err := OpenCSV(t.Context(), path, true); return err }
	for _, c := range []struct {
		open func(path string) error
		name string
		b    []byte
		says string
	}{
		{openIDX, "empty", nil, "0 bytes: too few for IDX"},
		{openIDX, "magic", []byte("\x00\x01\x08\x01...."), "not IDX"},
		{openIDX, "type", []byte("\x00\x00\x0a\x01...."), "not IDX"},
		{openIDX, "axes", []byte("\x00\x00\x08\x03...."), "too few for the lengths of 3 axes"},
		{openIDX, "scalar", []byte("\x00\x00\x08\x00"), "no axes"},
		{openIDX, "long", []byte("\x00\x00\x08\x01\xff\xff\xff\xff"), "length 4294967295"},
		{openIDX, "huge", []byte("\x00\x00\x08\x03\x7f\xff\xff\xff\x7f\xff\xff\xff\x7f\xff\xff\xff?"), "needs more than the 1 numbers"},
		{openIDX, "zero", []byte("\x00\x00\x08\x01\x00\x00\x00\x00"), "axis 0 has length 0"},
		{openIDX, "short", idx(3, 2)[:15], "needs more than the 3 numbers"},
		{openIDX, "left", append(idx(3, 2), 1), "needs a file of 18 bytes: it has 19"},
		{openIDX, "gzip.gz", []byte("not gzip"), "gzip"},
		{openIDX, "cut.gz", compress(t, idx(3, 2))[:20], "unexpected EOF"},
		{openNPY, "empty", nil, "too few for NPY"},
		{openNPY, "magic", []byte("\x93NUMPI\x01\x00\x00\x00"), "not NPY"},
		{openNPY, "version", []byte("\x93NUMPY\x09\x00\x00\x00"), "version 9"},
		{openNPY, "header", []byte("\x93NUMPY\x01\x00\xff\x00"), "header has 255 bytes in a file of 10"},
		{openNPY, "header2", []byte("\x93NUMPY\x02\x00\xff\xff\xff\xff"), "header has 4294967295 bytes"},
		{openNPY, "nothing", npy("{}", 0), "must have descr"},
		{openNPY, "record", npy("{'descr': [('x', '<f8')], 'fortran_order': False, 'shape': (1,), }", 8), "must have descr of a single type"},
		{openNPY, "object", npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", 8), "cannot read the type |O"},
		{openNPY, "order", npy("{'descr': '|f8', 'fortran_order': False, 'shape': (1,), }", 8), "cannot read the type |f8"},
		{openNPY, "scalar", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (), }", 8), "no axes"},
		{openNPY, "length", npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }", 8), "at most 2147483647"},
		{openNPY, "huge", npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2000000000, 2000000000, 3), }", 8), "needs more than the 1 numbers"},
		{openNPY, "left", npy("{'descr': '<f8', 'fortran_order': True, 'shape': (1,), }", 9), "it has 75"},
		{openCSV, "empty", nil, "no rows"},
		{withHeader, "names", []byte("a,b\n"), "no rows"},
		{openCSV, "names", []byte("a,b\n1,2\n"), `line 1: column 1 is "a": must be a decimal number`},
		{openCSV, "fewer", []byte("1,2\n3\n"), "line 2: 1 fields: the first line has 2"},
		{openCSV, "more", []byte("1,2\n3,4,5\n"), "line 2: more than the 2 fields"},
		{openCSV, "blank", []byte("1,2\n3,\n"), `line 2: column 2 is "": must be a decimal number`},
		{openCSV, "underscore", []byte("1\n1_0\n"), `line 2: column 1 is "1_0": must be a decimal number`},
		{withHeader, "numbers", []byte("\ufeff\n1, \"-2.5\"\r\n3,4\n"), `line 2: the header is "1, \"-2.5\"`},
		{withHeader, "missing", []byte("1,nan,1e999\n3,4,5\n"), `line 1: the header is "1,nan,1e999", numbers alone`},
		{withHeader, "number", []byte("7\n"), `line 1: the header is "7", numbers alone: must have a name among them`},
		{withHeader, "quote", []byte("a,\"b\n1,2\n"), "line 1: the header: "},
		{openCSV, "range", []byte("1\n1e999\n"), `line 2: column 1 is "1e999": must be at most 1.797`},
	} {
		err := c.open(write(t, c.name, c.b))
		if err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), c.name) {
			t.Errorf("%s: error %v, want one that says %q", c.name, err, c.says)
		}
	}
	if err := openNPY("testdata/complex.npy"); err == nil || !strings.Contains(err.Error(), "type <c16") {
		t.Errorf("complex numbers: %v", err)
	}
	for _, open := range []func(string) error{openNPY, openIDX, openCSV} {
		if err := open("testdata/missing"); !os.IsNotExist(err) {
			t.Errorf("missing file: %v", err)
		}
	}
	if _, err := Columns(InMemory{Cols: 1, Values: []float64{1}}, 1); err == nil {
		t.Error("column 1 of 1: no error")
	}
	if _, err := Columns(InMemory{Cols: 1, Values: []float64{1}}); err == nil {
		t.Error("no columns: no error")
	}
}

// fuzz checks that a parser accepts a file or refuses it, and that all rows of one that
// it accepts can be read.
func fuzz(f *testing.F, parse func(t *testing.T, c content) (Rows, error)) {
	f.Fuzz(func(t *testing.T, b []byte) {
		table, err := parse(t, inMemory{bytes.NewReader(b)})
		if err == nil {
			if n, d := table.Dims(); n < 1 || d < 1 || n*d > 8*len(b) {
				t.Fatalf("%d×%d numbers in %d bytes", n, d, len(b))
			}
			rows(t, table)
		}
	})
}

func FuzzIDX(f *testing.F) {
	f.Add(idx(3, 2))
	f.Add(idx(1, 1, 1, 1))
	f.Add(idx(7)[:9])
	f.Add([]byte("\x00\x00\x08\x03\x7f\xff\xff\xff\x7f\xff\xff\xff\x7f\xff\xff\xff?"))
	fuzz(f, func(_ *testing.T, c content) (Rows, error) { return parseIDX(c) })
}

func FuzzNPY(f *testing.F) {
	for _, name := range []string{"float64.npy", "fortran.npy", "bigendian.npy", "version2.npy", "complex.npy"} {
		b, err := os.ReadFile(filepath.Join("testdata", name))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
		f.Add(b[:len(b)-3])
	}
	f.Add(npy("{'descr': '<f8', 'fortran_order': True, 'shape': (2000000000, 2000000000, 3), }", 8))
	fuzz(f, func(_ *testing.T, c content) (Rows, error) { return parseNPY(c) })
}

func FuzzCSV(f *testing.F) {
	f.Add([]byte("1,2\n3,4\n"))
	f.Add([]byte("\ufeffa,b\r\n \"1\" ,2e3\n\n"))
	f.Add([]byte("\"\",\n"))
	fuzz(f, func(t *testing.T, c content) (Rows, error) {
		if table, err := parseCSV(t.Context(), c, true); err == nil && len(table.Names) != table.cols {
			t.Errorf("%d names of %d columns", len(table.Names), table.cols)
		}
		return parseCSV(t.Context(), c, false)
	})
}
