package realdata

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/riskcurves/riskcurves/examples/internal/cifar"
	"github.com/riskcurves/riskcurves/examples/internal/text"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
)

// MissingError says which files of a data set are not there, and where to put them.
type MissingError struct {
	Set   string
	Paths []string // any one of which will do
}

func (e *MissingError) Error() string {
	return fmt.Sprintf("no %s: put it at %s", e.Set, strings.Join(e.Paths, ", or at "))
}

// find returns the first of the paths that exists.
func find(set string, paths ...string) (string, error) {
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil {
			return path, nil
		}
	}
	return "", &MissingError{set, paths}
}

// The paths of data sets in their folder, as their homes name them.
const (
	cifarFolder  = "cifar-10-batches-bin"
	imdbFolder   = "aclImdb"
	gloveVectors = "glove.6B.50d.txt"
)

// OpenCIFAR opens the training images of CIFAR-10, animals against vehicles without frogs,
// which leaves 25,000 and 20,000 of them. The files stay mapped until it is closed.
func OpenCIFAR(folder string) (*Labelled, error) {
	var paths []string
	for i := 1; i <= 5; i++ {
		path, err := find("CIFAR-10 (binary version)", filepath.Join(folder, cifarFolder, fmt.Sprintf("data_batch_%d.bin", i)))
		if err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	images, err := cifar.Open(paths...)
	if err != nil {
		return nil, err
	}
	animals, vehicles := []byte{2, 3, 4, 5, 7}, []byte{0, 1, 8, 9}
	return byClass("CIFAR-10, animals against vehicles", images, images.Labels, animals, vehicles), nil
}

// OpenMNIST opens the training images of MNIST, or the test images where only those are
// there, with some digits against others, as in 02468/13579. Plain files stay mapped until it is
// closed.
func OpenMNIST(folder, digits string) (*Labelled, error) {
	positive, negative, err := parseDigits(digits)
	if err != nil {
		return nil, err
	}
	var paths []string
	for _, part := range []string{"train", "t10k"} {
		for _, ending := range []string{"", ".gz"} {
			paths = append(paths, filepath.Join(folder, "mnist", part+"-images-idx3-ubyte"+ending))
		}
	}
	path, err := find("MNIST", paths...)
	if err != nil {
		return nil, err
	}
	images, err := data.OpenIDX(path)
	if err != nil {
		return nil, err
	}
	n, _ := images.Dims()
	folder, name := filepath.Split(path)
	classes, err := digitLabels(folder+strings.Replace(name, "-images-idx3-", "-labels-idx1-", 1), n)
	if err != nil {
		return nil, errors.Join(err, images.Close())
	}
	return byClass("MNIST, digits "+digits, images, classes, positive, negative), nil
}

// digitLabels reads n labels of MNIST.
func digitLabels(path string, n int) ([]byte, error) {
	labels, err := data.OpenIDX(path)
	if err != nil {
		return nil, err
	}
	defer labels.Close()
	if m, cols := labels.Dims(); m != n || cols != 1 {
		return nil, fmt.Errorf("%s: %d×%d labels of %d images: there must be one each", path, m, cols, n)
	}
	classes := make([]byte, n)
	label := make([]float64, 1)
	for i := range classes {
		if err := labels.Row(label, i); err != nil {
			return nil, err
		}
		if !(label[0] >= 0 && label[0] <= 9) {
			return nil, fmt.Errorf("%s: label %d is %v: must be a digit", path, i, label[0])
		}
		classes[i] = byte(label[0])
	}
	return classes, nil
}

// parseDigits reads a split such as 02468/13579.
func parseDigits(split string) (positive, negative []byte, err error) {
	bad := fmt.Errorf("digits %q: must be two lists of different digits, such as 02468/13579", split)
	plus, minus, ok := strings.Cut(split, "/")
	if !ok || plus == "" || minus == "" {
		return nil, nil, bad
	}
	var seen [10]bool
	for i, c := range []byte(plus + minus) {
		if c < '0' || c > '9' || seen[c-'0'] {
			return nil, nil, bad
		}
		seen[c-'0'] = true
		if i < len(plus) {
			positive = append(positive, c-'0')
		} else {
			negative = append(negative, c-'0')
		}
	}
	return positive, negative, nil
}

// TextDim is the dimension in which reviews are embedded.
const TextDim = 50

// vocabulary is that of the embedding by tf-idf.
var vocabulary = text.Vocabulary{MinDocuments: 3, Size: 20000}

// OpenIMDB reads the reviews of IMDB, from the folder aclImdb or from a file reviews.csv,
// and embeds them by the GloVe vectors of the file glove, or by tf-idf where that is "".
func OpenIMDB(folder, glove string, seed uint64) (*Labelled, error) {
	path, err := find("IMDB", filepath.Join(folder, imdbFolder), filepath.Join(folder, "imdb", imdbFolder), filepath.Join(folder, "imdb", "reviews.csv"))
	if err != nil {
		return nil, err
	}
	var reviews []text.Review
	if strings.HasSuffix(path, ".csv") {
		reviews, err = text.OpenCSV(path)
	} else {
		reviews, err = text.ReadFolder(os.DirFS(path), text.Train, text.Test)
	}
	if err != nil {
		return nil, err
	}
	return Texts(reviews, glove, seed)
}

// Texts embeds reviews: positive ones have the label +1, negative ones −1. Reviews
// without a known word are left out.
func Texts(reviews []text.Review, glove string, seed uint64) (*Labelled, error) {
	documents := make([][]string, len(reviews))
	for i, r := range reviews {
		documents[i] = text.Words(text.Clean(r.Text))
	}
	e, how, err := embed(documents, glove, seed)
	if err != nil {
		return nil, err
	}
	labels := make([]float64, len(e.Kept))
	for row, i := range e.Kept {
		labels[row] = -1
		if reviews[i].Positive {
			labels[row] = 1
		}
	}
	_, cols := e.X.Dims()
	return every("IMDB, "+how, signsgd.Memory{Cols: cols, Values: e.X.RawMatrix().Data}, labels)
}

func embed(documents [][]string, glove string, seed uint64) (e *text.Embedding, how string, err error) {
	if glove == "" {
		weighted, err := text.NewTfIdf(documents, vocabulary)
		if err != nil {
			return nil, "", err
		}
		e, err := weighted.Embed(TextDim, signsgd.NewRand(seed, 0, "embedding"))
		return e, "tf-idf", err
	}
	wanted := make(map[string]bool)
	for _, document := range documents {
		for _, word := range document {
			wanted[word] = true
		}
	}
	file, err := os.Open(glove)
	if err != nil {
		return nil, "", err
	}
	defer file.Close()
	vectors, err := text.ReadGloVe(file, wanted)
	if err != nil {
		return nil, "", fmt.Errorf("%s: %w", glove, err)
	}
	e, err = text.Average(documents, vectors)
	return e, "GloVe", err
}

// OpenFiles opens a user's own inputs and labels, each a file in one of the formats NPY,
// IDX and CSV by its name. The inputs stay mapped until it
// is closed.
func OpenFiles(x, y string) (*Labelled, error) {
	labels, err := openTable(y)
	if err != nil {
		return nil, err
	}
	defer labels.Close()
	if _, cols := labels.Dims(); cols != 1 {
		return nil, fmt.Errorf("%s has %d columns: labels must have one", y, cols)
	}
	column, err := data.Load(labels)
	if err != nil {
		return nil, err
	}
	inputs, err := openTable(x)
	if err != nil {
		return nil, err
	}
	l, err := every(filepath.Base(x), inputs, column.Values)
	if err != nil {
		return nil, errors.Join(err, inputs.Close())
	}
	return l, nil
}

// table is a table of a file.
type table interface {
	signsgd.Table
	io.Closer
}

func openTable(path string) (table, error) {
	name := strings.TrimSuffix(path, ".gz")
	switch {
	case strings.HasSuffix(name, ".npy"):
		return data.OpenNPY(path)
	case strings.HasSuffix(name, ".csv"):
		return data.OpenCSV(path, false)
	case strings.HasSuffix(name, "-ubyte"), strings.HasSuffix(name, ".idx"):
		return data.OpenIDX(path)
	}
	return nil, fmt.Errorf("%s: the name must end in .npy, .csv, .idx or -ubyte, or these and .gz", path)
}

// missing reports whether the error is that a data set is not there at all: one of which
// a part is missing is an error of its own.
func missing(err error) bool {
	var m *MissingError
	return errors.As(err, &m)
}
