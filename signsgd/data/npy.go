package data

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// OpenNPY opens a file in NumPy's format NPY, version 1, 2 or 3, of integers,
// floating-point numbers of 32 or 64 bits, or booleans in either byte order. Rows of
// arrays in the order of Fortran lie scattered, and are slow to read. A file in which
// anything is missing or left over is an error. The file is mapped, which takes no time, but
// one that ends in .gz is decompressed, about 150 MB a second, and OpenNPY fails when ctx ends.
func OpenNPY(ctx context.Context, path string) (*Array, error) {
	return openArray(ctx, path, parseNPY)
}

// maxHeader bounds the length of an NPY header, which is under 200 bytes for arrays of
// numbers.
const maxHeader = 1 << 16

func parseNPY(c content) (*Array, error) {
	var magic [12]byte
	size := min(len(magic), c.Len())
	if size < 10 {
		return nil, fmt.Errorf("the file has %d bytes: too few for NPY", c.Len())
	}
	if _, err := c.ReadAt(magic[:size], 0); err != nil {
		return nil, err
	}
	if string(magic[:6]) != "\x93NUMPY" {
		return nil, fmt.Errorf("the file begins with % x: not NPY", magic[:6])
	}
	var start, length int64
	switch version := magic[6]; version {
	case 1:
		start, length = 10, int64(binary.LittleEndian.Uint16(magic[8:]))
	case 2, 3:
		start, length = 12, int64(binary.LittleEndian.Uint32(magic[8:]))
	default:
		return nil, fmt.Errorf("version %d of NPY: must be 1, 2 or 3", version)
	}
	if length > maxHeader || start+length > int64(c.Len()) {
		return nil, fmt.Errorf("the header has %d bytes in a file of %d: must be at most %d and within the file", length, c.Len(), maxHeader)
	}
	header := make([]byte, length)
	if len(header) > 0 {
		if _, err := c.ReadAt(header, start); err != nil {
			return nil, err
		}
	}
	k, fortran, shape, err := parseHeader(string(header))
	if err != nil {
		return nil, err
	}
	return newArray(c, shape, k, start+length, fortran)
}

// The entries of the dictionary in a header. Their order is free.
var (
	descr   = regexp.MustCompile(`['"]descr['"]\s*:\s*['"]([<>=|]?)(\w+)['"]`)
	order   = regexp.MustCompile(`['"]fortran_order['"]\s*:\s*(True|False)`)
	lengths = regexp.MustCompile(`['"]shape['"]\s*:\s*\(([\d\s,]*)\)`)
)

// parseHeader reads a header such as
//
//	{'descr': '<f8', 'fortran_order': False, 'shape': (100, 5), }
func parseHeader(header string) (k kind, fortran bool, shape []int, err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("header %q: %w", header, err)
		}
	}()
	d, o, s := descr.FindStringSubmatch(header), order.FindStringSubmatch(header), lengths.FindStringSubmatch(header)
	if d == nil || o == nil || s == nil {
		return k, false, nil, errors.New("must have descr of a single type, fortran_order and shape")
	}
	numbers := little
	if d[1] == ">" {
		numbers = big
	}
	k, ok := numbers[d[2]]
	if !ok || d[1] == "" || d[1] == "|" && k.size > 1 {
		return k, false, nil, fmt.Errorf("cannot read the type %s%s", d[1], d[2])
	}
	for field := range strings.SplitSeq(s[1], ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		n, err := strconv.ParseInt(field, 10, 32)
		if err != nil {
			return k, false, nil, fmt.Errorf("length %s of an axis: must be at most %d", field, maxLength)
		}
		shape = append(shape, int(n))
	}
	return k, o[1] == "True", shape, nil
}
