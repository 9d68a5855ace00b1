package spectra

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// BenchmarkPeer times the tasks that are timed in other systems, too.
func BenchmarkPeer(b *testing.B) {
	for _, d := range []int{500, 1000} {
		k, nu := peerProblem(b, d)
		b.Run(fmt.Sprintf("modes/dense/d=%d", d), func(b *testing.B) {
			for b.Loop() {
				if _, err := k.Modes(Preconditioned, nu, signNoise); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkGonumModes is what BenchmarkPeer/modes/dense would take with gonum's
// eigensolver and products.
func BenchmarkGonumModes(b *testing.B) {
	for _, d := range []int{500, 1000} {
		k, nu := peerProblem(b, d)
		b.Run(fmt.Sprintf("d=%d", d), func(b *testing.B) {
			for b.Loop() {
				gonumModes(k, Preconditioned, nu, signNoise)
			}
		})
	}
}

func peerProblem(tb testing.TB, d int) (*Dense, []float64) {
	tb.Helper()
	lambda, err := LogSpaced(d, 1e-2, math.Sqrt(10))
	if err != nil {
		tb.Fatal(err)
	}
	rng := newRand(30)
	k, err := NewRotated(lambda, rng)
	if err != nil {
		tb.Fatal(err)
	}
	nu := normals(d, rng)
	floats.Scale(3/math.Sqrt(float64(d)), nu)
	return k, nu
}

// gonumModes computes modes by gonum alone, straight from their definition.
func gonumModes(k *Dense, basis Basis, nu []float64, shape Shape) Modes {
	d := k.Dim()
	half, outer := make([]float64, d), make([]float64, d)
	for i := range half {
		sd := math.Sqrt(k.At(i, i))
		half[i], outer[i] = 1, 1
		if basis == Preconditioned {
			half[i], outer[i] = math.Sqrt(sd), math.Sqrt(sd)
		}
		if shape.Scaled {
			outer[i] *= sd
		}
	}
	s, noise := mat.NewSymDense(d, nil), mat.NewSymDense(d, nil)
	for i := range d {
		for j := i; j < d; j++ {
			rho := k.At(i, j) / math.Sqrt(k.At(i, i)*k.At(j, j))
			s.SetSym(i, j, k.At(i, j)/(half[i]*half[j]))
			noise.SetSym(i, j, outer[i]*shape.Odd.at(min(max(rho, -1), 1))*outer[j])
		}
	}
	var e mat.EigenSym
	if !e.Factorize(s, true) {
		panic("gonum's eigensolver did not converge")
	}
	m := newModes(basis, d, d, []Shape{shape})
	m.Lambda, m.Vectors = e.Values(nil), new(mat.Dense)
	e.VectorsTo(m.Vectors)
	scaled := make([]float64, d)
	floats.MulTo(scaled, half, nu)
	mat.NewVecDense(d, m.Risk).MulVec(m.Vectors.T(), mat.NewVecDense(d, scaled))
	var product mat.Dense
	product.Mul(noise, m.Vectors)
	for i, l := range m.Lambda {
		m.Risk[i] *= l * m.Risk[i] / 2
		for j := range d {
			m.Weights[0][i] += l * m.Vectors.At(j, i) * product.At(j, i)
		}
	}
	return m
}

// TestModesGonum checks the dense modes against gonum's eigensolver.
func TestModesGonum(t *testing.T) {
	t.Parallel()
	for _, d := range []int{1, 2, 7, 64, 201} {
		k, nu := peerProblem(t, d)
		for _, basis := range []Basis{Plain, Preconditioned} {
			shape := natural(basis, math.Asin)
			m, err := k.Modes(basis, nu, shape)
			if err != nil {
				t.Fatal(err)
			}
			want := gonumModes(k, basis, nu, shape)
			for i := range d {
				near(t, "λ", m.Lambda[i], want.Lambda[i], 1e-11)
				near(t, "c", m.Weights[0][i], want.Weights[0][i], 1e-9)
				if math.Abs(m.Risk[i]-want.Risk[i]) > 1e-9*floats.Sum(want.Risk) {
					t.Errorf("d = %d: r[%d] is %v, gonum's %v", d, i, m.Risk[i], want.Risk[i])
				}
				// K q = D^{1/2} S q up to the scaling: check through S itself.
				q, image := mat.Col(nil, i, m.Vectors), make([]float64, d)
				work := make([]float64, d)
				for j, v := range q {
					work[j] = v / m.half(k, basis, j)
				}
				k.MulVecTo(image, work)
				for j, v := range image {
					if math.Abs(v/m.half(k, basis, j)-m.Lambda[i]*q[j]) > 1e-12 {
						t.Fatalf("d = %d, %v: vector %d is no eigenvector", d, basis, i)
					}
				}
			}
		}
	}
}

// half is the diagonal of D^{1/2} in the Preconditioned basis, 1 in the Plain one.
func (m Modes) half(k *Dense, basis Basis, j int) float64 {
	if basis == Plain {
		return 1
	}
	return math.Pow(k.At(j, j), 0.25)
}
