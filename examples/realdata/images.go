package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"path/filepath"
	"strings"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// openCIFAR opens the training images of CIFAR-10 in its binary version, animals against
// vehicles without frogs, which leaves 25,000 and 20,000 of them.
func openCIFAR(ctx context.Context, folder string, _ uint64) (*Labelled, error) {
	file, err := find("CIFAR-10 (binary version)", folder, "cifar-10-binary.tar.gz")
	if err != nil {
		return nil, err
	}
	var images cifar
	if err := readArchive(ctx, file, images.read); err != nil {
		return nil, err
	}
	if images.batches != 5 {
		return nil, fmt.Errorf("%s has %d files data_batch_*.bin: must be 5", file, images.batches)
	}
	animals, vehicles := []byte{2, 3, 4, 5, 7}, []byte{0, 1, 8, 9}
	return byClass("CIFAR-10, animals against vehicles", &images, images.labels, animals, vehicles), nil
}

// cifar is a table of images, each in a row, its pixels in [0, 1].
type cifar struct {
	batches int
	labels  []byte
	pixels  []byte
}

// pixels is the number of bytes of an image: 32×32 in red, green and blue, one colour after
// the other. In a file, each follows the byte of its label.
const pixels = 3 * 32 * 32

// read reads one file of the archive if it is one of the training batches.
func (c *cifar) read(name string, r io.Reader) error {
	if ok, err := path.Match("data_batch_[1-5].bin", path.Base(name)); !ok {
		return err
	}
	c.batches++
	var image [1 + pixels]byte
	for {
		switch _, err := io.ReadFull(r, image[:]); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		case image[0] > 9:
			return fmt.Errorf("image %d has the label %d: must be at most 9", len(c.labels), image[0])
		}
		c.labels, c.pixels = append(c.labels, image[0]), append(c.pixels, image[1:]...)
	}
}

// Dims returns the number of images and of their pixels, three for each point.
func (c *cifar) Dims() (rows, cols int) { return len(c.labels), pixels }

// Row stores the pixels of image i in dst.
func (c *cifar) Row(dst []float64, i int) error {
	for j, v := range c.pixels[i*pixels : (i+1)*pixels] {
		dst[j] = float64(v) / 255
	}
	return nil
}

// openMNIST opens the training images of MNIST, or the test images where only those are
// there, even digits against odd ones.
func openMNIST(ctx context.Context, folder string, _ uint64) (*Labelled, error) {
	file, err := find("MNIST", folder, "mnist/train-images-idx3-ubyte.gz", "mnist/t10k-images-idx3-ubyte.gz")
	if err != nil {
		return nil, err
	}
	images, err := data.OpenIDX(ctx, file)
	if err != nil {
		return nil, err
	}
	n, _ := images.Dims()
	name := strings.Replace(path.Base(filepath.ToSlash(file)), "-images-idx3-", "-labels-idx1-", 1)
	classes, err := digits(ctx, folder, "mnist/"+name, n)
	if err != nil {
		return nil, errors.Join(err, images.Close())
	}
	return byClass("MNIST, even against odd digits", images, classes, []byte{0, 2, 4, 6, 8}, []byte{1, 3, 5, 7, 9}), nil
}

// digits reads the n labels of images of MNIST.
func digits(ctx context.Context, folder, name string, n int) ([]byte, error) {
	file, err := find("the labels of MNIST", folder, name)
	if err != nil {
		return nil, err
	}
	labels, err := data.OpenIDX(ctx, file)
	if err != nil {
		return nil, err
	}
	defer labels.Close()
	if m, cols := labels.Dims(); m != n || cols != 1 {
		return nil, fmt.Errorf("%s: %d×%d labels of %d images: there must be one each", file, m, cols, n)
	}
	classes := make([]byte, n)
	label := make([]float64, 1)
	for i := range classes {
		if err := labels.Row(label, i); err != nil {
			return nil, err
		}
		if !(label[0] >= 0 && label[0] <= 9) {
			return nil, fmt.Errorf("%s: label %d is %v: must be a digit", file, i, label[0])
		}
		classes[i] = byte(label[0])
	}
	return classes, nil
}
