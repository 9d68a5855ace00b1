package data

import (
	"encoding/binary"
	"math"
)

// kinds returns the formats of the numbers of one byte order, by NPY's names of them.
func kinds(order binary.ByteOrder) map[string]kind {
	return map[string]kind{
		"b1": {1, func(b []byte) float64 { return float64(b[0]) }},
		"u1": {1, func(b []byte) float64 { return float64(b[0]) }},
		"i1": {1, func(b []byte) float64 { return float64(int8(b[0])) }},
		"u2": {2, func(b []byte) float64 { return float64(order.Uint16(b)) }},
		"i2": {2, func(b []byte) float64 { return float64(int16(order.Uint16(b))) }},
		"u4": {4, func(b []byte) float64 { return float64(order.Uint32(b)) }},
		"i4": {4, func(b []byte) float64 { return float64(int32(order.Uint32(b))) }},
		"u8": {8, func(b []byte) float64 { return float64(order.Uint64(b)) }},
		"i8": {8, func(b []byte) float64 { return float64(int64(order.Uint64(b))) }},
		"f4": {4, func(b []byte) float64 { return float64(math.Float32frombits(order.Uint32(b))) }},
		"f8": {8, func(b []byte) float64 { return math.Float64frombits(order.Uint64(b)) }},
	}
}

var (
	little = kinds(binary.LittleEndian)
	big    = kinds(binary.BigEndian)
)
