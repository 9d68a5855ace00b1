package ziggurat

//go:noescape
func fillSSE2(s *Lanes, dst *uint64, n int)

func (s *Lanes) fill(dst []uint64) { fillSSE2(s, &dst[0], len(dst)) }
