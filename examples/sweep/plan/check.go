package plan

import (
	"math/bits"
	"slices"

	"github.com/riskcurves/riskcurves/spectra"
)

// check returns an error if value i of an axis, which stands at an offset, is bad.
func (s *Specification) check(d *document, axis Axis, i int, offset int64) error {
	word := axis.Words[i]
	var err error
	switch axis.Name {
	case "covariance":
		// The file is read here once, so that a sweep does not begin with a bad one.
		_, err = s.covariance(&Point{axes: []Axis{{Name: "covariance", Words: []string{word}}}, at: []int{0}})
	case "noise":
		_, err = s.law(word)
	case "optimizer":
		_, _, err = parseOptimizer(word)
	case "schedule":
		_, err = parseSchedule(word)
	case "basis":
		if !slices.Contains([]string{"diagonal", "rotated", "hadamard"}, word) {
			return d.fail(offset, "basis is %q: must be %s", word, bases)
		}
	}
	if err != nil {
		return d.fail(offset, "%s: %v", axis.Name, err)
	}
	if axis.Value == nil {
		return nil
	}
	v := axis.Value[i]
	lo, hi, says := 0., 1e100, "must be nonnegative and at most 1e+100"
	switch axis.Name {
	case "dimension":
		lo, hi, says = 1, maxDimension, "must lie between 1 and 10000000"
	case "batch":
		lo, hi, says = 1, 1e9, "must lie between 1 and 1e+09"
	case "start_risk", "horizon":
		lo, says = 1e-100, "must be positive and at most 1e+100"
	case "seed":
		hi, says = 1<<53, "must be at most 2⁵³"
	}
	if !(v >= lo && v <= hi) {
		return d.fail(offset, "%s is %s: %s", axis.Name, word, says)
	}
	return nil
}

// checkSpectra returns an error if some eigenvalues, dimension and basis do not go together.
func (s *Specification) checkSpectra(d *document, root *node) error {
	if s.axis("dimension") == nil {
		return nil
	}
	offset := func(name string) int64 {
		if f := root.fields[name]; f != nil {
			return f.node.offset
		}
		return root.offset
	}
	for _, size := range s.axis("dimension").Value {
		for _, word := range s.axis("eigenvalues").Words {
			if _, err := spectra.ParseEigenvalues(word, int(size)); err != nil {
				return d.fail(offset("eigenvalues"), "eigenvalues: %v", err)
			}
		}
		for _, basis := range s.axis("basis").Words {
			if basis == "rotated" && size > spectra.DenseLimit {
				return d.fail(offset("dimension"), "dimension is %v: must be at most %d in the rotated basis", size, spectra.DenseLimit)
			}
			if basis == "hadamard" && bits.OnesCount64(uint64(size)) != 1 {
				return d.fail(offset("dimension"), "dimension is %v: must be a power of two in the hadamard basis", size)
			}
		}
	}
	return nil
}

// axis returns the axis of a name, and nil if the points have none.
func (s *Specification) axis(name string) *Axis {
	i := slices.IndexFunc(s.Axes, func(a Axis) bool { return a.Name == name })
	if i < 0 {
		return nil
	}
	return &s.Axes[i]
}
