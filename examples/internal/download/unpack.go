package download

import (
	"archive/tar"
	"archive/zip"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Limits bound what an archive may unpack to. Both must be positive.
type Limits struct {
	Bytes int64 // of all files
	Files int
}

// Unpack unpacks the regular files of a .tar.gz or .zip that are wanted into a folder, which
// must exist. Names that lead out of the folder are an error, wanted or not, and so is a
// wanted file that is a link or a device, or comes twice. Nothing is written outside of the
// folder even through links that are in it already (os.Root).
func Unpack(archive, folder string, wanted func(name string) bool, l Limits) error {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return err
	}
	defer root.Close()
	u := &unpacker{root: root, wanted: wanted, left: l}
	if strings.HasSuffix(archive, ".zip") {
		err = u.zip(archive)
	} else {
		err = u.tarGz(archive)
	}
	if err != nil {
		return fmt.Errorf("download: %s: %w", archive, err)
	}
	return nil
}

type unpacker struct {
	root   *os.Root
	wanted func(name string) bool
	left   Limits
}

func (u *unpacker) tarGz(archive string) error {
	file, err := os.Open(archive)
	if err != nil {
		return err
	}
	defer file.Close()
	z, err := gzip.NewReader(file)
	if err != nil {
		return err
	}
	// Members that are not wanted are decompressed, too, and must end somewhere.
	bounded := &io.LimitedReader{R: z, N: 4*u.left.Bytes + 1<<20}
	for members := tar.NewReader(bounded); ; {
		member, err := members.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			if bounded.N <= 0 {
				return ErrTooLarge
			}
			return err
		}
		if member.Typeflag == tar.TypeXGlobalHeader {
			continue
		}
		if err := u.member(member.Name, member.Typeflag == tar.TypeDir, member.Typeflag == tar.TypeReg, func() (io.ReadCloser, error) {
			return io.NopCloser(members), nil
		}); err != nil {
			return err
		}
	}
}

func (u *unpacker) zip(archive string) error {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer z.Close()
	for _, member := range z.File {
		mode := member.Mode()
		if err := u.member(member.Name, mode.IsDir(), mode.IsRegular(), member.Open); err != nil {
			return err
		}
	}
	return nil
}

// member unpacks one member of an archive.
func (u *unpacker) member(name string, folder, regular bool, open func() (io.ReadCloser, error)) error {
	local := filepath.FromSlash(name)
	if strings.Contains(name, `\`) || !filepath.IsLocal(local) {
		return fmt.Errorf("member %q leads out of the folder", name)
	}
	name = path.Clean(name)
	if folder || !u.wanted(name) {
		return nil
	}
	if !regular {
		return fmt.Errorf("member %q is not a regular file", name)
	}
	if u.left.Files--; u.left.Files < 0 {
		return fmt.Errorf("%w: too many files", ErrTooLarge)
	}
	if err := u.root.MkdirAll(filepath.Dir(local), 0o777); err != nil {
		return err
	}
	in, err := open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := u.root.OpenFile(local, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	n, err := io.Copy(out, io.LimitReader(in, u.left.Bytes+1))
	if e := out.Close(); err == nil {
		err = e
	}
	if err != nil {
		return fmt.Errorf("member %q: %w", name, err)
	}
	if u.left.Bytes -= n; u.left.Bytes < 0 {
		return fmt.Errorf("member %q: %w", name, ErrTooLarge)
	}
	return nil
}
