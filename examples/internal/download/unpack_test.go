package download

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"errors"
	"fmt"
	"hash/crc32"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// tarGz returns an archive of the given members, in pairs of name and text.
func tarGz(members ...string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	for pair := range slices.Chunk(members, 2) {
		h := &tar.Header{Name: pair[0], Typeflag: tar.TypeReg, Mode: 0o600, Size: int64(len(pair[1]))}
		if link, ok := strings.CutPrefix(pair[1], "-> "); ok {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, link, 0
		}
		if strings.HasSuffix(pair[0], "/") {
			h.Typeflag = tar.TypeDir
		}
		w.WriteHeader(h)
		if h.Typeflag == tar.TypeReg {
			w.Write([]byte(pair[1]))
		}
	}
	w.Close()
	z.Close()
	return b.Bytes()
}

func zipped(members ...string) []byte {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for pair := range slices.Chunk(members, 2) {
		f, _ := w.CreateRaw(&zip.FileHeader{Name: pair[0], UncompressedSize64: uint64(len(pair[1])), CompressedSize64: uint64(len(pair[1])), CRC32: crc32.ChecksumIEEE([]byte(pair[1]))})
		f.Write([]byte(pair[1]))
	}
	w.Close()
	return b.Bytes()
}

func everything(string) bool { return true }

func TestUnpack(t *testing.T) {
	for name, b := range map[string][]byte{
		"a.tar.gz": tarGz("d/", "", "d/x", "one", "./d/e/y", "two", "other", "no"),
		"a.zip":    zipped("d/x", "one", "d/e/y", "two", "other", "no"),
	} {
		folder := t.TempDir()
		archive := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(archive, b, 0o666); err != nil {
			t.Fatal(err)
		}
		wanted := func(name string) bool { return strings.HasPrefix(name, "d/") }
		if err := Unpack(archive, folder, wanted, Limits{Bytes: 6, Files: 2}); err != nil {
			t.Fatal(err)
		}
		for file, want := range map[string]string{"d/x": "one", "d/e/y": "two"} {
			if got, err := os.ReadFile(filepath.Join(folder, file)); err != nil || string(got) != want {
				t.Errorf("%s: %s is %q, %v", name, file, got, err)
			}
		}
		if _, err := os.Stat(filepath.Join(folder, "other")); err == nil {
			t.Errorf("%s: a file that was not wanted", name)
		}
		for _, l := range []Limits{{5, 2}, {6, 1}} {
			if err := Unpack(archive, t.TempDir(), wanted, l); !errors.Is(err, ErrTooLarge) {
				t.Errorf("%s: %+v: %v", name, l, err)
			}
		}
	}
}

func TestBadArchives(t *testing.T) {
	good := tarGz("x", "text")
	for name, c := range map[string]struct {
		b    []byte
		says string
	}{
		"up.tar.gz":       {tarGz("../x", "y"), "leads out"},
		"deep.tar.gz":     {tarGz("a/../../x", "y"), "leads out"},
		"absolute.tar.gz": {tarGz("/x", "y"), "leads out"},
		"windows.tar.gz":  {tarGz(`..\x`, "y"), "leads out"},
		"link.tar.gz":     {tarGz("x", "-> /etc"), "not a regular file"},
		"twice.tar.gz":    {tarGz("x", "a", "x", "b"), "exists"},
		"through.tar.gz":  {tarGz("x", "a", "x/y", "b"), "x"},
		"cut.tar.gz":      {good[:len(good)-20], "EOF"},
		"text.tar.gz":     {[]byte("this is certainly not gzip"), "gzip"},
		"bomb.tar.gz":     {tarGz("skip", strings.Repeat("\x00", 8<<20)), "larger than its limit"},
		"up.zip":          {zipped("../x", "y"), "x"},
		"absolute.zip":    {zipped("/x", "y"), "x"},
		"text.zip":        {[]byte("not zip"), "zip"},
		"cut.zip":         {zipped("x", "y")[:20], "zip"},
	} {
		outer := t.TempDir()
		folder := filepath.Join(outer, "folder")
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		archive := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(archive, c.b, 0o666); err != nil {
			t.Fatal(err)
		}
		wanted := func(name string) bool { return name != "skip" }
		if err := Unpack(archive, folder, wanted, Limits{Bytes: 1 << 10, Files: 10}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v, want an error that says %q", name, err, c.says)
		}
		if entries, err := os.ReadDir(outer); err != nil || len(entries) != 1 {
			t.Errorf("%s: %v beside the folder, %v", name, entries, err)
		}
	}
}

// TestThroughLink unpacks into a folder that already has a link that leads out of it.
func TestThroughLink(t *testing.T) {
	folder, outside := t.TempDir(), t.TempDir()
	if err := os.Symlink(outside, filepath.Join(folder, "d")); err != nil {
		t.Skip(err)
	}
	archive := filepath.Join(t.TempDir(), "a.tar.gz")
	if err := os.WriteFile(archive, tarGz("d/x", "y"), 0o666); err != nil {
		t.Fatal(err)
	}
	if err := Unpack(archive, folder, everything, Limits{Bytes: 10, Files: 1}); err == nil {
		t.Error("no error")
	}
	if entries, err := os.ReadDir(outside); err != nil || len(entries) != 0 {
		t.Errorf("%v outside, %v", entries, err)
	}
}

// TestGet goes all the way, with and without a published checksum.
func TestGet(t *testing.T) {
	b := tarGz("set/a", "one", "set/b", "two", "readme", "no")
	served := b
	c, url, requests := server(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.Write(served) })
	a := Archive{Name: "set", URL: url + "/set.tar.gz", Size: 1 << 20, Target: "set", Limits: Limits{1 << 10, 10}}
	for _, sum := range []string{"", fmt.Sprintf("%x", md5.Sum(b))} {
		folder := filepath.Join(t.TempDir(), "cache")
		a.MD5, served = sum, b
		before := requests.Load()
		for range 2 { // the second time there is nothing to do
			if err := c.Get(t.Context(), a, folder); err != nil {
				t.Fatal(err)
			}
		}
		if n := requests.Load() - before; n != 1 {
			t.Errorf("%d requests", n)
		}
		if got, err := os.ReadFile(filepath.Join(folder, "set", "b")); err != nil || string(got) != "two" {
			t.Errorf("%q, %v", got, err)
		}
		// A later download that differs from the first is refused and removed.
		os.RemoveAll(filepath.Join(folder, "set"))
		os.Remove(filepath.Join(folder, "set.tar.gz"))
		served = tarGz("set/a", "forged")
		if err := c.Get(t.Context(), a, folder); !errors.Is(err, ErrChecksum) {
			t.Errorf("another archive: %v", err)
		}
		entries, err := os.ReadDir(folder)
		if err != nil || len(entries) != 1 || entries[0].Name() != "set.tar.gz.sha256" {
			t.Errorf("%v left, %v", entries, err)
		}
	}
	a.MD5, served = "00000000000000000000000000000000", b
	folder := t.TempDir()
	if err := c.Get(t.Context(), a, folder); !errors.Is(err, ErrChecksum) || !strings.Contains(err.Error(), "publishes") {
		t.Errorf("wrong checksum: %v", err)
	}
	if entries, _ := os.ReadDir(folder); len(entries) != 0 {
		t.Errorf("%v left", entries)
	}
	a.MD5, served = "", tarGz("readme", "no")
	if err := c.Get(t.Context(), a, t.TempDir()); err == nil || !strings.Contains(err.Error(), "holds no set") {
		t.Errorf("empty archive: %v", err)
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(tarGz("d/x", "one", "../y", "two"))
	f.Add(zipped("d/x", "one"))
	f.Fuzz(func(t *testing.T, b []byte) {
		outer := t.TempDir()
		folder := filepath.Join(outer, "folder")
		if err := os.Mkdir(folder, 0o777); err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"a.tar.gz", "a.zip"} {
			archive := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(archive, b, 0o666); err != nil {
				t.Fatal(err)
			}
			Unpack(archive, folder, everything, Limits{Bytes: 1 << 16, Files: 16}) // most are no archives
			if entries, err := os.ReadDir(outer); err != nil || len(entries) != 1 {
				t.Fatalf("%v beside the folder, %v", entries, err)
			}
		}
	})
}

func TestFind(t *testing.T) {
	for _, a := range Archives {
		if got, err := Find(a.Name); err != nil || got != a || !strings.HasPrefix(a.URL, "https://") {
			t.Errorf("%+v, %v", got, err)
		}
	}
	if _, err := Find("nothing"); err == nil {
		t.Error("no error")
	}
}
