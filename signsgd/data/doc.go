// Package data reads tables of numbers from files in the formats IDX, NPY and CSV, and
// writes them in the last two.
//
// A table is a Rows: it has so many rows and columns, and gives one row at a time. Array is
// a table in the binary formats IDX, that of MNIST, and NPY, that of NumPy. CSV is a table
// in a text file. Columns picks columns of a table, for example the samples and the labels
// out of one file, and Range picks rows, for example one half to fit a problem on and the
// other to run on. Load reads a table into memory as an InMemory, whose rows cost a copy;
// it is worth its memory if the rows are read more than once, above all those of CSV, which
// are parsed anew each time. Any other type with the two methods of Rows is a table too.
//
// ReadCSV and ReadNPY open, load and close in one call. What they return is a mat.Matrix as
// well, so a covariance or samples in a file become a spectra.NewDense or NewEmpirical, and
// the Values of a file of residuals a noise.Empirical.
//
// Files are mapped into memory, so that they may be larger than it. They are checked when
// they are opened, and a row is decoded when it is asked for. Files whose name ends in .gz
// are decompressed into memory first, up to 4 gibibytes. A file must not change while it is
// open. Tables are safe for concurrent use until they are closed.
//
// Save writes the Table of an ensemble.Band or an odes.Curve to a file for other programs to
// read. WriteNPY, WriteStructuredNPY and WriteCSV write any table to any place.
//
// A signsgd.Data makes the samples of a problem of two tables.
package data
