package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// Features describes the map from inputs to features, (273) and (274),
//
//	x → tanh(W x) + Regularizer·z,
//
// with W of independent N(0, 1/p) entries for inputs of p coordinates, which makes W x of
// mean square about 1, z ~ N(0, I) independent of everything, and the mean subtracted
// from the sum. The paper's W has unit variance and its inputs are not scaled; the scales
// of both are here in one place: inputs are centred and divided by one number, such that
// their coordinates have mean square 1 on average. Of several layers, each is that of the
// one before it: linear ones make the condition number of K as large as one likes.
type Features struct {
	Dim         int // of the features, before those that never vary are dropped
	Layers      int
	Linear      bool    // leave out the tanh
	Regularizer float64 // standard deviation of the noise added to each feature
}

// chunk is the number of rows that are worked on at a time.
const chunk = 1024

// Of returns the features of the labelled rows, in their order, with mean zero. It goes
// through the inputs three times, by chunks of rows, so that only the features, 8 bytes
// each, need to fit into memory. Features that are constant are left out; the number of
// them is returned.
func (f Features) Of(ctx context.Context, l *Labelled, rng *rand.Rand, progress func(done, total int)) (x data.InMemory, dropped int, err error) {
	n := len(l.Rows)
	if n < 2 {
		return x, 0, fmt.Errorf("%s: %d rows with a label: must be at least 2", l.Name, n)
	}
	if int64(n) > math.MaxInt/8/int64(f.Dim) {
		return x, 0, fmt.Errorf("%s: %d features of %d rows do not fit into memory", l.Name, f.Dim, n)
	}
	mean, scale, err := moments(ctx, l)
	if err != nil {
		return x, 0, err
	}
	layers := []*mat.Dense{f.weights(scale, rng)}
	for len(layers) < f.Layers {
		layers = append(layers, f.weights(slices.Repeat([]float64{1}, f.Dim), rng))
	}
	x = data.InMemory{Cols: f.Dim, Values: make([]float64, n*f.Dim)}
	err = l.chunks(ctx, func(first int, rows *mat.Dense) error {
		m, _ := rows.Dims()
		for i := range m {
			floats.Sub(rows.RawRowView(i), mean)
		}
		part := x.Values[first*f.Dim : (first+m)*f.Dim]
		product := mat.NewDense(m, f.Dim, part)
		product.Mul(rows, layers[0])
		f.activate(part)
		for _, w := range layers[1:] {
			product.Mul(mat.DenseCopyOf(product), w)
			f.activate(part)
		}
		for i := range part {
			part[i] += f.Regularizer * rng.NormFloat64()
		}
		if progress != nil {
			progress(first+m, n)
		}
		return nil
	})
	if err != nil {
		return x, 0, err
	}
	x, dropped = centred(x)
	if x.Cols == 0 {
		return x, dropped, fmt.Errorf("%s: all features are constant", l.Name)
	}
	return x, dropped, nil
}

// weights draws the transpose of a W whose inputs are multiplied by scale first.
func (f Features) weights(scale []float64, rng *rand.Rand) *mat.Dense {
	p := len(scale)
	w := mat.NewDense(p, f.Dim, nil)
	for i := range p {
		row := w.RawRowView(i)
		for j := range row {
			row[j] = rng.NormFloat64() * scale[i] / math.Sqrt(float64(p))
		}
	}
	return w
}

// activate takes the tanh of the values, if the features are not linear.
func (f Features) activate(values []float64) {
	if f.Linear {
		return
	}
	for i, v := range values {
		values[i] = math.Tanh(v)
	}
}

// chunks calls do with the labelled rows, some at a time; first is the number of the
// first of them. do may change them.
func (l *Labelled) chunks(ctx context.Context, do func(first int, rows *mat.Dense) error) error {
	_, p := l.X.Dims()
	buffer := make([]float64, min(chunk, len(l.Rows))*p)
	for first := 0; first < len(l.Rows); first += chunk {
		if err := ctx.Err(); err != nil {
			return err
		}
		m := min(chunk, len(l.Rows)-first)
		for i := range m {
			row := buffer[i*p : (i+1)*p]
			if err := l.X.Row(row, l.Rows[first+i]); err != nil {
				return err
			}
			if j := notFinite(row); j >= 0 {
				return fmt.Errorf("%s: row %d, column %d is %v: must be finite", l.Name, l.Rows[first+i], j, row[j])
			}
		}
		if err := do(first, mat.NewDense(m, p, buffer[:m*p])); err != nil {
			return err
		}
	}
	return nil
}

func notFinite(row []float64) int {
	for j, v := range row {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			return j
		}
	}
	return -1
}

// moments returns the mean of each coordinate and what to multiply it by once it is
// centred: 0 for one that never varies.
func moments(ctx context.Context, l *Labelled) (mean, scale []float64, err error) {
	_, p := l.X.Dims()
	mean, scale = make([]float64, p), make([]float64, p)
	n := float64(len(l.Rows))
	err = l.chunks(ctx, func(_ int, rows *mat.Dense) error {
		m, _ := rows.Dims()
		for i := range m {
			floats.AddScaled(mean, 1/n, rows.RawRowView(i))
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	variance := make([]float64, p)
	err = l.chunks(ctx, func(_ int, rows *mat.Dense) error {
		m, _ := rows.Dims()
		for i := range m {
			for j, v := range rows.RawRowView(i) {
				variance[j] += (v - mean[j]) * (v - mean[j]) / n
			}
		}
		return nil
	})
	if err != nil {
		return nil, nil, err
	}
	average := floats.Sum(variance) / float64(p)
	if !(average > 0) {
		return nil, nil, fmt.Errorf("%s: all %d rows are the same", l.Name, len(l.Rows))
	}
	for j, v := range variance {
		if v > 0 {
			scale[j] = 1 / math.Sqrt(average)
		}
	}
	return mean, scale, nil
}
