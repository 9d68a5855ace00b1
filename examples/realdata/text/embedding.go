package text

import (
	"errors"
	"fmt"

	"gonum.org/v1/gonum/floats"
	"gonum.org/v1/gonum/mat"
)

// Embedding holds a vector for each document that has one. Those without a known word
// have none.
type Embedding struct {
	X    *mat.Dense // one document in each row
	Kept []int      // which document that is, increasing
}

// Average embeds each document, given as its words, in the mean of the vectors of its
// words, as often as they occur; unknown words do not count.
func Average(documents [][]string, v *Vectors) (*Embedding, error) {
	e := new(Embedding)
	var values []float64
	for i, document := range documents {
		sum := make([]float64, v.Dim)
		known := 0
		for _, word := range document {
			if vector, ok := v.Of[word]; ok {
				floats.Add(sum, vector)
				known++
			}
		}
		if known == 0 {
			continue
		}
		floats.Scale(1/float64(known), sum)
		values, e.Kept = append(values, sum...), append(e.Kept, i)
	}
	if len(e.Kept) == 0 {
		return nil, errNoWords(len(documents))
	}
	e.X = mat.NewDense(len(e.Kept), v.Dim, values)
	return e, nil
}

func errNoWords(documents int) error {
	if documents == 0 {
		return errors.New("text: there are no documents")
	}
	return fmt.Errorf("text: none of the %d documents has a known word", documents)
}
