package ziggurat

import (
	"math/rand/v2"
	"testing"
)

func BenchmarkLanes(b *testing.B) {
	var s Lanes
	s.Seed(rand.New(rand.NewChaCha8([32]byte{1})))
	dst := make([]uint64, block)
	b.SetBytes(8 * block)
	for b.Loop() {
		s.Fill(dst)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/block, "ns/word")
}

func BenchmarkFill(b *testing.B) {
	rng := rand.New(rand.NewChaCha8([32]byte{1}))
	dst := make([]float64, 1<<14)
	b.ReportAllocs()
	for b.Loop() {
		Fill(dst, rng)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(dst)), "ns/normal")
}
