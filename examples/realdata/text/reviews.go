package text

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
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

// Collect adds a file of the archive aclImdb to the reviews if it is one: it is called
// aclImdb/train/pos/0_9.txt, with train or test and pos or neg.
func Collect(reviews *[]Review, name string, r io.Reader) error {
	parts := strings.Split(path.Clean(name), "/")
	if len(parts) != 4 || parts[1] != "train" && parts[1] != "test" || parts[2] != "pos" && parts[2] != "neg" || path.Ext(name) != ".txt" {
		return nil
	}
	text, err := io.ReadAll(io.LimitReader(r, maxReview+1))
	if err != nil {
		return err
	}
	if len(text) > maxReview {
		return fmt.Errorf("the review has more than %d bytes", maxReview)
	}
	*reviews = append(*reviews, Review{string(text), parts[2] == "pos"})
	return nil
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
