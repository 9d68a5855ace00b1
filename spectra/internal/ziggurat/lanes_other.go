//go:build !amd64

package ziggurat

func (s *Lanes) fill(dst []uint64) { s.fillGo(dst) }
