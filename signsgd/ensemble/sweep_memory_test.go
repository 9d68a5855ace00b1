package ensemble

import (
	"context"
	"runtime"
	"strings"
	"testing"
)

// TestSweepMemory checks that a sweep holds no results: with 20 megabytes of them, the heap
// at its end has 8 bytes for each unit, and what finished units take that wait for the disk.
func TestSweepMemory(t *testing.T) {
	// Not parallel: other tests use the heap.
	const units, size = 20_000, 1000
	var before, after runtime.MemStats
	text := strings.Repeat("x", size)
	s := Sweep{
		Description: Description{Describe("memory", 1)}, Units: units,
		Do: func(_ context.Context, unit int) (any, error) {
			if unit == units-1 {
				runtime.GC()
				runtime.ReadMemStats(&after)
			}
			return text, nil
		},
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	folder := t.TempDir()
	if err := s.Run(t.Context(), SweepSettings{Folder: folder, Workers: 2}); err != nil {
		t.Fatal(err)
	}
	// Units wait in the channel and as a batch that is being written, which append grows.
	const most = 8*units + 5*waiting*size
	if grown := int64(after.HeapAlloc) - int64(before.HeapAlloc); grown > most {
		t.Errorf("the heap grows by %d bytes, want at most %d", grown, most)
	}
	j, err := OpenJournal(folder)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if r, err := j.Record(units - 1); err != nil || len(r.Result) != size+2 {
		t.Errorf("record %d bytes, %v", len(r.Result), err)
	}
}
