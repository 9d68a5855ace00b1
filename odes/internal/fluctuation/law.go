package fluctuation

import (
	"context"
	"errors"
	"sync"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/spectra"
	"github.com/riskcurves/riskcurves/spectra/measure"
)

// Law is what makes the risks of runs fluctuate, in all the modes y.
type Law struct {
	Modes spectra.Modes // started at the mean risks of the start
	Small spectra.Modes // the same, compressed if they are many

	Forms []*mat.SymDense // M^{(n)}; nil if the noise is independent between the modes
	Mean  []float64       // of y_i at the start; nil if only its square is known
	Start *mat.SymDense   // the covariance of y at the start; nil for a fixed start
	Alone []float64       // the diagonal of Start, if that is diagonal and Forms is nil

	Fourth bool // whether means of r² are asked for
	Level  bool // whether the measure of λ itself is

	Tolerance float64 // to which measures of many modes are compressed
}

// Equation returns the equation of Γ at the nodes of a skeleton of the modes that serves
// exponents up to reach. Own, Step, Lag, Smooth and Tolerance of it are still to be set.
func (l *Law) Equation(ctx context.Context, reach float64, progress func(done, total int)) (*Equation, error) {
	if l.Forms != nil || l.Start != nil {
		return l.pairs(ctx, reach, progress)
	}
	modes := l.Modes
	terms := len(modes.Weights)
	// The measures on the axis of λ that matter beside r and c: the products r c and c c,
	// and Γ(0).
	var products [][]float64
	product := func(x, y []float64, factor float64) {
		z := make([]float64, len(x))
		for i, v := range x {
			z[i] = factor * v * y[i]
		}
		products = append(products, z)
	}
	for n := range terms {
		product(modes.Risk, modes.Weights[n], 2)
	}
	for n := range terms {
		for o := n; o < terms; o++ {
			product(modes.Weights[n], modes.Weights[o], 1)
		}
	}
	if l.Fourth {
		product(modes.Risk, modes.Risk, 1)
		if l.Alone != nil { // E r², r the square of a normal number
			square := products[len(products)-1]
			for i, z := range modes.Lambda {
				square[i] += z * z * l.Alone[i] * (l.Mean[i]*l.Mean[i] + l.Alone[i]/2)
			}
		}
	} else if l.Level {
		products = append(products, modes.Lambda)
	}
	if l.Alone != nil {
		start := make([]float64, len(l.Alone))
		for i, z := range modes.Lambda {
			start[i] = z * z * l.Alone[i] * (l.Alone[i]/2 + l.Mean[i]*l.Mean[i])
		}
		products = append(products, start)
	}
	lambda, measures, err := l.joined(products)
	if err != nil {
		return nil, err
	}
	k := NewSkeleton(lambda, reach)
	own, measures := measures[:1+terms], measures[1+terms:]
	eq := &Equation{Nodes: k.Nodes, Risk: k.Vector(own[0]), Gamma: make([]float64, len(k.Nodes)*len(k.Nodes))}
	for _, w := range own[1:] {
		eq.Weight = append(eq.Weight, k.Vector(w))
	}
	first, second := measures[:terms], measures[terms:terms+terms*(terms+1)/2]
	measures = measures[len(first)+len(second):]
	for _, x := range first {
		eq.First = append(eq.First, k.Diagonal(x))
	}
	eq.Second = symmetric(terms, second, k.Diagonal)
	if l.Fourth {
		eq.Fourth = &Fourth{Square: k.Vector(measures[0]), Second: symmetric(terms, second, k.Vector)}
		for _, x := range first {
			half := k.Vector(x)
			for i := range half {
				half[i] /= 2
			}
			eq.Fourth.First = append(eq.Fourth.First, half)
		}
		measures = measures[1:]
	} else if l.Level {
		eq.Rates = k.Vector(measures[0])
		measures = measures[1:]
	}
	if l.Alone != nil {
		eq.Gamma = k.Diagonal(measures[0])
	}
	return eq, ctx.Err()
}

// symmetric returns the images of x in a symmetric table of the given size, of which x is the
// upper triangle, row by row.
func symmetric(size int, x [][]float64, image func(x []float64) []float64) [][][]float64 {
	table := make([][][]float64, size)
	for n := range table {
		table[n] = make([][]float64, size)
	}
	for n := range size {
		for o := n; o < size; o++ {
			table[n][o] = image(x[0])
			table[o][n] = table[n][o]
			x = x[1:]
		}
	}
	return table
}

// joined returns the positive eigenvalues with their masses in the measures of r, of the
// c^{(n)} and of the products. If the eigenvalues are many, each measure is compressed by
// itself, and their atoms are put one after the other.
func (l *Law) joined(products [][]float64) (lambda []float64, masses [][]float64, err error) {
	own := append([][]float64{l.Small.Risk}, l.Small.Weights...)
	masses = make([][]float64, len(own)+len(products))
	// add appends atoms that have masses in the measures from first on.
	add := func(at []float64, first int, mass ...[]float64) {
		for i, z := range at {
			if !(z > 0) {
				continue
			}
			lambda = append(lambda, z)
			for n := range masses {
				m := 0.0
				if n >= first && n < first+len(mass) {
					m = mass[n-first][i]
				}
				masses[n] = append(masses[n], m)
			}
		}
	}
	if len(l.Small.Lambda) == len(l.Modes.Lambda) {
		add(l.Modes.Lambda, 0, append(own, products...)...)
		return lambda, masses, nil
	}
	parts, errs := make([]measure.Measure, len(products)), make([]error, len(products))
	var done sync.WaitGroup
	for n, mass := range products {
		done.Go(func() {
			parts[n], errs[n] = measure.Measure{Lambda: l.Modes.Lambda, Mass: mass}.Compress(l.Tolerance)
		})
	}
	done.Wait()
	add(l.Small.Lambda, 0, own...)
	for n, part := range parts {
		add(part.Lambda, len(own)+n, part.Mass)
	}
	return lambda, masses, errors.Join(errs...)
}

// pairs is Equation where modes are correlated, by their noise or at the start.
func (l *Law) pairs(ctx context.Context, reach float64, progress func(done, total int)) (*Equation, error) {
	modes := l.Modes
	terms := len(modes.Weights)
	var active []int
	for i, z := range modes.Lambda {
		if z > 0 {
			active = append(active, i)
		}
	}
	pick := func(x []float64) []float64 {
		y := make([]float64, len(active))
		for i, a := range active {
			y[i] = x[a]
		}
		return y
	}
	lambda := pick(modes.Lambda)
	k := NewSkeleton(lambda, reach)
	eq := &Equation{Nodes: k.Nodes, Risk: k.Vector(pick(modes.Risk)), Rates: k.Vector(lambda), Gamma: make([]float64, len(k.Nodes)*len(k.Nodes))}
	for _, w := range modes.Weights {
		eq.Weight = append(eq.Weight, k.Vector(pick(w)))
	}
	// form returns M^{(n)}_ij.
	form := func(n, i, j int) float64 {
		switch {
		case l.Forms != nil:
			m := l.Forms[n].RawSymmetric()
			return m.Data[min(i, j)*m.Stride+max(i, j)]
		case i == j:
			return modes.Weights[n][i] / modes.Lambda[i]
		}
		return 0
	}
	number := terms + terms*(terms+1)/2
	if l.Start != nil {
		number++
	}
	fill := func(row int, dst [][]float64) {
		i := active[row]
		for col, j := range active {
			scale := modes.Lambda[i] * modes.Lambda[j]
			mean := l.Mean[i] * l.Mean[j]
			p := mean
			if l.Start != nil {
				c := l.Start.At(i, j)
				p += c
				dst[number-1][col] = scale * c * (c/2 + mean)
			}
			at := terms
			for n := range terms {
				f := form(n, i, j)
				dst[n][col] = scale * p * f
				for o := n; o < terms; o++ {
					dst[at][col] = scale * f * form(o, i, j)
					at++
				}
			}
		}
	}
	out, err := k.Matrices(ctx, number, fill, progress)
	if err != nil {
		return nil, err
	}
	eq.First = out[:terms]
	eq.Second = symmetric(terms, out[terms:], func(x []float64) []float64 { return x })
	if l.Start != nil {
		eq.Gamma = out[number-1]
	}
	return eq, nil
}
