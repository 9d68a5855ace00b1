package data

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestDecimal checks that fields which are no finite decimal numbers are refused with
// their line and column, though strconv reads many of them.
func TestDecimal(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"nan", "NaN", "inf", "-Inf", "Infinity", "0x10", "0x1p-2", "1_0", "1,,2", "--1", "1e", "e5", "+", ".", "1.2.3", "1 2", "1;2", "٣"} {
		_, err := OpenCSV(t.Context(), write(t, "x.csv", []byte("a,b,c\n1,2,3\n\n4,5,"+bad+"\n")), true)
		if err == nil || !strings.Contains(err.Error(), "x.csv: line 4") {
			t.Errorf("%q: error %v, want one of line 4", bad, err)
		}
		if !strings.Contains(bad, ",") && !strings.Contains(err.Error(), fmt.Sprintf("column 3 is %q: must be a decimal number", bad)) {
			t.Errorf("%q: error %v, want one of column 3", bad, err)
		}
	}
	for good, want := range map[string]float64{"-0.5": -0.5, "+3": 3, "1e-3": 1e-3, "1E3": 1e3, ".5": 0.5, "5.": 5, "1e-999": 0} {
		table, err := OpenCSV(t.Context(), write(t, "x.csv", []byte(good)), false)
		if err != nil {
			t.Errorf("%q: %v", good, err)
			continue
		}
		if got := rows(t, table)[0][0]; got != want {
			t.Errorf("%q is %v, want %v", good, got, want)
		}
		table.Close()
	}
}

// TestFolder checks that a folder is refused by that name, whatever its own.
func TestFolder(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	for _, name := range []string{"x.csv", "x.npy", "x.gz"} {
		path := filepath.Join(folder, name)
		if err := os.Mkdir(path, 0o700); err != nil {
			t.Fatal(err)
		}
		for _, open := range []func(string) error{
			func(path string) error { _, err := OpenCSV(t.Context(), path, false); return err },
			func(path string) error { _, err := OpenNPY(t.Context(), path); return err },
			func(path string) error { _, err := OpenIDX(t.Context(), path); return err },
		} {
			if err := open(path); err == nil || !strings.Contains(err.Error(), name+" is a folder: must be a regular file") {
				t.Errorf("%s: error %v", name, err)
			}
		}
	}
}

// TestChecksum flips every bit of a compressed file: it is refused, or its content is the
// same.
func TestChecksum(t *testing.T) {
	t.Parallel()
	want := idx(5, 3)
	whole := compress(t, want)
	for i := range 8 * len(whole) {
		bad := slices.Clone(whole)
		bad[i/8] ^= 1 << (i % 8)
		if got, err := unpack(bytes.NewReader(bad), 1000); err == nil && !bytes.Equal(got, want) {
			t.Errorf("bit %d flipped: other content and no error", i)
		}
	}
	for n := range whole {
		if _, err := unpack(bytes.NewReader(whole[:n]), 1000); err == nil {
			t.Errorf("cut to %d bytes: no error", n)
		}
	}
}

// TestUnpackLimit checks that a small file which decompresses to a large one is refused at
// the limit, and one that decompresses to just the limit is not, unless its end is bad.
func TestUnpackLimit(t *testing.T) {
	t.Parallel()
	bomb := compress(t, make([]byte, 10<<20))
	if len(bomb) > 20<<10 {
		t.Fatalf("%d bytes are no bomb", len(bomb))
	}
	if _, err := unpack(bytes.NewReader(bomb), 1<<20); err == nil || !strings.Contains(err.Error(), "more than 1048576 bytes") {
		t.Errorf("beyond the limit: %v", err)
	}
	if got, err := unpack(bytes.NewReader(bomb), 10<<20); err != nil || len(got) != 10<<20 {
		t.Errorf("at the limit: %d bytes, %v", len(got), err)
	}
	bomb[len(bomb)-8] ^= 1 // of the checksum
	if _, err := unpack(bytes.NewReader(bomb), 10<<20); err == nil {
		t.Error("at the limit with another checksum: no error")
	}
}

// TestRange checks the rows of a part, and that two parts are the whole.
func TestRange(t *testing.T) {
	t.Parallel()
	table := InMemory{Cols: 2, Values: []float64{1, 2, 3, 4, 5, 6}}
	first, err := Range(table, 0, 1)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Range(table, 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	if n, d := second.Dims(); n != 2 || d != 2 {
		t.Errorf("%d×%d numbers, want 2×2", n, d)
	}
	if got := slices.Concat(slices.Concat(rows(t, first)...), slices.Concat(rows(t, second)...)); !slices.Equal(got, table.Values) {
		t.Errorf("parts %v, want %v", got, table.Values)
	}
	for _, c := range [][2]int{{-1, 2}, {0, 4}, {1, 1}, {2, 1}} {
		if _, err := Range(table, c[0], c[1]); err == nil || !strings.Contains(err.Error(), "must be 0 ≤ first < last ≤ 3") {
			t.Errorf("rows %v: error %v", c, err)
		}
	}
}

// FuzzUnpack checks that no bytes are decompressed beyond the limit, and that what is
// accepted can be decompressed by the checksum of the format.
func FuzzUnpack(f *testing.F) {
	f.Add([]byte{})
	f.Add([]byte("\x1f\x8b"))
	f.Add(compress(f, []byte("1,2\n3,4\n")))
	f.Add(append(compress(f, []byte("1,2\n")), compress(f, []byte("3,4\n"))...))
	f.Add(append(compress(f, []byte("1,2\n")), "rest"...))
	f.Add(compress(f, make([]byte, 1<<16)))
	f.Fuzz(func(t *testing.T, b []byte) {
		const limit = 1 << 12
		got, err := unpack(bytes.NewReader(b), limit)
		if err == nil && len(got) > limit {
			t.Errorf("%d bytes, the limit is %d", len(got), limit)
		}
		if again, err2 := unpack(bytes.NewReader(b), limit); (err == nil) != (err2 == nil) || !bytes.Equal(again, got) {
			t.Error("another content the second time")
		}
	})
}
