package ensemble

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/riskcurves/riskcurves/signsgd/internal/file"
)

// MergeSweeps puts the shards of a sweep, whose folders are given in any order, together
// in a folder, which it makes if it is not there. The journal in it is that of the whole
// sweep, with the units in their order. finish, if it is not nil, is called in the end,
// while the folder is still locked.
//
// It is an error if the shards belong to different sweeps (a *DifferenceError), if a unit
// is in two of them or missing in all, or if the folder has the journal of something else
// than this whole sweep.
func MergeSweeps(folder string, finish func(j *Journal) error, shards ...string) (err error) {
	if len(shards) == 0 {
		return errors.New("ensemble: MergeSweeps: there are no shards")
	}
	journals := make([]*Journal, len(shards))
	for i, shard := range shards {
		if journals[i], err = OpenJournal(shard); err != nil {
			return err
		}
		defer journals[i].Close()
	}
	owner, err := owners(journals)
	if err != nil {
		return err
	}
	header := journals[0].header
	header.Shard, header.Shards = 0, 1
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	unlock, err := Lock(folder)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, unlock()) }()
	path := filepath.Join(folder, journalFile)
	if _, err := os.Stat(path); err == nil {
		old, err := OpenJournal(folder)
		if err != nil {
			return err
		}
		old.Close()
		if err := header.same(old.header, path); err != nil {
			return err
		}
	}
	// A journal is made beside the one that may be there, and renamed when it is whole.
	if err := createJournal(path+".merged", header); err != nil {
		return err
	}
	defer os.Remove(path + ".merged") // fails once it is renamed
	if err := appendAll(path+".merged", journals, owner); err != nil {
		return err
	}
	if err := os.Rename(path+".merged", path); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	if err := file.SyncFolder(folder); err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	if finish == nil {
		return nil
	}
	j, err := OpenJournal(folder)
	if err != nil {
		return err
	}
	defer j.Close()
	return finish(j)
}

// owners returns which of the journals has each unit.
func owners(journals []*Journal) ([]int32, error) {
	first := journals[0]
	owner := make([]int32, first.Units())
	for i, j := range journals {
		if err := sameDescription(first.Description(), j.Description()); err != nil {
			return nil, fmt.Errorf("ensemble: MergeSweeps: %s and %s: %w", first.path, j.path, err)
		}
		if j.Units() != first.Units() {
			return nil, fmt.Errorf("ensemble: MergeSweeps: %s and %s: %w", first.path, j.path,
				&DifferenceError{"units", fmt.Sprint(first.Units()), fmt.Sprint(j.Units())})
		}
		for unit := range owner {
			if !j.Has(unit) {
				continue
			}
			if owner[unit] != 0 {
				return nil, fmt.Errorf("ensemble: MergeSweeps: unit %d is both in %s and in %s", unit, journals[owner[unit]-1].path, j.path)
			}
			owner[unit] = int32(i + 1)
		}
	}
	missing := 0
	for _, o := range owner {
		if o == 0 {
			missing++
		}
	}
	for unit, o := range owner {
		if o == 0 {
			return nil, fmt.Errorf("ensemble: MergeSweeps: %d of %d units are missing, the first of them unit %d: run their shards to the end", missing, len(owner), unit)
		}
	}
	return owner, nil
}

// appendAll appends the records of all units to the journal at the path.
func appendAll(path string, journals []*Journal, owner []int32) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	buffer := bufio.NewWriter(file)
	err = copyRecords(buffer, journals, owner)
	if err == nil {
		err = buffer.Flush()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("ensemble: MergeSweeps: %w", err)
	}
	return nil
}

// copyRecords writes the records of all units.
func copyRecords(w io.Writer, journals []*Journal, owner []int32) error {
	for unit, o := range owner {
		r, err := journals[o-1].Record(unit)
		if err != nil {
			return err
		}
		line, err := r.line()
		if err != nil {
			return err
		}
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}
