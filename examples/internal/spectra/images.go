package spectra

import (
	"fmt"

	"gonum.org/v1/gonum/mat"

	"github.com/riskcurves/riskcurves/signsgd/data"
)

// ReadImages reads at most limit images from a file in the IDX format of MNIST,
// gzipped or not: one image in each row, its pixels in [0, 1].
func ReadImages(path string, limit int) (*mat.Dense, error) {
	if limit < 1 {
		return nil, fmt.Errorf("limit is %d: must be at least 1", limit)
	}
	images, err := data.OpenIDX(path)
	if err != nil {
		return nil, err
	}
	defer images.Close()
	n, pixels := images.Dims()
	if n == 0 || pixels == 0 {
		return nil, fmt.Errorf("%s: %d images of %d pixels: there must be some", path, n, pixels)
	}
	m := mat.NewDense(min(n, limit), pixels, nil)
	for i := range min(n, limit) {
		if err := images.Row(m.RawRowView(i), i); err != nil {
			return nil, err
		}
	}
	m.Scale(1./255, m)
	return m, nil
}
