package spectra

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/floats"
)

// TestModesFactored compares modes whose vectors were not formed with those that a further
// shape of noise forms, on a covariance of condition 1e9 and a singular one: the
// eigenvalues, the risks, the weights, the vectors from the factors, and the Transform.
func TestModesFactored(t *testing.T) {
	t.Parallel()
	rng := newRand(95)
	for name, k := range map[string]*Dense{
		"rotated":  must[*Dense](t)(ToDense(must[Covariance](t)(NewRotated(must[[]float64](t)(LogSpaced(150, 1e-9, 1)), rng)))),
		"singular": wishart(t, 40, 12, rng),
		"small":    wishart(t, 2, 3, rng),
	} {
		d := k.Dim()
		nu := normals(d, rng)
		for _, basis := range []Basis{Plain, Preconditioned} {
			own := Shape{Scaled: basis == Plain}
			m := must[Modes](t)(k.Modes(basis, nu, own))
			want := must[Modes](t)(k.Modes(basis, nu, own, signNoise))
			if m.Kind != Factored || m.Vectors != nil || want.Kind != Formed {
				t.Fatalf("%s: the modes are %v, and %v with vectors", name, m.Kind, want.Kind)
			}
			if err := m.Validate(); err != nil {
				t.Error(err)
			}
			top := m.Lambda[d-1]
			for i, l := range m.Lambda {
				// Refined eigenvalues are accurate relative to themselves.
				if allowed := 1e-12 * max(l, 1e-3*top); i >= refined && math.Abs(l-want.Lambda[i]) > allowed || i < refined && math.Abs(l-want.Lambda[i]) > 1e-8*want.Lambda[i] {
					t.Errorf("%s, %v: λ_%d is %v, want %v", name, basis, i, l, want.Lambda[i])
				}
				near(t, "weight", m.Weights[0][i], l*l, 1e-15)
			}
			near(t, name+": the risk", m.InitialRisk(), want.InitialRisk(), 1e-12)
			formed := m.Form()
			if formed.Kind != Formed || formed.Form().Vectors != formed.Vectors {
				t.Fatalf("%s: formed modes are %v", name, formed.Kind)
			}
			if err := formed.Validate(); err != nil {
				t.Error(err)
			}
			lazy, whole := must[*Transform](t)(NewTransform(k, m)), must[*Transform](t)(NewTransform(k, formed))
			y := lazy.Apply(nil, nu)
			size := floats.Norm(y, 2)
			if floats.Distance(y, whole.Apply(nil, nu), 2) > 1e-12*size {
				t.Errorf("%s, %v: Tν differs from that of the formed vectors", name, basis)
			}
			for i, l := range m.Lambda {
				if math.Abs(l*y[i]*y[i]/2-m.Risk[i]) > 1e-13*m.InitialRisk() {
					t.Errorf("%s, %v: ½λy² of mode %d is %v, want %v", name, basis, i, l*y[i]*y[i]/2, m.Risk[i])
				}
				if math.Abs(lazy.Coordinate(i, nu)-y[i]) > 1e-12*size {
					t.Errorf("%s, %v: coordinate %d is %v, want %v", name, basis, i, lazy.Coordinate(i, nu), y[i])
				}
			}
			if back := lazy.Invert(nil, y); floats.Distance(back, nu, 2) > 1e-12*floats.Norm(nu, 2) {
				t.Errorf("%s, %v: the inverse is wrong", name, basis)
			}
		}
	}
	bad := Modes{Dim: 1, Kind: Factored, Lambda: []float64{1}, Risk: []float64{1}}
	wantError(t, "Modes.Kind is Factored", bad.Validate())
}
