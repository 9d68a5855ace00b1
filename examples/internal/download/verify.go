package download

import (
	"bytes"
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// ErrChecksum reports a file that is not what it should be.
var ErrChecksum = errors.New("download: wrong checksum")

// Verify compares a file with the MD5 that its home publishes and with the SHA-256 pinned
// in path.sha256 by the first download that was verified, and pins it if none is. An empty
// published sum leaves the pin alone, which tells a later change but vouches for nothing
// about the first.
//
// MD5 guards against accidents, not against forgery; HTTPS is what there is against that.
func Verify(path, published string) error {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer file.Close()
	weak, strong := md5.New(), sha256.New()
	if _, err := io.Copy(io.MultiWriter(weak, strong), file); err != nil {
		return err
	}
	if sum := hex.EncodeToString(weak.Sum(nil)); published != "" && sum != published {
		return fmt.Errorf("%w: %s has the MD5 %s: its home publishes %s", ErrChecksum, path, sum, published)
	}
	sum := hex.EncodeToString(strong.Sum(nil))
	pin, err := os.ReadFile(path + ".sha256")
	if errors.Is(err, os.ErrNotExist) {
		return os.WriteFile(path+".sha256", []byte(sum+"  "+filepath.Base(path)+"\n"), 0o666)
	}
	if err != nil {
		return err
	}
	if pinned, _, _ := bytes.Cut(pin, []byte(" ")); strings.TrimSpace(string(pinned)) != sum {
		return fmt.Errorf("%w: %s has the SHA-256 %s: the first download, pinned in %s.sha256, had %s", ErrChecksum, path, sum, path, pinned)
	}
	return nil
}
