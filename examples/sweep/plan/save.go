package plan

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// saved is a Specification as a file.
type saved struct {
	Axes                  []Axis
	Compute               []string
	Runs, Records, Points int
	Curves                bool
	Folder                string
	Files                 map[string]string
}

// specificationFile keeps the specification in the folder of a sweep.
const specificationFile = "specification"

// Save keeps the specification in the folder of a sweep, in a form of its own.
func (s *Specification) Save(folder string) error {
	root, err := filepath.Abs(s.folder)
	if err != nil {
		return err
	}
	text, err := json.Marshal(saved{s.Axes, s.Compute, s.Runs, s.Records, s.Points, s.Curves, root, s.files})
	if err != nil {
		return err
	}
	return ensemble.WriteFile(filepath.Join(folder, specificationFile), func(w io.Writer) error {
		_, err := w.Write(append(text, '\n'))
		return err
	})
}

// Load returns the specification that Save has kept in a folder. It checks that it is
// that of the journal there.
func Load(folder string) (*Specification, error) {
	path := filepath.Join(folder, specificationFile)
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("%w: a shard has this file when it is finished", err)
	}
	var read saved
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&read); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	s := &Specification{
		Axes: read.Axes, Compute: read.Compute, Runs: read.Runs, Records: read.Records, Points: read.Points,
		Curves: read.Curves, folder: read.Folder, files: read.Files,
	}
	if s.axis("optimizer") == nil {
		return nil, fmt.Errorf("%s has no optimizers", path)
	}
	s.averages = s.anyAverages()
	j, err := ensemble.OpenJournal(folder)
	if err != nil {
		return nil, err
	}
	defer j.Close()
	if got, want := s.Description(), j.Description(); len(got) != len(want) || got[1].Text != want[1].Text || j.Units() != s.Points {
		return nil, fmt.Errorf("%s is not the specification of the journal beside it", path)
	}
	return s, nil
}
