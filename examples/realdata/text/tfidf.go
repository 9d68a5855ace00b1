package text

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
)

// TfIdf is a sparse matrix of documents by words, weighted by
//
//	tf·(1 + log((1+n)/(1+df))),
//
// tf being the count of the word in the document and df the number of the n documents
// that have it (G. Salton and C. Buckley, Inf. Process. Manag. 24 (1988) 513). Its rows
// have unit length.
type TfIdf struct {
	Words []string // of the columns
	Kept  []int    // the document of each row: those without a word of the vocabulary are left out

	m sparse
}

// Vocabulary says which words count.
type Vocabulary struct {
	MinDocuments int // that must have the word; 0 means 1
	Size         int // words at most, those of most documents first; 0 means no bound
}

// NewTfIdf weights the words of the documents.
func NewTfIdf(documents [][]string, v Vocabulary) (*TfIdf, error) {
	if v.MinDocuments < 0 || v.Size < 0 {
		return nil, fmt.Errorf("text: vocabulary of %d words in at least %d documents: neither may be negative", v.Size, v.MinDocuments)
	}
	frequency := make(map[string]int) // of documents
	for _, document := range documents {
		for word := range counts(document) {
			frequency[word]++
		}
	}
	t := new(TfIdf)
	for word, n := range frequency {
		if n >= v.MinDocuments {
			t.Words = append(t.Words, word)
		}
	}
	slices.SortFunc(t.Words, func(a, b string) int {
		return cmp.Or(cmp.Compare(frequency[b], frequency[a]), cmp.Compare(a, b))
	})
	if v.Size > 0 && len(t.Words) > v.Size {
		t.Words = t.Words[:v.Size]
	}
	column := make(map[string]int, len(t.Words))
	for j, word := range t.Words {
		column[word] = j
	}
	t.m = sparse{cols: len(t.Words), start: []int{0}}
	for i, document := range documents {
		first := len(t.m.column)
		for word, tf := range counts(document) {
			if j, ok := column[word]; ok {
				t.m.column = append(t.m.column, j)
				idf := 1 + math.Log(float64(1+len(documents))/float64(1+frequency[word]))
				t.m.value = append(t.m.value, float64(tf)*idf)
			}
		}
		if len(t.m.column) > first {
			t.m.endRow(first)
			t.Kept = append(t.Kept, i)
		}
	}
	if len(t.Kept) == 0 {
		return nil, errNoWords(len(documents))
	}
	return t, nil
}

func counts(document []string) map[string]int {
	n := make(map[string]int)
	for _, word := range document {
		n[word]++
	}
	return n
}

// Embed embeds the documents in dim dimensions, those of the truncated singular value
// decomposition of the matrix: row i of UΣ, the best approximation of the inner products
// (S. Deerwester et al., J. Am. Soc. Inf. Sci. 41 (1990) 391).
func (t *TfIdf) Embed(dim int, rng *rand.Rand) (*Embedding, error) {
	x, err := t.m.project(dim, rng)
	if err != nil {
		return nil, err
	}
	return &Embedding{X: x, Kept: t.Kept}, nil
}
