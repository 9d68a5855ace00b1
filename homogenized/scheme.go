package homogenized

// Scheme is a way to integrate an SDE: EulerMaruyama, SRA1 or Exponential. Its Step is
// the largest step in t. The way to each recorded time, and to each break of a
// signsgd.Piecewise schedule, is cut into the fewest equal steps that do not exceed
// it, so that records and breaks fall on steps; where Step does not divide the way, the
// steps are shorter.
type Scheme interface {
	plan() plan

	// suits returns an error if the scheme cannot integrate the dynamics.
	suits(d *dynamics) error

	// start returns what moves one path.
	start(d *dynamics) stepper
}

// plan says what a scheme needs.
type plan struct {
	name  string
	size  float64 // the largest step
	draws int     // normal vectors for each step and term of the noise
	modal bool    // whether it works in the modes only
}

// stepper moves a path, which knows its coefficients at the start of the step, by a
// step dt, driven by one increment for each term of the noise.
type stepper interface {
	step(p *path, dt float64, dw []increment) error
}

// maxSteps is how many steps a path may have: more would not end.
const maxSteps = 1 << 50
