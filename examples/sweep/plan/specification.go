package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// Specification is a sweep: values for every axis, of which the points are all
// combinations, and what to compute at each of them.
type Specification struct {
	Axes    []Axis
	Compute []string // of Quantities, in their order
	Runs    int      // runs or paths of an ensemble
	Records int      // times at which a curve is recorded
	Curves  bool     // whether the curves of each point are kept
	Points  int

	averages bool // whether an optimizer averages its iterates

	folder string            // from which files are sought
	files  map[string]string // the SHA-256 of each file that is read, by the name that the specification gives it
}

// Quantities are what can be computed at a point.
var Quantities = []string{"curve", "limit", "rate", "best", "ensemble", "band", "sde"}

// settings are the fields of a specification that are not axes.
var settings = []string{"compute", "runs", "records", "curves"}

// Limits of what a specification may ask for.
const (
	maxPoints    = 10_000_000
	maxValues    = 1_000_000 // of an axis that is given by its ends
	maxRuns      = 1_000_000
	maxRecords   = 100_000
	maxDimension = 10_000_000
)

// Read reads a specification. Its errors are *Error, except where the file cannot be
// read.
func Read(path string) (*Specification, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse is Read for a text. Files that the specification names are sought from the folder
// of the file.
func Parse(file string, text []byte) (*Specification, error) {
	d := &document{file, text}
	root, err := d.parse()
	if err != nil {
		return nil, err
	}
	if root.fields == nil {
		return nil, d.fail(root.offset, "is %s: must be an object", root.kind())
	}
	s := &Specification{Runs: 32, Records: 101, Compute: []string{"curve"}, folder: filepath.Dir(file), files: map[string]string{}}
	if err := s.known(d, root); err != nil {
		return nil, err
	}
	if err := s.settings(d, root); err != nil {
		return nil, err
	}
	if err := s.expand(d, root); err != nil {
		return nil, err
	}
	return s, nil
}

// known returns an error if the object has a field that means nothing.
func (s *Specification) known(d *document, root *node) error {
	names := slices.Clone(settings)
	for _, a := range axes {
		names = append(names, a.name)
	}
	unknown := slices.DeleteFunc(slices.Collect(maps.Keys(root.fields)), func(name string) bool { return slices.Contains(names, name) })
	if len(unknown) == 0 {
		return nil
	}
	first := slices.MinFunc(unknown, func(a, b string) int { return int(root.fields[a].offset - root.fields[b].offset) })
	return d.fail(root.fields[first].offset, "unknown field %q: must be one of %s", first, strings.Join(names, ", "))
}

// settings reads the fields that are not axes.
func (s *Specification) settings(d *document, root *node) error {
	for _, c := range []struct {
		name     string
		to       *int
		lo, most int
	}{{"runs", &s.Runs, 2, maxRuns}, {"records", &s.Records, 2, maxRecords}} {
		if f := root.fields[c.name]; f != nil {
			v, err := d.number(c.name, f.node, counts)
			if err != nil {
				return err
			}
			if v < float64(c.lo) || v > float64(c.most) {
				return d.fail(f.node.offset, "%s is %v: must lie between %d and %d", c.name, v, c.lo, c.most)
			}
			*c.to = int(v)
		}
	}
	if f := root.fields["curves"]; f != nil {
		value, ok := f.value.(bool)
		if !ok {
			return d.fail(f.node.offset, "curves is %s: must be true or false", f.kind())
		}
		s.Curves = value
	}
	f := root.fields["compute"]
	if f == nil {
		return nil
	}
	if len(f.list) == 0 {
		return d.fail(f.node.offset, "compute is %s: must be a list of some of %s", f.kind(), strings.Join(Quantities, ", "))
	}
	asked := map[string]bool{}
	for _, item := range f.list {
		word, _ := item.value.(string)
		if !slices.Contains(Quantities, word) {
			return d.fail(item.offset, "compute has %s: must be one of %s", item.kind(), strings.Join(Quantities, ", "))
		}
		if asked[word] {
			return d.fail(item.offset, "compute has %q twice", word)
		}
		asked[word] = true
	}
	s.Compute = slices.DeleteFunc(slices.Clone(Quantities), func(q string) bool { return !asked[q] })
	return nil
}

// expand reads the axes and checks their values.
func (s *Specification) expand(d *document, root *node) error {
	k := root.fields["covariance"]
	for _, name := range []string{"dimension", "eigenvalues", "basis"} {
		switch f := root.fields[name]; {
		case f != nil && k != nil:
			return d.fail(f.offset, "%s is there beside covariance, which is a file that says all of it", name)
		case name == "dimension" && f == nil && k == nil:
			return d.fail(root.offset, "there is neither dimension nor covariance: one of them is needed")
		}
	}
	if root.fields["rate"] == nil {
		return d.fail(root.offset, "there is no rate: it is needed")
	}
	s.Points = 1
	for _, a := range axes {
		f := root.fields[a.name]
		if f == nil && a.word == "" || k != nil && (a.name == "eigenvalues" || a.name == "basis") {
			continue
		}
		axis, items, err := d.axis(a.name, a.word, a.kind, f)
		if err != nil {
			return err
		}
		for i := range axis.Words {
			at := root.offset
			if items != nil {
				at = items[i]
			}
			if err := s.check(d, axis, i, at); err != nil {
				return err
			}
		}
		if len(axis.Words) > maxPoints/s.Points {
			return d.fail(f.offset, "%s has %d values, which makes more than %d points", a.name, len(axis.Words), maxPoints)
		}
		s.Points *= len(axis.Words)
		s.Axes = append(s.Axes, axis)
	}
	s.averages = s.anyAverages()
	return s.checkSpectra(d, root)
}

// anyAverages reports whether an optimizer averages its iterates.
func (s *Specification) anyAverages() bool {
	return slices.ContainsFunc(s.axis("optimizer").Words, func(word string) bool {
		_, averages, err := parseOptimizer(word)
		return averages && err == nil
	})
}

// Description says what the sweep is: the journal in a folder carries it.
func (s *Specification) Description() ensemble.Description {
	// Values are compared digit by digit, which numbers of a Part are not.
	text, err := json.Marshal(struct {
		Axes          []Axis
		Compute       []string
		Runs, Records int
		Curves        bool
		Files         map[string]string
	}{s.Axes, s.Compute, s.Runs, s.Records, s.Curves, s.files})
	if err != nil {
		panic(fmt.Sprintf("plan: %v", err)) // all numbers are finite
	}
	sum := sha256.Sum256(text)
	return ensemble.Description{
		{Name: "program", Text: "sweep 1"},
		{Name: "specification", Text: fmt.Sprintf("%d points with the SHA-256 %s", s.Points, hex.EncodeToString(sum[:]))},
	}
}

// path returns where a file lies that the specification names.
func (s *Specification) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(s.folder, name)
}

// digest remembers the SHA-256 of a file.
func (s *Specification) digest(name string) error {
	if s.files[name] != "" {
		return nil
	}
	path := s.path(name)
	if info, err := os.Stat(path); err != nil {
		return err
	} else if !info.Mode().IsRegular() {
		return fmt.Errorf("%s is not a file", path)
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return err
	}
	s.files[name] = hex.EncodeToString(sum.Sum(nil))
	return nil
}
