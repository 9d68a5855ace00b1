package odes

import (
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/riskcurves/riskcurves/homogenized"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// Shared makes the systems of many problems and optimizers, and keeps what they have in
// common. Systems of one covariance from one start share an eigendecomposition for each
// basis and the compression of its modes, whatever their noises, batches, schedules and
// horizons are. The zero value is ready, and safe for concurrent use.
//
// A covariance is the same if it is the same pointer, or an equal value. A start is the
// same if Problem.Init and Problem.Target are the same slices. Neither may be written to
// while a Shared knows them.
type Shared struct {
	// Keep is the number of covariances and starts that are remembered. Those used last
	// stay. The default, 0, stands for 8. It is an error if it is negative. Modes of a
	// dense K take 8d² bytes for each basis.
	Keep int

	mu   sync.Mutex
	used []*sharedStart // the last one used comes last
}

// sharedStart holds the systems of one covariance from one start.
type sharedStart struct {
	covariance   spectra.Covariance
	init, target vectorID

	mu   sync.Mutex
	made []*System // one for each basis and list of shapes
}

// vectorID identifies a slice.
type vectorID struct {
	first *float64
	size  int
}

func newVectorID(x []float64) vectorID {
	if len(x) == 0 {
		return vectorID{}
	}
	return vectorID{&x[0], len(x)}
}

// System returns what New returns.
func (s *Shared) System(p signsgd.Problem, o signsgd.Optimizer, eta schedule.Schedule) (*System, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	l, err := homogenized.Of(p, o)
	if err != nil {
		return nil, err
	}
	made, err := s.FromLimit(p, l, eta)
	if err != nil {
		return nil, err
	}
	other := *made // made serves other optimizers, too
	other.optimizer = o
	return &other, nil
}

// FromLimit returns what NewFromLimit returns.
func (s *Shared) FromLimit(p signsgd.Problem, l homogenized.Limit, eta schedule.Schedule) (*System, error) {
	if err := s.validate(); err != nil {
		return nil, err
	}
	if err := l.ValidateFor(p); err != nil {
		return nil, err
	}
	start := s.start(p)
	start.mu.Lock()
	defer start.mu.Unlock()
	for _, made := range start.made {
		if made.serves(l) {
			return made.serve(p, l, eta)
		}
	}
	made, err := NewFromLimit(p, l, eta)
	if err == nil {
		start.made = append(start.made, made)
	}
	return made, err
}

// validate returns an error if Keep is bad.
func (s *Shared) validate() error {
	if s.Keep < 0 {
		return fmt.Errorf("odes: Shared.Keep is %d: must be at least 1, or 0 for the default", s.Keep)
	}
	return nil
}

// start returns what is known of the covariance and the start of the problem.
func (s *Shared) start(p signsgd.Problem) *sharedStart {
	if !reflect.TypeOf(p.Covariance).Comparable() {
		return new(sharedStart)
	}
	is := sharedStart{covariance: p.Covariance, init: newVectorID(p.Init), target: newVectorID(p.Target)}
	s.mu.Lock()
	defer s.mu.Unlock()
	at := slices.IndexFunc(s.used, func(o *sharedStart) bool {
		return o.covariance == is.covariance && o.init == is.init && o.target == is.target
	})
	if at < 0 {
		keep := s.Keep
		if keep == 0 {
			keep = 8
		}
		if len(s.used) >= keep {
			s.used = slices.Delete(s.used, 0, len(s.used)-keep+1)
		}
		at = len(s.used)
		s.used = append(s.used, &is)
	}
	start := s.used[at]
	s.used = append(slices.Delete(s.used, at, at+1), start)
	return start
}

// serves reports whether the modes of the system are those of the limit.
func (s *System) serves(l homogenized.Limit) bool {
	return s.Modes.Basis == l.Basis && slices.EqualFunc(s.Modes.Noise, l.Shapes(), spectra.Shape.Same)
}

// serve returns the system of another limit and rate of a problem with the same covariance
// and start. The modes are known to be good.
func (s *System) serve(p signsgd.Problem, l homogenized.Limit, eta schedule.Schedule) (*System, error) {
	other := *s
	other.problem, other.Limit, other.Rate, other.optimizer = &p, l, eta, nil
	if err := signsgd.CheckSchedule(p, eta); err != nil {
		return nil, err
	}
	return &other, nil
}
