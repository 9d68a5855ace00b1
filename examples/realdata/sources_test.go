package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
	"github.com/riskcurves/riskcurves/examples/realdata/text"
)

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o777), os.WriteFile(path, b, 0o666)); err != nil {
		t.Fatal(err)
	}
}

func gzipped(b []byte) []byte {
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	z.Write(b)
	z.Close()
	return out.Bytes()
}

// archive returns a .tar.gz of files given as names and contents.
func archive(files ...string) []byte {
	var out bytes.Buffer
	w := tar.NewWriter(&out)
	for i := 0; i < len(files); i += 2 {
		w.WriteHeader(&tar.Header{Name: files[i], Mode: 0o644, Size: int64(len(files[i+1])), Typeflag: tar.TypeReg})
		io.WriteString(w, files[i+1])
	}
	w.Close()
	return gzipped(out.Bytes())
}

// idx returns a gzipped IDX file of bytes with the given axes.
func idx(b []byte, axes ...uint32) []byte {
	file := []byte{0, 0, 8, byte(len(axes))}
	for _, n := range axes {
		file = binary.BigEndian.AppendUint32(file, n)
	}
	return gzipped(append(file, b...))
}

func TestVerify(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "mnist", "t10k-images-idx3-ubyte.gz")
	if _, err := find("MNIST", folder, "a", "mnist/t10k-images-idx3-ubyte.gz"); !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("no file: %v", err)
	}
	write(t, path, []byte("other"))
	if _, err := find("MNIST", folder, "mnist/t10k-images-idx3-ubyte.gz"); err == nil || !strings.Contains(err.Error(), "must be 16731000") {
		t.Errorf("other content than the known one: %v", err)
	}
	write(t, filepath.Join(folder, recorded), fmt.Appendf(nil, "%x  other\n%x *mnist/t10k-images-idx3-ubyte.gz\n", sha256.Sum256(nil), sha256.Sum256([]byte("other"))))
	if got, err := find("MNIST", folder, "a", "mnist/t10k-images-idx3-ubyte.gz"); err != nil || got != path {
		t.Errorf("recorded sum: %q, %v", got, err)
	}
	write(t, path, []byte("changed"))
	if _, err := find("MNIST", folder, "mnist/t10k-images-idx3-ubyte.gz"); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("another sum than the recorded one: %v", err)
	}
}

// TestArchive flips every byte of an archive: no content is accepted that differs.
func TestArchive(t *testing.T) {
	whole := archive("a/b.txt", "some text", "c.txt", "other text")
	path := filepath.Join(t.TempDir(), "x.tar.gz")
	read := func(b []byte) (string, error) {
		write(t, path, b)
		var all strings.Builder
		err := readArchive(t.Context(), path, func(name string, r io.Reader) error {
			fmt.Fprintf(&all, "%s:", name)
			_, err := io.Copy(&all, r)
			return err
		})
		return all.String(), err
	}
	want, err := read(whole)
	if err != nil || want != "a/b.txt:some textc.txt:other text" {
		t.Fatalf("%q, %v", want, err)
	}
	for i := range whole {
		bad := slices.Clone(whole)
		bad[i] ^= 0x55
		if got, err := read(bad); err == nil && got != want {
			t.Errorf("byte %d flipped: %q without an error", i, got)
		}
		if got, err := read(whole[:i]); err == nil {
			t.Errorf("cut to %d bytes: %q without an error", i, got)
		}
	}
}

func TestOpenMNIST(t *testing.T) {
	folder := t.TempDir()
	write(t, filepath.Join(folder, "mnist", "train-images-idx3-ubyte.gz"), idx([]byte("aabbccdd"), 4, 1, 2))
	labels := filepath.Join(folder, "mnist", "train-labels-idx1-ubyte.gz")
	if _, err := openMNIST(t.Context(), folder, 1); err == nil || !strings.Contains(err.Error(), "train-labels") {
		t.Errorf("no labels: %v", err)
	}
	write(t, labels, idx([]byte{3, 8, 5, 0}, 4))
	l, err := openMNIST(t.Context(), folder, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !slices.Equal(l.Rows, []int{0, 1, 2, 3}) || !slices.Equal(l.Labels, []float64{-1, 1, -1, 1}) {
		t.Errorf("rows %v, labels %v", l.Rows, l.Labels)
	}
	row := make([]float64, 2)
	if err := l.X.Row(row, 3); err != nil || row[0] != 'd' {
		t.Errorf("row %v, %v", row, err)
	}
	for _, bad := range [][]byte{idx([]byte{3, 8, 5}, 3), idx([]byte{3, 8, 5, 10}, 4), idx([]byte{3, 8, 5, 1}, 2, 2), {}} {
		write(t, labels, bad)
		if _, err := openMNIST(t.Context(), folder, 1); err == nil || !strings.Contains(err.Error(), labels) {
			t.Errorf("labels %v: %v", bad, err)
		}
	}
}

func TestOpenCIFAR(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "cifar-10-binary.tar.gz")
	var files []string
	for i := range 5 {
		content := ""
		for label := range byte(2) {
			content += string([]byte{byte(2*i) + label}) + strings.Repeat(string([]byte{255}), pixels)
		}
		files = append(files, fmt.Sprintf("cifar-10-batches-bin/data_batch_%d.bin", i+1), content)
	}
	write(t, path, archive(append(files, "cifar-10-batches-bin/test_batch.bin", "")...))
	l, err := openCIFAR(t.Context(), folder, 1)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(l.Rows, []int{0, 1, 2, 3, 4, 5, 7, 8, 9}) || !slices.Equal(l.Labels, []float64{-1, -1, 1, 1, 1, 1, 1, -1, -1}) {
		t.Errorf("rows %v, labels %v", l.Rows, l.Labels)
	}
	row := make([]float64, pixels)
	if err := l.X.Row(row, 9); err != nil || row[0] != 1 || row[pixels-1] != 1 {
		t.Errorf("row %v, %v", row[:3], err)
	}
	for name, b := range map[string][]byte{
		"missing batch": archive(files[:8]...),
		"cut":           archive(append(slices.Clone(files[:9]), files[9][1:])...),
		"label":         archive(append(slices.Clone(files[:9]), "\x0a"+files[9][1:])...),
		"no gzip":       []byte("x"),
	} {
		write(t, path, b)
		if _, err := openCIFAR(t.Context(), folder, 1); err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestTexts embeds reviews by GloVe vectors; one has no word that they know.
func TestTexts(t *testing.T) {
	glove := filepath.Join(t.TempDir(), "glove.6B.zip")
	vectors := func(lines string) {
		var out bytes.Buffer
		z := zip.NewWriter(&out)
		w, err := z.Create("glove.6B.50d.txt")
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(w, lines)
		z.Close()
		write(t, glove, out.Bytes())
	}
	vectors("good 1 0\nbad 0 1\nfilm 2 2\n")
	reviews := []text.Review{{Text: "Good<br />film!", Positive: true}, {Text: "xyzzy"}, {Text: ""}, {Text: "bad"}}
	l, err := texts(reviews, glove, 1)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]float64, 2)
	if err := l.X.Row(row, 0); err != nil || !slices.Equal(row, []float64{1.5, 1}) {
		t.Errorf("row %v, %v", row, err)
	}
	if !slices.Equal(l.Labels, []float64{1, -1}) {
		t.Errorf("labels %v", l.Labels)
	}
	vectors("good 1 0\nbad 0\n")
	if _, err := texts(reviews, glove, 1); err == nil || !strings.Contains(err.Error(), glove) {
		t.Errorf("bad vectors: %v", err)
	}
}

func TestOpenFiles(t *testing.T) {
	folder := t.TempDir()
	path := func(name string) string { return filepath.Join(folder, name) }
	write(t, path("x.csv"), []byte("1,2\n3,4\n5,6\n"))
	write(t, path("y.csv"), []byte("1\n-1\n1\n"))
	write(t, path("short.csv"), []byte("1\n-1\n"))
	write(t, path("y.txt"), []byte("1\n"))
	l, err := openFiles(t.Context(), path("x.csv"), path("y.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if !slices.Equal(l.Labels, []float64{1, -1, 1}) {
		t.Errorf("labels %v", l.Labels)
	}
	for _, y := range []string{"x.csv", "short.csv", "y.txt", "missing.csv"} {
		if _, err := openFiles(t.Context(), path("x.csv"), path(y)); err == nil {
			t.Errorf("labels %s: no error", y)
		}
	}
}

func TestNoData(t *testing.T) {
	t.Setenv("RISKCURVES_DATA", t.TempDir())
	err := draw(t.Context(), program.Test(about, true, t.TempDir(), t.Output()))
	if err == nil || !strings.Contains(err.Error(), "README.md") || strings.Count(err.Error(), "put it at") < 3 {
		t.Errorf("%v", err)
	}
}

// TestClaims makes the figures of the data that there are.
func TestClaims(t *testing.T) {
	if os.Getenv("RISKCURVES_DATA") == "" {
		t.Skip("RISKCURVES_DATA is not set")
	}
	if r := programtest.Claims(t, about, draw); len(r.Files) < 5 {
		t.Errorf("files %v", r.Files)
	}
}
