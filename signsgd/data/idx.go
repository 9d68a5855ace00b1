package data

import (
	"context"
	"encoding/binary"
	"fmt"
)

// OpenIDX opens a file in the IDX format of the MNIST database. It consists of two zero
// bytes, the type of the numbers, the number of axes, their lengths in 32 bits, and the
// numbers, all big-endian. A file in which anything is missing or left over is an error. As
// with OpenNPY, only a file that ends in .gz takes time, and OpenIDX fails when ctx ends.
func OpenIDX(ctx context.Context, path string) (*Array, error) {
	return openArray(ctx, path, parseIDX)
}

// idxKinds are the types of IDX.
var idxKinds = map[byte]string{0x08: "u1", 0x09: "i1", 0x0b: "i2", 0x0c: "i4", 0x0d: "f4", 0x0e: "f8"}

func parseIDX(c content) (*Array, error) {
	var magic [4]byte
	if _, err := c.ReadAt(magic[:], 0); err != nil {
		return nil, fmt.Errorf("the file has %d bytes: too few for IDX", c.Len())
	}
	name, ok := idxKinds[magic[2]]
	if magic[0] != 0 || magic[1] != 0 || !ok {
		return nil, fmt.Errorf("the file begins with % x: not IDX", magic)
	}
	lengths := make([]byte, 4*int(magic[3]))
	if _, err := c.ReadAt(lengths, 4); err != nil && len(lengths) > 0 {
		return nil, fmt.Errorf("the file has %d bytes: too few for the lengths of %d axes", c.Len(), magic[3])
	}
	shape := make([]int, magic[3])
	for axis := range shape {
		n := binary.BigEndian.Uint32(lengths[4*axis:])
		if n > maxLength {
			return nil, fmt.Errorf("axis %d has length %d: must be at most %d", axis, n, maxLength)
		}
		shape[axis] = int(n)
	}
	return newArray(c, shape, big[name], int64(4+len(lengths)), false)
}
