package homogenized

// Scheme is a way to integrate an SDE: EulerMaruyama, SRA1 or ExponentialEuler. Its Step
// is the largest step in t; 0 chooses one. The way to each recorded time, and to each break of a
// schedule.Piecewise, is cut into the fewest equal steps that do not exceed Step, so that
// records and breaks fall on steps.
//
// The set is closed, because a scheme sees the coordinates in which a path is stored. To
// integrate a process in a way of your own, write an ensemble.Walk and give it to
// ensemble.Gather.
type Scheme interface {
	plan() plan

	// withStep returns the scheme with another step.
	withStep(step float64) Scheme

	// check returns an error if the scheme cannot integrate the dynamics.
	check(d *dynamics) error

	// start returns what moves one path.
	start(d *dynamics) stepper
}

// plan says what a scheme needs.
type plan struct {
	name  string
	size  float64 // the largest step; 0 leaves it to be chosen
	draws int     // normal vectors for each step and term of the noise
	modal bool    // whether it works in the modes only

	explicit bool // whether its steps must be stable
}

// stepper moves a path, which knows its coefficients at the start of the step, by a
// step dt, driven by one increment for each term of the noise.
type stepper interface {
	step(p *path, dt float64, dw []increment) error
}

// maxSteps is how many steps a path may have: more would not end.
const maxSteps = 1 << 50
