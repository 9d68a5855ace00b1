package data_test

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"slices"

	"github.com/riskcurves/riskcurves/noise"
	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
	"github.com/riskcurves/riskcurves/signsgd/ensemble"
	"github.com/riskcurves/riskcurves/signsgd/schedule"
	"github.com/riskcurves/riskcurves/spectra"
)

// store writes a file to a new folder.
func store(name, content string) (path string, remove func(), err error) {
	folder, err := os.MkdirTemp("", "data")
	if err != nil {
		return "", nil, err
	}
	path = filepath.Join(folder, name)
	return path, func() { os.RemoveAll(folder) }, os.WriteFile(path, []byte(content), 0o600)
}

// A file holds two features and a label in each row, and a run goes through it 10 times.
func Example() {
	path, remove, err := store("samples.csv", "age,\"dose, mg\",effect\n1,0,2\n0,1,-1\n")
	if err != nil {
		log.Fatal(err)
	}
	defer remove()
	table, err := data.OpenCSV(context.Background(), path, true)
	if err != nil {
		log.Fatal(err)
	}
	defer table.Close()
	fmt.Printf("%q\n", table.Names)
	x, err := data.Columns(table, 0, 1)
	if err != nil {
		log.Fatal(err)
	}
	y, err := data.Columns(table, 2)
	if err != nil {
		log.Fatal(err)
	}
	k, err := spectra.NewDiagonal([]float64{0.5, 0.5})
	if err != nil {
		log.Fatal(err)
	}
	p := signsgd.Problem{Covariance: k, Target: []float64{2, -1}, Samples: signsgd.Data{X: x, Y: y, Passes: 10}}
	band, err := signsgd.Ensemble(context.Background(), p, signsgd.SGD{}, schedule.Constant(1),
		ensemble.Settings{Horizon: 10, Runs: 1, Times: []float64{0, 10}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%.3f %.3f\n", band.Risk[0][0], band.Risk[0][1])
	// Output:
	// ["age" "dose, mg" "effect"]
	// 1.250 0.000
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

// inNewFolder makes an empty folder the current one, until the function that it returns is
// called.
func inNewFolder() (leave func()) {
	before, err := os.Getwd()
	check(err)
	folder, err := os.MkdirTemp("", "example")
	check(err)
	check(os.Chdir(folder))
	return func() {
		check(os.Chdir(before))
		check(os.RemoveAll(folder))
	}
}

// The covariance of the data in one file and the residuals of a fit in another make a
// problem.
func ExampleReadCSV() {
	ctx := context.Background()
	defer inNewFolder()()
	check(os.WriteFile("covariance.csv", []byte("2,0.5\n0.5,1\n"), 0o600))
	check(os.WriteFile("residuals.txt", []byte("0.1\n-0.2\n0.3\n0\n-0.9\n0.2\n-0.1\n"), 0o600))

	table, err := data.ReadCSV(context.Background(), "covariance.csv", false) // or data.ReadNPY
	check(err)
	k, err := spectra.NewDense(table) // or spectra.NewEmpirical, if the rows are samples
	check(err)
	residuals, err := data.ReadCSV(context.Background(), "residuals.txt", false) // one number a line
	check(err)
	law, err := noise.FitStudentsT(ctx, residuals.Values, nil)
	check(err)
	start := slices.Repeat([]float64{0.2}, k.Dim())
	p := signsgd.Problem{Covariance: k, Noise: law.Law, Init: start}

	fmt.Printf("risk %.2f at the start\n", p.InitialRisk())
	// Output: risk 0.08 at the start
}

// squares is a table of the user's: row i holds i and i².
type squares int

func (s squares) Dims() (rows, cols int) { return int(s), 2 }

func (s squares) Row(dst []float64, i int) error {
	dst[0], dst[1] = float64(i), float64(i*i)
	return nil
}

// Any type with the methods Dims and Row is a table.
func ExampleLoad() {
	table, err := data.Load(context.Background(), squares(4))
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(table.Cols, table.Values)
	// Output: 2 [0 0 1 1 2 4 3 9]
}
