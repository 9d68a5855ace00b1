package data_test

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/riskcurves/riskcurves/signsgd"
	"github.com/riskcurves/riskcurves/signsgd/data"
)

// A file holds two features and a label in each row.
func Example() {
	folder, err := os.MkdirTemp("", "data")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "samples.csv")
	if err := os.WriteFile(path, []byte("age,dose,effect\n31,0.5,1.2\n44,0.25,0.7\n"), 0o600); err != nil {
		panic(err)
	}
	table, err := data.OpenCSV(path, true)
	if err != nil {
		panic(err)
	}
	defer table.Close()
	x, _ := data.Columns(table, 0, 1)
	y, _ := data.Columns(table, 2)
	source := signsgd.Data{X: x, Y: y, Passes: 10}
	fmt.Println(table.Names, source.Validate())
	// Output: [age dose effect] <nil>
}
