package ensemble

import (
	"context"
	"runtime"
	"strings"
	"testing"
)

// TestSweepMemory checks that a sweep holds no results: when all units but the last are on
// the disk, with 20 megabytes of results, the heap has grown by 8 bytes for each unit, and by
// less than a fortieth of the results for everything else.
func TestSweepMemory(t *testing.T) {
	// Not parallel: other tests use the heap.
	const units, size = 20_000, 1000
	var before, after runtime.MemStats
	text := strings.Repeat("x", size)
	written := make(chan struct{}) // closed when all units but the last are on the disk
	s := Sweep{
		Description: Description{Describe("memory", 1)}, Units: units,
		Do: func(ctx context.Context, unit int) (any, error) {
			if unit == units-1 {
				select {
				case <-written:
				case <-ctx.Done():
					return nil, ctx.Err()
				}
				runtime.GC()
				runtime.ReadMemStats(&after)
			}
			return text, nil
		},
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	folder := t.TempDir()
	settings := SweepSettings{Folder: folder, Workers: 2, Progress: func(done, _ int) {
		if done == units-1 {
			close(written)
		}
	}}
	if err := s.Run(t.Context(), settings); err != nil {
		t.Fatal(err)
	}
	const most = 8*units + units*size/40
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
