package main

import (
	"archive/zip"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/riskcurves/riskcurves/examples/realdata/text"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
)

// openIMDB reads the reviews of IMDB, and embeds them by the GloVe vectors of the folder, or
// by tf-idf where there are none.
func openIMDB(ctx context.Context, folder string, seed uint64) (*Labelled, error) {
	file, err := find("IMDB", folder, "aclImdb_v1.tar.gz", "imdb/reviews.csv")
	if err != nil {
		return nil, err
	}
	var reviews []text.Review
	if strings.HasSuffix(file, ".csv") {
		reviews, err = text.OpenCSV(file)
	} else {
		err = readArchive(ctx, file, func(name string, r io.Reader) error { return text.Collect(&reviews, name, r) })
	}
	if err != nil {
		return nil, err
	}
	glove, err := find("GloVe", folder, "glove.6B.zip")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	return texts(reviews, glove, seed)
}

// texts embeds reviews by the GloVe vectors of a file, or by tf-idf if that is "". Positive
// ones have the label +1, negative ones −1. Reviews without a known word are left out.
func texts(reviews []text.Review, glove string, seed uint64) (*Labelled, error) {
	documents := make([][]string, len(reviews))
	for i, r := range reviews {
		documents[i] = text.Words(text.Clean(r.Text))
	}
	how := "tf-idf"
	var e *text.Embedding
	if glove == "" {
		weighted, err := text.NewTfIdf(documents, text.Vocabulary{MinDocuments: 3, Size: 20000})
		if err != nil {
			return nil, err
		}
		if e, err = weighted.Embed(50, ensemble.NewRand(seed, 0, "embedding")); err != nil {
			return nil, err
		}
	} else {
		how = "GloVe"
		vectors, err := readGloVe(glove, documents)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", glove, err)
		}
		if e, err = text.Average(documents, vectors); err != nil {
			return nil, err
		}
	}
	labels := make([]float64, len(e.Kept))
	for row, i := range e.Kept {
		labels[row] = -1
		if reviews[i].Positive {
			labels[row] = 1
		}
	}
	_, cols := e.X.Dims()
	return every("IMDB, "+how, data.InMemory{Cols: cols, Values: e.X.RawMatrix().Data}, labels)
}

// readGloVe reads the vectors of 50 numbers of the words of the documents. That it reads
// the file to its end verifies the file's checksum.
func readGloVe(path string, documents [][]string) (*text.Vectors, error) {
	wanted := make(map[string]bool)
	for _, document := range documents {
		for _, word := range document {
			wanted[word] = true
		}
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil, err
	}
	defer archive.Close()
	file, err := archive.Open("glove.6B.50d.txt")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return text.ReadGloVe(file, wanted)
}
