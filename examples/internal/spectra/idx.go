package spectra

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"

	"gonum.org/v1/gonum/mat"
)

// ReadImages reads at most limit images from a file in the IDX format of MNIST,
// gzipped or not: one image in each row, its pixels in [0, 1].
func ReadImages(path string, limit int) (*mat.Dense, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	images, err := decodeImages(file, limit)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return images, nil
}

const (
	imageMagic = 0x00000803 // unsigned bytes in three dimensions
	sideLimit  = 1 << 10    // pixels
)

func decodeImages(r io.Reader, limit int) (*mat.Dense, error) {
	buffered := bufio.NewReader(r)
	if start, err := buffered.Peek(2); err == nil && start[0] == 0x1f && start[1] == 0x8b {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, err
		}
		buffered = bufio.NewReader(unzipped)
	}
	var head struct{ Magic, Count, Rows, Cols uint32 }
	if err := binary.Read(buffered, binary.BigEndian, &head); err != nil {
		return nil, fmt.Errorf("header of an IDX file: %w", err)
	}
	if head.Magic != imageMagic {
		return nil, fmt.Errorf("the file starts with %#08x: an IDX file of images starts with %#08x", head.Magic, imageMagic)
	}
	if head.Count == 0 || head.Rows == 0 || head.Cols == 0 || head.Rows > sideLimit || head.Cols > sideLimit {
		return nil, fmt.Errorf("%d images of %d×%d pixels: there must be some, of at most %d×%d", head.Count, head.Rows, head.Cols, sideLimit, sideLimit)
	}
	pixels := int(head.Rows * head.Cols)
	row := make([]byte, pixels)
	var data []float64 // grows as the file proves to be as long as it says
	n := 0
	for ; n < limit && uint32(n) < head.Count; n++ {
		if _, err := io.ReadFull(buffered, row); err != nil {
			return nil, fmt.Errorf("image %d of %d: %w", n, head.Count, err)
		}
		for _, v := range row {
			data = append(data, float64(v)/255)
		}
	}
	if n == 0 {
		return nil, fmt.Errorf("limit is %d: must be at least 1", limit)
	}
	return mat.NewDense(n, pixels, data), nil
}
