package program

import (
	"fmt"
	"io"
	"os"
	"time"
)

// Progress reports how far a program has come: on a terminal on one line that it
// rewrites, elsewhere by a line for each stage.
type Progress struct {
	w        io.Writer
	terminal bool
	last     time.Time
}

// NewProgress returns a Progress that reports to w.
func NewProgress(w io.Writer) *Progress {
	p := &Progress{w: w}
	if file, ok := w.(*os.File); ok {
		info, err := file.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// Stage returns a callback for the Progress of an ensemble that reports under the
// name.
func (p *Progress) Stage(name string) func(done, total int) {
	start := time.Now()
	return func(done, total int) {
		switch {
		case done == total && p.terminal:
			fmt.Fprint(p.w, "\r\x1b[K")
		case done == total:
			fmt.Fprintf(p.w, "%s: done in %.1f s\n", name, time.Since(start).Seconds())
		case p.terminal && time.Since(p.last) > 100*time.Millisecond:
			p.last = time.Now()
			fmt.Fprintf(p.w, "\r\x1b[K%s: %d%%", name, 100*done/total)
		}
	}
}
