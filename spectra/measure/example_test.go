package measure_test

import (
	"context"
	"fmt"
	"log"
	"math"

	"github.com/riskcurves/riskcurves/spectra/measure"
)

// A hundred thousand atoms become a few nodes with the same Laplace transform.
func ExampleMeasure_Compress() {
	const n = 100_000
	m := measure.Measure{Lambda: make([]float64, n), Mass: make([]float64, n)}
	for i := range n {
		m.Lambda[i], m.Mass[i] = math.Pow(float64(i+1), -1.2), 1
	}
	short, err := m.Compress(0)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("fewer than 150 nodes:", len(short.Lambda) < 150)
	for _, tau := range []float64{1, 100, 10000} {
		fmt.Printf("τ = %v: %.8g %.8g\n", tau, m.Laplace(tau), short.Laplace(tau))
	}
	// Output:
	// fewer than 150 nodes: true
	// τ = 1: 99991.589 99991.589
	// τ = 100: 99640.143 99640.143
	// τ = 10000: 88618.47 88618.47
}

// laplacian is the second difference on d points, which is never stored.
type laplacian int

func (k laplacian) Dim() int { return int(k) }

func (k laplacian) MulVecTo(dst, x []float64) {
	for i := range dst {
		dst[i] = 2 * x[i]
		if i > 0 {
			dst[i] -= x[i-1]
		}
		if i+1 < len(x) {
			dst[i] -= x[i+1]
		}
	}
}

// Seven products with a matrix enclose the decay of a quadratic form, without its
// eigenvalues.
func ExampleProcess() {
	const d = 10_000
	p, err := measure.NewProcess(laplacian(d), nil)
	if err != nil {
		log.Fatal(err)
	}
	start := make([]float64, d)
	for i := range start {
		start[i] = math.Sin(float64(i * i))
	}
	b, err := p.Bracket(context.Background(), start, 7)
	if err != nil {
		log.Fatal(err)
	}
	for _, tau := range []float64{0, 1, 10} {
		fmt.Printf("τ = %v: between %.6g and %.6g\n", tau, b.Lower.Laplace(tau), b.Upper.Laplace(tau))
	}
	// Output:
	// τ = 0: between 10108.8 and 10108.8
	// τ = 1: between 285.254 and 285.254
	// τ = 10: between 3.55209 and 15.116
}
