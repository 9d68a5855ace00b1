package cifar

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// images returns a file of n images: image i has label i mod 10 and the pixels i+j mod 256.
func images(n int) []byte {
	var b []byte
	for i := range n {
		b = append(b, byte(i%10))
		for j := range Pixels {
			b = append(b, byte(i+j))
		}
	}
	return b
}

func write(t testing.TB, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, b, 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestImages(t *testing.T) {
	m, err := Open(write(t, "a", images(3)), write(t, "b", images(12)))
	if err != nil {
		t.Fatal(err)
	}
	defer m.Close()
	if want := []byte{0, 1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1}; !bytes.Equal(m.Labels, want) {
		t.Errorf("labels %v, want %v", m.Labels, want)
	}
	row := make([]float64, Pixels)
	for i := range m.Labels {
		if err := m.Row(row, i); err != nil {
			t.Fatal(err)
		}
		of := i // in its file
		if i >= 3 {
			of -= 3
		}
		for j, v := range row {
			if want := float64(byte(of+j)) / 255; v != want {
				t.Fatalf("pixel %d of image %d is %v, want %v", j, i, v, want)
			}
		}
	}
}

func TestBadFiles(t *testing.T) {
	label := images(2)
	label[record] = 10
	for name, c := range map[string]struct {
		b    []byte
		says string
	}{
		"empty":   {nil, "has 0 bytes"},
		"cut":     {images(2)[:2*record-1], "has 6145 bytes"},
		"left":    {append(images(1), 0), "has 3074 bytes"},
		"label":   {label, "image 1 has the label 10"},
		"gzipped": {[]byte{0x1f, 0x8b}, "has 2 bytes"},
	} {
		if _, err := Open(write(t, "good", images(1)), write(t, name, c.b)); err == nil || !strings.Contains(err.Error(), c.says) || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.says)
		}
	}
	if _, err := Open(filepath.Join(t.TempDir(), "missing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("missing file: %v", err)
	}
	if _, err := Open(); err == nil {
		t.Error("no files: no error")
	}
}

func FuzzOpen(f *testing.F) {
	f.Add(images(1))
	f.Add(images(2)[:record+7])
	f.Add([]byte{})
	folder := f.TempDir()
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(folder, "fuzz")
		if err := os.WriteFile(path, b, 0o666); err != nil {
			t.Fatal(err)
		}
		m, err := Open(path)
		if err != nil {
			return
		}
		defer m.Close()
		if n, _ := m.Dims(); n*record != len(b) {
			t.Fatalf("%d images in %d bytes", n, len(b))
		}
		row := make([]float64, Pixels)
		for i, label := range m.Labels {
			if err := m.Row(row, i); err != nil || label > 9 {
				t.Fatalf("image %d: label %d, %v", i, label, err)
			}
		}
	})
}
