package data

import (
	"bufio"
	"encoding/binary"
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
)

// WriteNPY writes a table to w in NumPy's format NPY, version 1, as 64-bit numbers. The
// values are its rows, one after the other. numpy.load reads it as an array of the shape
// (rows, cols), and OpenNPY as a table. It is an error if there are not rows·cols values.
func WriteNPY(w io.Writer, rows, cols int, values []float64) error {
	if rows < 0 || cols < 1 || len(values)%cols != 0 || len(values)/cols != rows {
		return fmt.Errorf("data: WriteNPY: %d values in %d rows of %d: must be whole rows", len(values), rows, cols)
	}
	return writeNPY(w, 1, fmt.Sprintf("'<f8', 'fortran_order': False, 'shape': (%d, %d), }", rows, cols), values)
}

// WriteStructuredNPY writes a table whose columns have names to w in the format NPY. The
// values are its rows, one after the other. numpy.load reads it as a structured array of
// records, whose columns are a["risk"] and so on, also by pandas.DataFrame(a). OpenNPY does
// not read it. Names must be there, differ, and not be empty.
func WriteStructuredNPY(w io.Writer, names []string, values []float64) error {
	rows, err := named("WriteStructuredNPY", names, values)
	if err != nil {
		return err
	}
	fields, version := make([]string, len(names)), byte(1)
	for i, name := range names {
		fields[i] = fmt.Sprintf("(%s, '<f8')", pythonString(name))
		if strings.ContainsFunc(name, func(r rune) bool { return r > 0xff }) {
			version = 3 // whose header is UTF-8
		}
	}
	// A list of one field and a tuple of one length keep their commas.
	return writeNPY(w, version, fmt.Sprintf("[%s], 'fortran_order': False, 'shape': (%d,), }", strings.Join(fields, ", "), rows), values)
}

// WriteCSV writes a table to w as comma-separated values: a header with the names, then
// one row a line, in the fewest digits from which the numbers are read back exactly. What
// is not finite is written as +Inf, -Inf and NaN, which OpenCSV refuses and most other
// programs read. Names must be there, differ, and not be empty. If all of them are numbers
// OpenCSV takes the header for a row.
func WriteCSV(w io.Writer, names []string, values []float64) error {
	if _, err := named("WriteCSV", names, values); err != nil {
		return err
	}
	lines := csv.NewWriter(w)
	lines.Write(names)
	fields := make([]string, len(names))
	for row := range slices.Chunk(values, len(names)) {
		for i, v := range row {
			fields[i] = strconv.FormatFloat(v, 'g', -1, 64)
		}
		lines.Write(fields)
	}
	lines.Flush()
	return lines.Error()
}

// named returns the number of rows of a table with named columns, or an error.
func named(function string, names []string, values []float64) (rows int, err error) {
	if len(names) == 0 || len(values)%len(names) != 0 {
		return 0, fmt.Errorf("data: %s: %d values in rows of %d names: must be whole rows", function, len(values), len(names))
	}
	for i, name := range names {
		if name == "" || slices.Contains(names[:i], name) {
			return 0, fmt.Errorf("data: %s: name %d is %q: must not be empty, nor the name of another column", function, i, name)
		}
	}
	return len(values) / len(names), nil
}

// pythonString returns a string literal of Python.
func pythonString(s string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`, "\n", `\n`, "\r", `\r`).Replace(s) + "'"
}

// writeNPY writes the header that begins with {'descr': and goes on with rest, padded
// so that the numbers begin at a multiple of 64 bytes, and the numbers.
func writeNPY(w io.Writer, version byte, rest string, values []float64) error {
	text := []byte("{'descr': " + rest)
	if version < 3 { // Latin-1
		text = latin1(string(text))
	}
	lengthBytes := 2
	if version >= 3 || len(text) > math.MaxUint16-64 {
		version, lengthBytes = max(version, 2), 4
	}
	head := append([]byte("\x93NUMPY"), version, 0)
	start := len(head) + lengthBytes
	for (start+len(text)+1)%64 != 0 {
		text = append(text, ' ')
	}
	text = append(text, '\n')
	if lengthBytes == 2 {
		head = binary.LittleEndian.AppendUint16(head, uint16(len(text)))
	} else {
		head = binary.LittleEndian.AppendUint32(head, uint32(len(text)))
	}
	out := bufio.NewWriter(w)
	out.Write(head)
	out.Write(text)
	var number [8]byte
	for _, v := range values {
		binary.LittleEndian.PutUint64(number[:], math.Float64bits(v))
		out.Write(number[:])
	}
	return out.Flush()
}

// latin1 encodes a string whose characters are all below 256.
func latin1(s string) []byte {
	var b []byte
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}
