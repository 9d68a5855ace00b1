package spectra

import (
	"context"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gonum.org/v1/gonum/mat"
)

// FuzzEigenvalues parses words. Each is refused, or stands for d positive numbers.
func FuzzEigenvalues(f *testing.F) {
	for _, word := range []string{"isotropic", "log:0.01,1", "power:1.2", "grid:0.1,1,3", "marchenkopastur:0.5", "log:1e-320,1e308", "power:nan", "grid:1,2,1e9", "marchenkopastur:1e-300", "log:,", ":", "log:1,2,3"} {
		f.Add(word, 5)
		f.Add(word, 1)
	}
	f.Fuzz(func(t *testing.T, word string, d int) {
		defer watch().Stop()
		if d > 1000 {
			d %= 1000
		}
		lambda, err := ParseEigenvalues(word, d)
		if err != nil {
			return
		}
		if len(lambda) != d {
			t.Fatalf("%q: %d eigenvalues, want %d", word, len(lambda), d)
		}
		for i, l := range lambda {
			// A power may underflow, which the constructors of covariances refuse.
			if !(l >= 0) || math.IsInf(l, 1) {
				t.Errorf("%q: eigenvalue %d is %v", word, i, l)
			}
		}
	})
}

// watch ends the process, with the stacks, if it is not stopped within half a minute.
func watch() *time.Timer {
	return time.AfterFunc(30*time.Second, func() { panic("no answer within half a minute") })
}

// fuzzNumbers reads numbers from bytes, at most n.
func fuzzNumbers(b []byte, n int) []float64 {
	var x []float64
	for ; len(b) >= 8 && len(x) < n; b = b[8:] {
		x = append(x, math.Float64frombits(binary.LittleEndian.Uint64(b)))
	}
	return x
}

// fuzzBytes is the inverse of fuzzNumbers.
func fuzzBytes(x ...float64) []byte {
	var b []byte
	for _, v := range x {
		b = binary.LittleEndian.AppendUint64(b, math.Float64bits(v))
	}
	return b
}

// fuzzCovariance makes a covariance of a kind from numbers that may be bad.
func fuzzCovariance(kind byte, x []float64) (Structured, error) {
	if len(x) == 0 {
		x = []float64{}
	}
	d := int(math.Sqrt(float64(len(x))))
	switch kind % 10 {
	case 0:
		return NewDiagonal(x)
	case 1:
		return NewCirculant(x)
	case 2:
		return NewToeplitz(x)
	case 3:
		if len(x) < 2 {
			return NewAR1(0, 1, 0)
		}
		return NewAR1(len(x), x[0], x[1])
	case 4:
		if d == 0 {
			return NewDense(nil)
		}
		return NewDense(mat.NewDense(d, d, x[:d*d]))
	case 5:
		if d == 0 {
			return NewEmpirical(context.Background(), nil, Estimate{})
		}
		return NewEmpirical(context.Background(), mat.NewDense(d, d, x[:d*d]), Estimate{Centred: len(x)%2 == 0})
	case 6:
		if len(x) < 2 {
			return NewLowRankPlusDiagonal(nil, x)
		}
		return NewLowRankPlusDiagonal(mat.NewDense(len(x)/2, 1, x[:len(x)/2]), x[len(x)/2:len(x)/2*2])
	case 7:
		return NewRotated(x, rand.New(rand.NewPCG(1, 2)))
	case 8:
		return NewHadamard(x, rand.New(rand.NewPCG(1, 2)))
	}
	first, err := NewDiagonal(x[:len(x)/2])
	if err != nil {
		return nil, err
	}
	second, err := NewCirculant(x[len(x)/2:])
	if err != nil {
		return nil, err
	}
	return NewBlockDiagonal(first, second)
}

// FuzzCovariance makes covariances of random numbers. Each is refused, or is valid, its
// modes are refused or are valid in both bases, they sum to the risk, and it samples.
func FuzzCovariance(f *testing.F) {
	for kind := range byte(10) {
		f.Add(kind, fuzzBytes(2, 1, 0.5, 1))
		f.Add(kind, fuzzBytes(1, 0.5, 0.25, 0.5, 1, 0.5, 0.25, 0.5, 1))
		f.Add(kind, fuzzBytes(1, 1, 1, 1, 1, 1, 1, 1, 1))
		f.Add(kind, fuzzBytes(1e-300, 1e300, math.NaN(), -1))
		f.Add(kind, fuzzBytes(1e200, 1e200, 1e200, 1e200))
		f.Add(kind, fuzzBytes(1e-200, 1e-201, 1e-201, 1e-200))
	}
	f.Fuzz(func(t *testing.T, kind byte, b []byte) {
		defer watch().Stop()
		k, err := fuzzCovariance(kind, fuzzNumbers(b, 36))
		if err != nil {
			return
		}
		if err := Validate(k); err != nil {
			t.Fatalf("%T: made, but %v", k, err)
		}
		d := k.Dim()
		nu := make([]float64, d)
		for i := range nu {
			nu[i] = 1 + math.Sin(float64(i))
		}
		risk := Quadratic(k, nu, make([]float64, d)) / 2
		for _, basis := range []Basis{Plain, Preconditioned} {
			m, err := k.Modes(basis, nu, Shape{}, Shape{Odd: math.Asin})
			if err != nil {
				continue
			}
			if err := m.Validate(); err != nil {
				t.Fatalf("%T: %v", k, err)
			}
			largest := 0.0 // of the terms of the quadratic form
			for _, v := range k.Variances(nil) {
				largest += v
			}
			if math.IsInf(risk, 1) { // νᵀKν is no float64, and half of it may be
				continue
			}
			if gap := math.Abs(m.InitialRisk() - risk); gap > 1e-9*largest*float64(d)+1e-300 {
				t.Errorf("%T in %v: the modes sum to %v, the risk is %v", k, basis, m.InitialRisk(), risk)
			}
		}
		k.NewSampler().Sample(make([]float64, 3*d), rand.New(rand.NewPCG(1, 2)))
	})
}
