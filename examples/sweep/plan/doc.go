// Package plan is what the sweep is made of: it reads the specification, expands it to
// points, computes a point, and writes the results. The program in the folder above runs
// it in one process, and that in the folder beam on an engine of Apache Beam.
package plan
