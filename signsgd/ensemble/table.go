package ensemble

import "slices"

// Table returns the band as a table of numbers with a name for each column: "run", "t",
// "risk", and the names of the observers. There is a row for each run and time, by runs and
// then by times. The values are the rows one after the other; len(names) divides their
// number. data.Save writes the table to a file:
//
//	err := data.Save("runs.csv", band)
//
// Save in place of that keeps the description of the ensemble too, which resuming and
// merging need. Table panics if the band is not whole, which one of Gather, Merge or JSON is.
func (b *Band) Table() (names []string, values []float64) {
	if err := b.validate(); err != nil {
		panic("ensemble: Band.Table: " + inner(err))
	}
	names = slices.Concat([]string{"run", "t", "risk"}, b.Names)
	values = make([]float64, 0, len(b.Runs)*len(b.Times)*len(names))
	for i, run := range b.Runs {
		for j, t := range b.Times {
			values = append(values, float64(run), t, b.Risk[i][j])
			for _, o := range b.Observed {
				values = append(values, o[i][j])
			}
		}
	}
	return names, values
}
