package text

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
)

// Review is a text with its label.
type Review struct {
	Text     string // as it was found
	Positive bool
}

// maxReview bounds the length of a review in bytes; the longest of IMDB has 14 kB.
const maxReview = 1 << 20

// Split is a part of the IMDB data set.
type Split string

const (
	Train Split = "train"
	Test  Split = "test"
)

// ReadFolder reads the reviews of the given splits from the layout of aclImdb, files
// <split>/pos/*.txt and <split>/neg/*.txt, in the order of their names, positive ones
// first. Anything else in the folder is ignored.
func ReadFolder(fsys fs.FS, splits ...Split) ([]Review, error) {
	var reviews []Review
	for _, split := range splits {
		for _, class := range []string{"pos", "neg"} {
			folder := path.Join(string(split), class)
			entries, err := fs.ReadDir(fsys, folder)
			if err != nil {
				return nil, fmt.Errorf("text: %w", err)
			}
			for _, entry := range entries {
				if entry.IsDir() || path.Ext(entry.Name()) != ".txt" {
					continue
				}
				text, err := readReview(fsys, path.Join(folder, entry.Name()))
				if err != nil {
					return nil, fmt.Errorf("text: %w", err)
				}
				reviews = append(reviews, Review{text, class == "pos"})
			}
		}
	}
	if len(reviews) == 0 {
		return nil, fmt.Errorf("text: no reviews in %v", splits)
	}
	return reviews, nil
}

func readReview(fsys fs.FS, name string) (string, error) {
	file, err := fsys.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, maxReview+1))
	if err != nil {
		return "", err
	}
	if len(text) > maxReview {
		return "", fmt.Errorf("%s has more than %d bytes", name, maxReview)
	}
	return string(text), nil
}

// OpenCSV reads the reviews of a file that ReadCSV understands.
func OpenCSV(name string) ([]Review, error) {
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	reviews, err := ReadCSV(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return reviews, nil
}

// ReadCSV reads reviews from lines of two fields, a text and its label: positive or
// negative, pos or neg, 1 or 0, 1 or -1. The first line is a header if its second field
// is no label.
func ReadCSV(r io.Reader) ([]Review, error) {
	lines := csv.NewReader(r)
	lines.FieldsPerRecord = 2
	lines.ReuseRecord = true
	var reviews []Review
	for first := true; ; first = false {
		fields, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, fmt.Errorf("text: %w", err)
		}
		positive, ok := parseLabel(fields[1])
		if !ok && first {
			continue
		}
		line, _ := lines.FieldPos(1)
		if !ok {
			return nil, fmt.Errorf("text: line %d: label %.40q: must be positive or negative, pos or neg, 1 or 0, or 1 or -1", line, fields[1])
		}
		if len(fields[0]) > maxReview {
			return nil, fmt.Errorf("text: line %d: the review has %d bytes: must be at most %d", line, len(fields[0]), maxReview)
		}
		reviews = append(reviews, Review{strings.Clone(fields[0]), positive})
	}
	if len(reviews) == 0 {
		return nil, errors.New("text: no reviews in the file")
	}
	return reviews, nil
}

func parseLabel(field string) (positive, ok bool) {
	switch strings.ToLower(strings.TrimSpace(field)) {
	case "positive", "pos", "1":
		return true, true
	case "negative", "neg", "0", "-1":
		return false, true
	}
	return false, false
}
