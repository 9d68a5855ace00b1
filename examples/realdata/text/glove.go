package text

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Vectors are the vectors of words, all of length Dim.
type Vectors struct {
	Dim int
	Of  map[string][]float64
}

// maxLine bounds the length of a line of GloVe, which is 3 kB for 300 numbers.
const maxLine = 1 << 17

// ReadGloVe reads vectors in the format of GloVe, a word and its numbers in each line,
// separated by spaces, and keeps those of the words that are wanted: all of them if
// wanted is nil. A word may contain spaces; of one that occurs twice the first is kept.
// The first line, whose word may not, tells the number of numbers.
func ReadGloVe(r io.Reader, wanted map[string]bool) (*Vectors, error) {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxLine)
	v := &Vectors{Of: make(map[string][]float64)}
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimRight(lines.Text(), " \r")
		if v.Dim == 0 {
			v.Dim = strings.Count(line, " ")
			if v.Dim == 0 {
				return nil, fmt.Errorf("text: GloVe, line %d: %.40q: must be a word and its numbers", n, line)
			}
		}
		word, numbers, ok := cutNumbers(line, v.Dim)
		if !ok {
			return nil, fmt.Errorf("text: GloVe, line %d: %.40q…: must be a word and %d numbers", n, line, v.Dim)
		}
		if _, twice := v.Of[word]; twice || wanted != nil && !wanted[word] {
			continue
		}
		vector := make([]float64, 0, v.Dim)
		for field := range strings.SplitSeq(numbers, " ") {
			x, err := strconv.ParseFloat(field, 64)
			if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
				return nil, fmt.Errorf("text: GloVe, line %d: %.40q is not a finite number", n, field)
			}
			vector = append(vector, x)
		}
		v.Of[strings.Clone(word)] = vector
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("text: GloVe, line %d: %w", n+1, err)
	}
	if v.Dim == 0 {
		return nil, errors.New("text: GloVe: the file is empty")
	}
	return v, nil
}

// cutNumbers cuts a line before its last n fields.
func cutNumbers(line string, n int) (word, numbers string, ok bool) {
	at := len(line)
	for range n {
		if at = strings.LastIndexByte(line[:at], ' '); at < 0 {
			return "", "", false
		}
	}
	return line[:at], line[at+1:], at > 0
}
