package ziggurat

import (
	"math/bits"
	"math/rand/v2"
)

// width is the number of lanes.
const width = 4

// Lanes is width generators xoshiro256++ of Blackman and Vigna (ACM Transactions
// on Mathematical Software 47 (2021) 36), which take turns: they have equidistributed
// 64-bit outputs and pass the usual batteries of tests, and side by side they keep
// the units of a processor busy. Lanes[w][l] is the word w of lane l.
type Lanes [4][width]uint64

// Seed draws a state from rng.
func (s *Lanes) Seed(rng *rand.Rand) {
	for w := range s {
		for l := range s[w] {
			s[w][l] = rng.Uint64()
		}
	}
	for l := range width { // the state 0 would stay there
		s[0][l] |= 1
	}
}

// Fill fills dst, whose length must be a multiple of width, with random bits: word i of
// them is of lane i mod width.
func (s *Lanes) Fill(dst []uint64) {
	if len(dst)%width != 0 {
		panic("ziggurat: Lanes.Fill: the length is no multiple of the lanes")
	}
	if len(dst) > 0 {
		s.fill(dst)
	}
}

// fillGo is Fill in Go, one lane after the other.
func (s *Lanes) fillGo(dst []uint64) {
	for l := range width {
		s0, s1, s2, s3 := s[0][l], s[1][l], s[2][l], s[3][l]
		for i := l; i < len(dst); i += width {
			dst[i] = bits.RotateLeft64(s0+s3, 23) + s0
			t := s1 << 17
			s2 ^= s0
			s3 ^= s1
			s1 ^= s2
			s0 ^= s3
			s2 ^= t
			s3 = bits.RotateLeft64(s3, 45)
		}
		s[0][l], s[1][l], s[2][l], s[3][l] = s0, s1, s2, s3
	}
}
