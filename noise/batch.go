package noise

import "math"

// BatchFactor returns c_B = √π Γ((B+1)/2)/Γ(B/2) of equation (10), by which a
// mini-batch of size B ≥ 1 multiplies the drift of signSGD: c_1 = 1, and
// c_B ~ √(πB/2).
func BatchFactor(batch int) float64 {
	if batch < 1 {
		panic("noise: BatchFactor: batch < 1")
	}
	// c_n c_{n+1} = πn/2 leads down from where the asymptotic series of
	// c_n/√(πn/2) in 1/n is exact to rounding.
	n := max(batch, 200)
	x := 1 / float64(n)
	c := math.Sqrt(math.Pi*float64(n)/2) * (1 + x*(-1./4+x*(1./32+x*(5./128+x*(-21./2048+x*(-399./8192+x*(869./65536)))))))
	for ; n > batch; n-- {
		c = math.Pi * float64(n-1) / 2 / c
	}
	return c
}
