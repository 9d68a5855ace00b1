package data

import (
	"bytes"
	"context"
	"strings"
	"testing"
)

// TestMistakes makes mistakes, and checks what is said of each: an error, or a panic with
// a message of this package. Bad files are in TestBadFiles.
func TestMistakes(t *testing.T) {
	t.Parallel()
	good, bad := InMemory{Cols: 2, Values: []float64{1, 2, 3, 4}}, InMemory{Cols: 2, Values: make([]float64, 3)}
	call := func(f func()) func() error { return func() error { f(); return nil } }
	part, err := Range(good, 1, 2)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 2)
	for _, c := range []struct {
		says string
		do   func() error
	}{
		{"data: InMemory holds 3 values in rows of 2: must be whole rows", bad.Validate},
		{"data: InMemory holds 0 values in rows of 0: must be whole rows", InMemory{}.Validate},
		{"data: InMemory holds 3 values in rows of 2: must be whole rows", call(func() { bad.Dims() })},
		{"data: InMemory.Row: row 2 into 2 places: holds 4 values in rows of 2", call(func() { good.Row(row, 2) })},
		{"data: InMemory.Row: row -1 into 2 places", call(func() { good.Row(row, -1) })},
		{"data: InMemory.Row: row 0 into 1 places", call(func() { good.Row(row[:1], 0) })},
		{"data: InMemory.Row: row 0 into 2 places: holds 0 values in rows of 0", call(func() { InMemory{}.Row(row, 0) })},
		{"data: Array.Row: row 0 into 2 places: the array is 0×0", call(func() { new(Array).Row(row, 0) })},
		{"data: CSV.Row: row 0 into 2 places: the table is 0×0", call(func() { new(CSV).Row(row, 0) })},
		{"data: row 1: the range has 1 rows", call(func() { part.Row(row, 1) })},
		{"data: the rows from 1 to 3: must be 0 ≤ first < last ≤ 2", func() error { _, err := Range(good, 1, 3); return err }},
		{"data: the table is nil", func() error { _, err := Range(nil, 0, 1); return err }},
		{"data: InMemory holds 3 values in rows of 2", func() error { _, err := Range(bad, 0, 1); return err }},
		{"data: column 2: must lie in [0, 2)", func() error { _, err := Columns(good, 2); return err }},
		{"data: column -1: must lie in [0, 2)", func() error { _, err := Columns(good, 0, -1); return err }},
		{"data: no columns are named: must be at least one", func() error { _, err := Columns(good); return err }},
		{"data: the table is nil", func() error { _, err := Columns(nil, 0); return err }},
		{"data: column 5: must lie in [0, 2)", func() error { _, _, err := Split(good, 5); return err }},
		{"data: the table is nil", func() error { _, _, err := Split(nil, 0); return err }},
		{"data: no columns are named", func() error { _, _, err := Split(InMemory{Cols: 1, Values: []float64{1}}, 0); return err }},
		{"data: the table is nil", func() error { _, err := Load(context.Background(), nil); return err }},
		{"data: InMemory holds 3 values in rows of 2", func() error { _, err := Load(context.Background(), bad); return err }},
		{"data: a table of 1×0 numbers: must have columns", func() error { _, err := Load(context.Background(), claimed{1, 0}); return err }},
		{"numbers is too large for memory", func() error { _, err := Load(context.Background(), claimed{1 << 30, 1 << 20}); return err }},
		{"data: WriteNPY: 4 values in 3 rows of 2: must be whole rows", func() error { return WriteNPY(new(bytes.Buffer), 3, 2, good.Values) }},
		{"data: WriteCSV: 4 values in rows of 3 names: must be whole rows", func() error { return WriteCSV(new(bytes.Buffer), []string{"a", "b", "c"}, good.Values) }},
		{`data: WriteCSV: name 1 is "a": must not be empty, nor the name of another column`, func() error { return WriteCSV(new(bytes.Buffer), []string{"a", "a"}, good.Values) }},
		{"no such file", func() error { _, err := OpenCSV(context.Background(), "testdata/missing.csv", true); return err }},
		{"data: testdata is a folder: must be a regular file", func() error { _, err := OpenNPY(context.Background(), "testdata"); return err }},
	} {
		mistake(t, "data: ", c.says, c.do)
	}
}

// mistake makes a mistake, which must be an error, or panic with a string, that says so.
func mistake(t *testing.T, room, says string, do func() error) {
	t.Helper()
	defer func() {
		if value := recover(); value != nil {
			if text, ok := value.(string); !ok || !strings.HasPrefix(text, room) || !strings.Contains(text, says) {
				t.Errorf("panics with %v, want an error or a panic that says %q", value, says)
			}
		}
	}()
	if err := do(); err == nil || !strings.Contains(err.Error(), says) {
		t.Errorf("error %v, want one that says %q", err, says)
	}
}
