package main

import (
	"archive/tar"
	"bufio"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// sums are the SHA-256 sums of files that are known.
var sums = map[string]string{
	"mnist/t10k-images-idx3-ubyte.gz": "167310007f03058885c7e95e6c0b19c20de5c7fd3031f4cbdadc9014a523d80b",
	"mnist/t10k-labels-idx1-ubyte.gz": "fc607395669ec21321ea83e4b82c0544b7e8e63ff5b34337c06bc0a17cc0da3c",
}

// recorded is the file, in the folder of the data, of the sums that the user has recorded
// with sha256sum.
const recorded = "SHA256SUMS"

// find returns the path of the first of the files that is in the folder, once its sum
// has been compared with the one that is known or recorded. If there is none of the files,
// the error is fs.ErrNotExist.
func find(what, folder string, names ...string) (string, error) {
	var paths []string
	for _, name := range names {
		path := filepath.Join(folder, filepath.FromSlash(name))
		paths = append(paths, path)
		if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
			continue
		} else if err != nil {
			return "", err
		}
		return path, verify(folder, name)
	}
	return "", fmt.Errorf("%s: put it at %s: %w", what, strings.Join(paths, ", or at "), fs.ErrNotExist)
}

// verify compares the sum of a file with the one that is recorded, or else known, if any.
func verify(folder, name string) error {
	want := sums[name]
	list, err := os.ReadFile(filepath.Join(folder, recorded))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for line := range strings.Lines(string(list)) {
		if fields := strings.Fields(line); len(fields) == 2 && strings.TrimPrefix(fields[1], "*") == name {
			want = fields[0]
		}
	}
	if want == "" {
		return nil
	}
	path := filepath.Join(folder, filepath.FromSlash(name))
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	hash := sha256.New()
	if _, err := io.Copy(hash, file); err != nil {
		return err
	}
	if got := hex.EncodeToString(hash.Sum(nil)); got != want {
		return fmt.Errorf("%s has the SHA-256 sum %s: must be %s; get it again", path, got, want)
	}
	return nil
}

// readArchive calls do with every file of a .tar.gz, which it reads to its end, so that
// its checksum is verified. It fails when ctx ends, which it sees between files.
func readArchive(ctx context.Context, path string, do func(name string, r io.Reader) error) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(bufio.NewReader(file))
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	archive := tar.NewReader(z)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		header, err := archive.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		if header.Typeflag != tar.TypeReg {
			continue
		}
		if err := do(header.Name, archive); err != nil {
			return fmt.Errorf("%s: %s: %w", path, header.Name, err)
		}
	}
	// The tar ends before the gzip does, whose checksum comes last.
	if _, err := io.Copy(io.Discard, z); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return nil
}
