package ziggurat

import "math"

const (
	layers = 512

	// base is where the tail begins: the number r for which the layers, each of the
	// area r·f(r) + ∫_r^∞ f, f(x) = exp(−x²/2), end at the summit of f.
	base = 3.852046150368391
)

// side is one side of a layer, left or right of zero.
type side struct {
	inside uint64  // of the abscissas 0 … 2⁵² − 1, those below lie under the density for sure
	edge   float64 // the outer end of the layer, with the sign of the side
}

// Layer i ≥ 1 reaches from density[i] up to density[i+1] and ends at ±edge[i];
// layer 0 is the base with its tail, as a rectangle of the same area. Both sides
// of layer i are at i and layers + i.
var (
	edge, density = ziggurat()
	sides         = cut()
)

func ziggurat() (edge, density [layers + 1]float64) {
	f := func(x float64) float64 { return math.Exp(-x * x / 2) }
	area := base*f(base) + math.Sqrt(math.Pi/2)*math.Erfc(base/math.Sqrt2)
	edge[0], edge[1] = area/f(base), base
	for i := 2; i < layers; i++ {
		edge[i] = math.Sqrt(-2 * math.Log(area/edge[i-1]+f(edge[i-1])))
	}
	for i, x := range edge { // that of the summit is 0
		density[i] = f(x)
	}
	return edge, density
}

func cut() (sides [2 * layers]side) {
	for i := range layers {
		inside := uint64(edge[i+1] / edge[i] * (1 << 52))
		sides[i] = side{inside, edge[i]}
		sides[layers+i] = side{inside, -edge[i]}
	}
	return sides
}
