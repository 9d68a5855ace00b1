package ensemble

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// journalSink is where a journal is written to: a file.
type journalSink interface {
	io.Writer
	Sync() error
	Truncate(size int64) error
}

// journalWriter appends to a journal.
type journalWriter struct {
	sink journalSink
	end  int64 // of what is whole
	err  error // the first one, after which nothing is written
}

// append writes lines and makes sure that they are on the disk. If it fails, what it has
// written of them is taken away again as far as the disk allows; what is left is torn and
// will be passed over.
func (w *journalWriter) append(lines []byte) error {
	if w.err != nil {
		return w.err
	}
	_, err := w.sink.Write(lines)
	if err == nil {
		err = w.sink.Sync()
	}
	if err != nil {
		w.err = fmt.Errorf("ensemble: the journal cannot be written: %w", err)
		if w.sink.Truncate(w.end) == nil {
			w.sink.Sync()
		}
		return w.err
	}
	w.end += int64(len(lines))
	return nil
}

// createJournal makes a journal with its header and opens it. The file appears whole or
// not at all.
func createJournal(path string, h journalHeader) error {
	h.Format = journalFormat
	payload, err := json.Marshal(h)
	if err != nil {
		return fmt.Errorf("ensemble: %w", err)
	}
	return WriteFile(path, func(w io.Writer) error {
		_, err := w.Write(frame(nil, payload))
		return err
	})
}

// openToAppend opens the journal in the folder of a sweep, which it makes if there is
// none, and cuts a torn line off its end. A journal of another sweep is an error.
func openToAppend(folder string, h journalHeader) (*Journal, *journalWriter, error) {
	path := filepath.Join(folder, journalFile)
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		if err := createJournal(path, h); err != nil {
			return nil, nil, err
		}
	}
	file, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, nil, fmt.Errorf("ensemble: %w", err)
	}
	j, end, err := readJournal(path, file)
	if err == nil {
		err = h.same(j.header, path)
	}
	if err == nil {
		err = file.Truncate(end)
	}
	if err == nil {
		_, err = file.Seek(end, io.SeekStart)
	}
	if err != nil {
		file.Close()
		return nil, nil, err
	}
	return j, &journalWriter{sink: file, end: end}, nil
}

// same returns an error unless the journal at the path, with the header of, is that of h.
func (h journalHeader) same(of journalHeader, path string) error {
	if err := sameDescription(of.Description, h.Description); err != nil {
		return fmt.Errorf("ensemble: %s is of another sweep: %w", path, err)
	}
	if h.Units != of.Units {
		return fmt.Errorf("ensemble: %s is of another sweep: %w", path, &DifferenceError{"units", fmt.Sprint(of.Units), fmt.Sprint(h.Units)})
	}
	if h.Shard != of.Shard || h.Shards != of.Shards {
		return fmt.Errorf("ensemble: %s is of another shard: %w", path,
			&DifferenceError{"shard", fmt.Sprintf("%d/%d", of.Shard, of.Shards), fmt.Sprintf("%d/%d", h.Shard, h.Shards)})
	}
	return nil
}
