package homogenized

import (
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// The bounds of a Coupling.
const (
	MaxVectors = 8 // the largest number of vectors of a Coupling
	MaxScalars = 4 // the largest number of its scalars
)

// Coupling describes a limit of several vectors and scalars: momentum that lasts as long
// as the run, averages of the iterates, weight decay, slow second moments. The vectors
// u¹ = ν, u², …, u^k and the scalars z follow
//
//	du^a = −Σ_b [F_ab u^b + H_ab A u^b] dt + s_a √(Σ_n g_n(R) Q_n/d) dB,
//	dz = G dt,   R_ab = ½ (u^a)ᵀ K u^b,   R = R_11,
//
// with one Brownian motion for all vectors. A, h, g_n and Q_n are those of the Limit that
// has the Coupling. F, H, s and G may depend on t, on η, on the R_ab and on z. The moments
// of these vectors close in the modes of A, so a Coupling has deterministic curves as the
// limit of one vector does.
//
// Its fields describe it fully, so users can write their own. AverageOf, DecayOf,
// MomentumOf and the limits of Adam are the ready ones. They take any Limit and compose.
type Coupling struct {
	Vectors []Vector // the first is ν and starts at Displacement
	Scalars []Scalar

	// Flow stores the coefficients at a state. They are zero before the call. It must be
	// safe for concurrent use, and must not retain its arguments. It is not called at
	// t = 0, where coefficients such as 1/t have no value. Slope must be finite at every
	// state with t > 0.
	Flow func(f *Flow, at *State)

	// Breaks are the times t > 0 at which F, H, s or G are not smooth in t. Solvers end a
	// step there.
	Breaks []float64
}

// Vector is one vector of a Coupling.
type Vector struct {
	Name  string // unique among the vectors of the Coupling
	Start Start
}

// Start says where a vector of a Coupling starts.
type Start int

// The starts.
const (
	Zero         Start = iota // at 0
	Displacement              // at ν₀ = θ₀ − θ*
	Target                    // at θ*
)

// String returns the name of the start.
func (s Start) String() string {
	switch s {
	case Zero:
		return "Zero"
	case Displacement:
		return "Displacement"
	case Target:
		return "Target"
	}
	return fmt.Sprintf("Start(%d)", int(s))
}

// Scalar is one scalar of a Coupling.
type Scalar struct {
	Name  string                     // unique among the scalars of the Coupling
	Start func(risk float64) float64 // its start, given R(0); nil is 0
}

// State is what the coefficients of a Coupling may depend on.
type State struct {
	Time    float64                         // t > 0
	Rate    float64                         // η
	Overlap [MaxVectors][MaxVectors]float64 // R_ab
	Scalar  [MaxScalars]float64             // z
	Drift   float64                         // h(R)
	Gain    []float64                       // g_n(R)
}

// Risk returns R = R_11.
func (s *State) Risk() float64 { return s.Overlap[0][0] }

// Flow holds the coefficients of a Coupling at a State.
type Flow struct {
	F, H  [MaxVectors][MaxVectors]float64
	S     [MaxVectors]float64
	Slope [MaxScalars]float64 // G = dz/dt
}

// Validate returns an error that names the first bad field, and nil if there is none.
func (c *Coupling) Validate() error {
	switch {
	case len(c.Vectors) == 0 || len(c.Vectors) > MaxVectors:
		return fmt.Errorf("homogenized: Coupling has %d vectors: must have 1 to %d", len(c.Vectors), MaxVectors)
	case len(c.Scalars) > MaxScalars:
		return fmt.Errorf("homogenized: Coupling has %d scalars: must have at most %d", len(c.Scalars), MaxScalars)
	case c.Flow == nil:
		return errors.New("homogenized: Coupling.Flow is nil")
	case c.Vectors[0].Start != Displacement:
		return fmt.Errorf("homogenized: Coupling.Vectors[0].Start is %v: must be Displacement, since the first vector is ν", c.Vectors[0].Start)
	}
	for a, v := range c.Vectors {
		if v.Start < Zero || v.Start > Target {
			return fmt.Errorf("homogenized: Coupling.Vectors[%d].Start is %v: must be Zero, Displacement or Target", a, v.Start)
		}
		if c.Vector(v.Name) != a {
			return fmt.Errorf("homogenized: Coupling.Vectors[%d].Name is %q, which another vector has", a, v.Name)
		}
	}
	for j, z := range c.Scalars {
		if c.Scalar(z.Name) != j {
			return fmt.Errorf("homogenized: Coupling.Scalars[%d].Name is %q, which another scalar has", j, z.Name)
		}
	}
	for i, t := range c.Breaks {
		if !(t > 0) || math.IsInf(t, 1) {
			return fmt.Errorf("homogenized: Coupling.Breaks[%d] is %v: must be positive and finite", i, t)
		}
	}
	return nil
}

// Vector returns the place of the vector of the given name, and −1 if there is none.
func (c *Coupling) Vector(name string) int {
	return slices.IndexFunc(c.Vectors, func(v Vector) bool { return v.Name == name })
}

// Scalar returns the place of the scalar of the given name, and −1 if there is none.
func (c *Coupling) Scalar(name string) int {
	return slices.IndexFunc(c.Scalars, func(z Scalar) bool { return z.Name == name })
}

// describe adds the names of the vectors and scalars, and values of the flow, to the
// description of a limit with the given number of noise terms.
func (c *Coupling) describe(part *ensemble.Part, noises int) {
	for _, v := range c.Vectors {
		part.Text += fmt.Sprintf(", vector %q from %v", v.Name, v.Start)
	}
	for _, z := range c.Scalars {
		part.Text += fmt.Sprintf(", scalar %q", z.Name)
	}
	part.Numbers = append(part.Numbers, c.Breaks...)
	s := State{Gain: make([]float64, noises)}
	for i := range s.Gain {
		s.Gain[i] = 1 / float64(2+i)
	}
	k := len(c.Vectors)
	for a := range k {
		for b := range k {
			s.Overlap[a][b] = 1 / float64(1+a+b) // positive definite
		}
	}
	for j := range c.Scalars {
		s.Scalar[j] = 0.7 + float64(j)
	}
	for _, t := range []float64{0.2517, 3.019, 40.03} {
		s.Time, s.Rate, s.Drift = t, 1/t, 0.5
		var f Flow
		c.Flow(&f, &s)
		for a := range k {
			part.Numbers = append(part.Numbers, f.F[a][:k]...)
			part.Numbers = append(part.Numbers, f.H[a][:k]...)
		}
		part.Numbers = append(part.Numbers, f.S[:k]...)
		part.Numbers = append(part.Numbers, f.Slope[:len(c.Scalars)]...)
	}
}

// coupling returns the Coupling of the limit, or the one that a limit of one vector has.
func (l Limit) coupling() *Coupling {
	if l.Coupling != nil {
		return l.Coupling
	}
	return &Coupling{
		Vectors: []Vector{{Name: "ν", Start: Displacement}},
		Flow: func(f *Flow, at *State) {
			f.H[0][0] = at.Rate * at.Drift
			f.S[0] = at.Rate
		},
	}
}

// extend returns the limit with a further vector, unless one of that name and start is
// there already, and with the flow that add adds to. It also returns the place of the
// vector.
func (l Limit) extend(name string, v Vector, add func(f *Flow, at *State, place int)) (Limit, error) {
	if err := l.Validate(); err != nil {
		return Limit{}, err
	}
	if l.Centred {
		return Limit{}, fmt.Errorf("homogenized: %s: Limit.Centred has no coupled limit", l.Name)
	}
	base := l.coupling()
	c := &Coupling{Vectors: slices.Clone(base.Vectors), Scalars: base.Scalars, Breaks: slices.Clone(base.Breaks)}
	place := slices.Index(c.Vectors, v)
	if place < 0 || v.Start != Target {
		place = len(c.Vectors)
		c.Vectors = append(c.Vectors, v)
	}
	c.Flow = func(f *Flow, at *State) {
		base.Flow(f, at)
		add(f, at, place)
	}
	l.Name = name
	l.Coupling = c
	return l, c.Validate()
}

// Parameter is a number of a limit that may depend on the time t and on the learning
// rate η at that time.
type Parameter func(t, eta float64) float64

// Fixed returns the Parameter of a fixed value.
func Fixed(value float64) Parameter { return func(float64, float64) float64 { return value } }

// TimesRate returns the Parameter value·η.
func TimesRate(value float64) Parameter { return func(_, eta float64) float64 { return value * eta } }

// at returns the value of the parameter; nil is 0.
func (p Parameter) at(s *State) float64 {
	if p == nil {
		return 0
	}
	return p(s.Time, s.Rate)
}

// String tells parameters apart by some of their values.
func (p Parameter) String() string {
	if p == nil {
		return "0"
	}
	v := p(1, 1)
	if p(7, 1) == v && p(1, 3) == v && p(0.3, 1) == v {
		return fmt.Sprintf("%.12g", v)
	}
	if p(7, 1) == v && p(7, 3) == 3*v {
		return fmt.Sprintf("%.12g η", v)
	}
	return fmt.Sprintf("%.12g, %.12g, %.12g at t = 0.3, 1, 7 and %.12g at η = 3", p(0.3, 1), v, p(7, 1), p(1, 3))
}
