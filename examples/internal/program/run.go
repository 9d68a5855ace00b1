package program

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
)

// Run is one run of a program: what its command line asks for, and where its results go.
type Run struct {
	Dim, Runs int // of the flags -d and -runs
	Quick     bool
	Seed      uint64
	Progress  *Progress

	// Claims are what draw claims. They are printed at the end.
	Claims []Claim

	// Files are the names of what was saved, without folder and ending.
	Files []string

	name, folder string
	out          io.Writer
}

// Claim adds claims.
func (r *Run) Claim(claims ...Claim) { r.Claims = append(r.Claims, claims...) }

// Printf prints to the standard output.
func (r *Run) Printf(format string, args ...any) { fmt.Fprintf(r.out, format, args...) }

// Print prints every stride-th row of a table under its title.
func (r *Run) Print(title string, t *Table, stride int) {
	fmt.Fprintln(r.out, title)
	t.print(r.out, stride)
	fmt.Fprintln(r.out)
}

// Path returns the path of a file in the folder of -out.
func (r *Run) Path(file string) string { return filepath.Join(r.folder, file) }

// Save writes the chart as a picture in every format, and the table as a CSV file, to files
// of the given name in the folder of -out. Either may be nil.
func (r *Run) Save(name string, c *chart.Chart, t *Table) error {
	r.Files = append(r.Files, name)
	path := r.Path(name)
	var endings []string
	if c != nil {
		for _, format := range chart.Formats {
			if err := write(path+"."+format, func(w io.Writer) error { return c.Write(w, format) }); err != nil {
				return err
			}
			endings = append(endings, format)
		}
	}
	if t != nil {
		if err := write(path+".csv", t.writeCSV); err != nil {
			return err
		}
		endings = append(endings, "csv")
	}
	r.Printf("wrote %s as %v\n", path, endings)
	return nil
}

// write writes a file as a whole or not at all: to a file beside it, which then takes its
// name.
func write(path string, content func(w io.Writer) error) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return err
	}
	defer os.Remove(file.Name()) // fails once it is renamed
	buffer := bufio.NewWriter(file)
	err = content(buffer)
	if err = errors.Join(err, buffer.Flush(), file.Chmod(0o644), file.Close()); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return os.Rename(file.Name(), path)
}

// Test returns the run that the command line asks for without flags, or with -quick, and
// that saves to the folder.
func Test(about About, quick bool, folder string, out io.Writer) *Run {
	r := &Run{Dim: about.Dim.Full, Runs: about.Runs.Full, Quick: quick, Seed: 1, Progress: NewProgress(out), name: about.Name, folder: folder, out: out}
	if quick {
		r.Dim, r.Runs = about.Dim.Quick, about.Runs.Quick
	}
	return r
}
