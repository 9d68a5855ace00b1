// Package quadrature integrates functions about which only the points where they may
// change are known.
package quadrature

import (
	"container/heap"
	"math"
)

// Pair is a function that computes two values together, because they share their cost.
type Pair func(x float64) (a, b float64)

// maxPanels bounds the work. A panel costs 15 evaluations.
const maxPanels = 3000

const (
	tolerance = 1e-13 // the relative error at which Adaptive stops
	rounding  = 1e-14 // the least relative error that it reports
)

// Adaptive returns the integrals of both values of f over [points[0], points[n−1]]
// with estimates of their absolute errors. The points must increase strictly. f should be
// smooth between them and is never evaluated at them.
//
// The panels with the largest errors are halved until the estimates are below floor or
// below 1e-13 of the integrals of |f|, or until there are 3000 panels. In the last case the
// estimates say how large the errors still are. They are at least 1e-14 of the integrals
// of |f|.
//
// The rule is that of Gauss with 7 nodes and its extension to 15 by Kronrod. The error
// estimate is that of QUADPACK (Piessens et al., 1983).
func Adaptive(f Pair, points []float64, floor float64) (a, b, errA, errB float64) {
	queue := make(panels, 0, 4*len(points))
	for i := 1; i < len(points); i++ {
		queue = append(queue, newPanel(f, points[i-1], points[i]))
	}
	heap.Init(&queue)
	for {
		sum := panel{}
		for i := range queue {
			for k := range 2 {
				sum.value[k] += queue[i].value[k]
				sum.abs[k] += queue[i].abs[k]
				sum.err[k] += queue[i].err[k]
			}
		}
		done := true
		for k := range 2 {
			done = done && !(sum.err[k] > max(tolerance*sum.abs[k], floor))
		}
		if done || len(queue) >= maxPanels {
			return sum.value[0], sum.value[1], max(sum.err[0], rounding*sum.abs[0]), max(sum.err[1], rounding*sum.abs[1])
		}
		// Halve a batch of the worst between two sums.
		for range 1 + len(queue)/8 {
			p := queue[0]
			mid := p.lo + (p.hi-p.lo)/2
			if !(p.lo < mid && mid < p.hi) {
				queue[0].rank = 0
				heap.Fix(&queue, 0)
				continue
			}
			queue[0] = newPanel(f, p.lo, mid)
			heap.Fix(&queue, 0)
			heap.Push(&queue, newPanel(f, mid, p.hi))
		}
		scale := [2]float64{sum.abs[0], sum.abs[1]}
		for i := range queue {
			queue[i].setRank(scale)
		}
		heap.Init(&queue)
	}
}

// panel is an interval with the integrals of f and of |f| over it, and their errors.
type panel struct {
	lo, hi          float64
	value, abs, err [2]float64
	rank            float64 // the larger of the two errors relative to a scale
}

// setRank sets the rank of the panel relative to scale.
func (p *panel) setRank(scale [2]float64) {
	p.rank = 0
	for k := range 2 {
		if scale[k] > 0 {
			p.rank = max(p.rank, p.err[k]/scale[k])
		}
	}
}

// newPanel integrates f over [lo, hi].
func newPanel(f Pair, lo, hi float64) panel {
	p := panel{lo: lo, hi: hi}
	mid, half := lo+(hi-lo)/2, (hi-lo)/2
	var values [2 * len(kronrodNodes)][2]float64
	var gauss [2]float64
	n := 0
	at := func(x float64, i int) {
		values[n][0], values[n][1] = f(x)
		for k, v := range values[n] {
			p.value[k] += kronrodWeights[i] * v
			p.abs[k] += kronrodWeights[i] * math.Abs(v)
			if i%2 == 1 {
				gauss[k] += gaussWeights[i/2] * v
			}
		}
		n++
	}
	for i, x := range kronrodNodes {
		at(mid+half*x, i)
		if x > 0 {
			at(mid-half*x, i)
		}
	}
	for k := range 2 {
		spread := 0.0 // ∫ |f − mean|
		for i := range n {
			spread += kronrodWeights[i/2] * math.Abs(values[i][k]-p.value[k]/2)
		}
		e := math.Abs(p.value[k] - gauss[k])
		if spread > 0 && e > 0 {
			e = spread * min(1, math.Pow(200*e/spread, 1.5))
		}
		p.value[k] *= half
		p.abs[k] *= half
		p.err[k] = half * e
	}
	p.setRank(p.abs)
	return p
}

// The nodes x ≥ 0 of the 15-point rule on [−1, 1], its weights, and the weights of the
// 7-point rule, which uses every second node.
var (
	kronrodNodes = [8]float64{
		0.991455371120812639206854697526329, 0.949107912342758524526189684047851,
		0.864864423359769072789712788640926, 0.741531185599394439863864773280788,
		0.586087235467691130294144991838259, 0.405845151377397166906606412076961,
		0.207784955007898467600689403773245, 0,
	}
	kronrodWeights = [8]float64{
		0.022935322010529224963732008058970, 0.063092092629978553290700663189204,
		0.104790010322250183839876322541518, 0.140653259715525918745189590510238,
		0.169004726639267902826583426598550, 0.190350578064785409913256402421014,
		0.204432940075298892414161999234649, 0.209482141084727828012999174891714,
	}
	gaussWeights = [4]float64{
		0.129484966168869693270611432679082, 0.279705391489276667901467771423780,
		0.381830050505118944950369775488975, 0.417959183673469387755102040816327,
	}
)

// panels is a heap with the worst panel first. It implements heap.Interface.
type panels []panel

func (p panels) Len() int           { return len(p) }
func (p panels) Less(i, j int) bool { return p[i].rank > p[j].rank }
func (p panels) Swap(i, j int)      { p[i], p[j] = p[j], p[i] }
func (p *panels) Push(x any)        { *p = append(*p, x.(panel)) }
func (p *panels) Pop() any {
	old := *p
	x := old[len(old)-1]
	*p = old[:len(old)-1]
	return x
}
