package ensemble

import (
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/riskcurves/riskcurves/signsgd/internal/file"
)

// WriteFile writes a file as a whole or not at all, even if the machine stops. If content
// or the disk fails, what was at the path before stays.
func WriteFile(path string, content func(w io.Writer) error) error {
	if err := file.Write(path, content); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	return nil
}

// Save writes the band to a file in JSON, by WriteFile. ReadBand reads it back bit for bit.
func (b *Band) Save(path string) error {
	return WriteFile(path, func(w io.Writer) error { return json.NewEncoder(w).Encode(b) })
}

// ReadBand reads a band from a file in JSON, such as one of Save. Files that do not hold a
// whole band are an error that names the file.
func ReadBand(path string) (*Band, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("ensemble: ReadBand: %w", err)
	}
	b := new(Band)
	if err := json.Unmarshal(text, b); err != nil {
		return nil, fmt.Errorf("ensemble: ReadBand: %s: %w", path, err)
	}
	return b, nil
}
