package ensemble

import (
	"bufio"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strconv"
)

// Record is what a sweep keeps of a finished unit.
type Record struct {
	Unit int    `json:"unit"` // its index
	Name string `json:"name"`

	// Result is what the unit gave, in JSON. It is nil if the unit failed.
	Result json.RawMessage `json:"result,omitempty"`

	// Error says why the unit failed, and is empty if it did not.
	Error string `json:"error,omitempty"`
}

// journalHeader is the first line of a journal. It says what the sweep is.
type journalHeader struct {
	Format      int         `json:"format"`
	Description Description `json:"description"`
	Units       int         `json:"units"`
	Shard       int         `json:"shard"`
	Shards      int         `json:"shards"`
}

// journalFormat is the version of the format.
const journalFormat = 1

// journalFile is the name of the journal in the folder of a sweep.
const journalFile = "journal"

// Journal is the file to which a sweep appends every unit that it finishes. It has one
// line for each,
//
//	CHECKSUM LENGTH RECORD
//
// with the CRC-32C and the number of bytes of the record, both as eight hexadecimal
// digits, and the Record in JSON. The first line describes the sweep in the same way. A
// line that a crash has torn, or that the disk has damaged, fails its checksum. It is
// passed over, and its unit counts as not finished.
//
// A unit that failed and was done again has several records, of which the last counts. A
// Journal keeps in memory where the record of each unit lies: 8 bytes a unit.
type Journal struct {
	header  journalHeader
	path    string
	file    *os.File
	at      []int64 // of the last record of each unit in the file, below 0 if it is an error; 0 where there is none
	count   int     // units that have a record
	failed  int     // units whose last record is an error
	damaged int     // lines that fail their checksum
}

// OpenJournal opens the journal in the folder of a sweep to be read.
func OpenJournal(folder string) (*Journal, error) {
	path := filepath.Join(folder, journalFile)
	file, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("ensemble: OpenJournal: %w", err)
	}
	j, _, err := readJournal(path, file)
	if err != nil {
		file.Close()
		return nil, err
	}
	return j, nil
}

// Close closes the file.
func (j *Journal) Close() error { return j.file.Close() }

// Description returns what the sweep is.
func (j *Journal) Description() Description { return j.header.Description }

// Units returns the number of units of the whole sweep.
func (j *Journal) Units() int { return j.header.Units }

// Len returns the number of units that have a record.
func (j *Journal) Len() int { return j.count }

// Damaged returns the number of lines that fail their checksum, a torn one at the end
// included.
func (j *Journal) Damaged() int { return j.damaged }

// Has reports whether the unit has a record. It panics unless 0 ≤ unit < Units.
func (j *Journal) Has(unit int) bool { return j.at[unit] != 0 }

// Missing returns the first unit without a record, and Units if there is none.
func (j *Journal) Missing() int {
	for unit, at := range j.at {
		if at == 0 {
			return unit
		}
	}
	return len(j.at)
}

// Record reads the record of a unit. It panics unless 0 ≤ unit < Units.
func (j *Journal) Record(unit int) (Record, error) {
	if j.at[unit] == 0 {
		return Record{}, fmt.Errorf("ensemble: %s: there is no record of unit %d", j.path, unit)
	}
	lines := bufio.NewReader(io.NewSectionReader(j.file, max(j.at[unit], -j.at[unit]), 1<<62))
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return Record{}, fmt.Errorf("ensemble: %s: unit %d: %w", j.path, unit, err)
	}
	r, ok := parseRecord(line)
	if !ok || r.Unit != unit {
		return Record{}, fmt.Errorf("ensemble: %s: the record of unit %d has changed since it was opened", j.path, unit)
	}
	return r, nil
}

// Records returns the records in the order of their units. It ends with the first error.
func (j *Journal) Records() iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for unit := range j.at {
			if !j.Has(unit) {
				continue
			}
			r, err := j.Record(unit)
			if !yield(r, err) || err != nil {
				return
			}
		}
	}
}

// readJournal reads the lines of a journal. It returns the end of the last whole line,
// behind which a crash may have left a torn one.
func readJournal(path string, file *os.File) (j *Journal, end int64, err error) {
	lines := bufio.NewReaderSize(file, 1<<16)
	line, err := lines.ReadBytes('\n')
	if err != nil && err != io.EOF {
		return nil, 0, fmt.Errorf("ensemble: %w", err)
	}
	j = &Journal{path: path, file: file}
	payload, ok := unframe(line)
	if !ok || json.Unmarshal(payload, &j.header) != nil || j.header.Units < 0 {
		return nil, 0, fmt.Errorf("ensemble: %s is not the journal of a sweep: its first line is not a header", path)
	}
	if j.header.Format != journalFormat {
		return nil, 0, fmt.Errorf("ensemble: %s has the format %d: this version reads %d", path, j.header.Format, journalFormat)
	}
	end = int64(len(line))
	j.at = make([]int64, j.header.Units)
	for at := end; ; at += int64(len(line)) {
		line, err = lines.ReadBytes('\n')
		if err != nil && err != io.EOF {
			return nil, 0, fmt.Errorf("ensemble: %w", err)
		}
		if len(line) == 0 {
			return j, end, nil
		}
		r, ok := parseRecord(line)
		if !ok {
			j.damaged++
			continue
		}
		if r.Unit < 0 || r.Unit >= len(j.at) {
			return nil, 0, fmt.Errorf("ensemble: %s holds unit %d of a sweep of %d", path, r.Unit, len(j.at))
		}
		switch before := j.at[r.Unit]; {
		case before == 0:
			j.count++
		case before < 0:
			j.failed--
		}
		j.at[r.Unit] = at
		if r.Error != "" {
			j.at[r.Unit] = -at
			j.failed++
		}
		end = at + int64(len(line))
	}
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// framing is the number of bytes that frame adds: two numbers, two spaces and the end of
// the line.
const framing = 8 + 1 + 8 + 1 + 1

// frame appends the line of a payload to dst. The payload must not have an end of line,
// which JSON has not.
func frame(dst, payload []byte) []byte {
	dst = fmt.Appendf(dst, "%08x %08x ", crc32.Checksum(payload, castagnoli), len(payload))
	dst = append(dst, payload...)
	return append(dst, '\n')
}

// unframe returns the payload of a line, and reports whether the line is whole.
func unframe(line []byte) (payload []byte, ok bool) {
	if len(line) < framing || line[8] != ' ' || line[17] != ' ' || line[len(line)-1] != '\n' {
		return nil, false
	}
	sum, err := strconv.ParseUint(string(line[:8]), 16, 32)
	if err != nil {
		return nil, false
	}
	size, err := strconv.ParseUint(string(line[9:17]), 16, 32)
	if err != nil {
		return nil, false
	}
	payload = line[18 : len(line)-1]
	return payload, uint64(len(payload)) == size && crc32.Checksum(payload, castagnoli) == uint32(sum)
}

// parseRecord returns the record of a line, and reports whether the line is whole.
func parseRecord(line []byte) (r Record, ok bool) {
	payload, ok := unframe(line)
	return r, ok && json.Unmarshal(payload, &r) == nil
}

// line returns the line of the record.
func (r Record) line() ([]byte, error) {
	payload, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("ensemble: the result of unit %d, %s: %w", r.Unit, r.Name, err)
	}
	if len(payload) > maxPayload {
		return nil, fmt.Errorf("ensemble: the result of unit %d, %s, has %d bytes: must have at most %d", r.Unit, r.Name, len(payload), maxPayload)
	}
	return frame(nil, payload), nil
}

// maxPayload is the largest number of bytes of a record.
const maxPayload = 1 << 28
