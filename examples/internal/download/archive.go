package download

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// Archive is a data set at its home.
type Archive struct {
	Name   string // as in flags
	URL    string
	Size   int64  // limit of bytes
	MD5    string // that its home publishes, "" if it publishes none
	Target string // the file or folder that it unpacks to
	Limits Limits
}

// The archives that are known. Their homes could not be reached when this was written: the
// addresses and the MD5 are those widely cited, the limits are generous.
var Archives = []Archive{
	{
		Name: "cifar", URL: "https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", Size: 200 << 20,
		MD5:    "c32a1d4ab5d03f1284b67883e8d87530",
		Target: "cifar-10-batches-bin", Limits: Limits{Bytes: 250 << 20, Files: 20},
	},
	{
		Name: "imdb", URL: "https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz", Size: 120 << 20,
		Target: "aclImdb", Limits: Limits{Bytes: 1 << 30, Files: 200_000},
	},
	{
		Name: "glove", URL: "https://nlp.stanford.edu/data/glove.6B.zip", Size: 1 << 30,
		Target: "glove.6B.50d.txt", Limits: Limits{Bytes: 400 << 20, Files: 1},
	},
}

// Get makes sure that the archive's target is in the folder. If it is not, it fetches the
// archive, unless that is there already, verifies and unpacks it, in a folder beside the
// target first, so that a target is there as a whole or not at all. An archive that fails
// its verification is removed. The archive stays in the folder, with its checksum.
func (c Client) Get(ctx context.Context, a Archive, folder string) error {
	target := filepath.Join(folder, a.Target)
	if _, err := os.Stat(target); err == nil {
		return nil
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return err
	}
	archive := filepath.Join(folder, path.Base(a.URL))
	if _, err := os.Stat(archive); err != nil {
		if err := c.Fetch(ctx, a.URL, archive, a.Size); err != nil {
			return err
		}
	}
	if err := Verify(archive, a.MD5); err != nil {
		if errors.Is(err, ErrChecksum) {
			err = errors.Join(err, os.Remove(archive))
		}
		return err
	}
	temporary, err := os.MkdirTemp(folder, "unpacking-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	wanted := func(name string) bool { return name == a.Target || strings.HasPrefix(name, a.Target+"/") }
	if err := Unpack(archive, temporary, wanted, a.Limits); err != nil {
		return err
	}
	if err := os.Rename(filepath.Join(temporary, a.Target), target); err != nil {
		return fmt.Errorf("download: %s holds no %s: %w", archive, a.Target, err)
	}
	return nil
}

// Find returns the archive of the name.
func Find(name string) (Archive, error) {
	var names []string
	for _, a := range Archives {
		if a.Name == name {
			return a, nil
		}
		names = append(names, a.Name)
	}
	return Archive{}, fmt.Errorf("download: there is no %q: must be one of %s", name, strings.Join(names, ", "))
}
