// Package cifar reads the binary version of CIFAR-10: records of 3,073 bytes, the label
// of an image and its 32×32 pixels in red, green and blue, one colour after the other.
package cifar

import (
	"errors"
	"fmt"

	"golang.org/x/exp/mmap"
)

// Classes are the names of the labels.
var Classes = [...]string{"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"}

// Pixels is the number of bytes of an image.
const Pixels = 3 * 32 * 32

const record = 1 + Pixels

// Images are the images of one or several files, a signsgd.Table: each row is an image,
// its pixels in [0, 1]. The files are mapped into memory, so that they may be larger than
// it, and must not change while they are open. It is safe for concurrent use until it is
// closed.
type Images struct {
	// Labels holds the label of each image, to be read only.
	Labels []byte

	files []*mmap.ReaderAt
	first []int // number of the first image of each file, and of all images
}

// Open opens files and reads the labels. A file that is no whole number of records, or
// in which a label is none, is an error.
func Open(paths ...string) (*Images, error) {
	if len(paths) == 0 {
		return nil, errors.New("cifar: no files")
	}
	m := &Images{first: []int{0}}
	for _, path := range paths {
		if err := m.add(path); err != nil {
			m.Close()
			return nil, fmt.Errorf("cifar: %w", err)
		}
	}
	return m, nil
}

func (m *Images) add(path string) error {
	file, err := mmap.Open(path)
	if err != nil {
		return err
	}
	m.files = append(m.files, file)
	if file.Len() == 0 || file.Len()%record != 0 {
		return fmt.Errorf("%s has %d bytes: must be images of %d bytes each", path, file.Len(), record)
	}
	n := file.Len() / record
	labels := make([]byte, n)
	for i := range labels {
		label := file.At(i * record)
		if int(label) >= len(Classes) {
			return fmt.Errorf("%s: image %d has the label %d: must be at most %d", path, i, label, len(Classes)-1)
		}
		labels[i] = label
	}
	m.Labels = append(m.Labels, labels...)
	m.first = append(m.first, len(m.Labels))
	return nil
}

// Close unmaps the files. The images must not be used any more.
func (m *Images) Close() error {
	var all error
	for _, file := range m.files {
		all = errors.Join(all, file.Close())
	}
	return all
}

// Dims returns the number of images and of their pixels, three for each point.
func (m *Images) Dims() (rows, cols int) { return len(m.Labels), Pixels }

// Row stores the pixels of image i, divided by 255, in dst of length Pixels. It panics if
// there is no such image.
func (m *Images) Row(dst []float64, i int) error {
	if uint(i) >= uint(len(m.Labels)) || len(dst) != Pixels {
		panic(fmt.Sprintf("cifar: Images.Row: image %d of %d into %d places", i, len(m.Labels), len(dst)))
	}
	f := 0
	for i >= m.first[f+1] {
		f++
	}
	at := int64(i-m.first[f])*record + 1
	var pixels [Pixels]byte
	if _, err := m.files[f].ReadAt(pixels[:], at); err != nil {
		return fmt.Errorf("cifar: image %d: %w", i, err)
	}
	for j, v := range pixels {
		dst[j] = float64(v) / 255
	}
	return nil
}
