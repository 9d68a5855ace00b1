package download

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// content is what the servers serve: 300,000 bytes that do not repeat soon.
var content = func() []byte {
	b := make([]byte, 300_000)
	for i := range b {
		b[i] = byte(i*i>>7 + i)
	}
	return b
}()

// server serves by a handler that is told the number of each request, from 0.
func server(t *testing.T, serve func(w http.ResponseWriter, r *http.Request, n int)) (Client, string, *atomic.Int32) {
	t.Helper()
	var requests atomic.Int32
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serve(w, r, int(requests.Add(1))-1)
	}))
	t.Cleanup(s.Close)
	c := Client{HTTP: s.Client(), Stall: 5 * time.Second, wait: func(ctx context.Context, _ int) error { return ctx.Err() }}
	return c, s.URL, &requests
}

// whole serves the content properly, with ranges.
func whole(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("ETag", `"v1"`)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
}

// cut claims to serve the content and breaks off after n bytes.
func cut(w http.ResponseWriter, n int) {
	w.Header().Set("ETag", `"v1"`)
	w.Header().Set("Content-Length", fmt.Sprint(len(content)))
	w.Write(content[:n])
	panic(http.ErrAbortHandler)
}

func check(t *testing.T, path string) {
	t.Helper()
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, content) {
		t.Errorf("%d bytes that differ from the %d served", len(got), len(content))
	}
	for _, rest := range []string{".part", ".tag"} {
		if _, err := os.Stat(path + rest); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("%s is left: %v", rest, err)
		}
	}
}

func TestFetch(t *testing.T) {
	c, url, requests := server(t, func(w http.ResponseWriter, r *http.Request, _ int) { whole(w, r) })
	path := filepath.Join(t.TempDir(), "file")
	last := 0
	c.Progress = func(string) func(int, int) {
		return func(done, total int) {
			if done < last || done > total || total != 293 {
				t.Errorf("progress %d of %d after %d", done, total, last)
			}
			last = done
		}
	}
	if err := c.Fetch(t.Context(), url, path, int64(len(content))); err != nil {
		t.Fatal(err)
	}
	check(t, path)
	if n := requests.Load(); n != 1 {
		t.Errorf("%d requests", n)
	}
}

// TestResume breaks off twice: each request goes on where the last one ended.
func TestResume(t *testing.T) {
	var ranges []string
	c, url, _ := server(t, func(w http.ResponseWriter, r *http.Request, n int) {
		ranges = append(ranges, r.Header.Get("Range"))
		switch n {
		case 0:
			cut(w, 100_000)
		case 1:
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Content-Range", fmt.Sprintf("bytes %s%d/%d", strings.TrimPrefix(r.Header.Get("Range"), "bytes="), len(content)-1, len(content)))
			w.Header().Set("Content-Length", fmt.Sprint(len(content)-100_000))
			w.WriteHeader(http.StatusPartialContent)
			w.Write(content[100_000:150_000])
			panic(http.ErrAbortHandler)
		default:
			whole(w, r)
		}
	})
	path := filepath.Join(t.TempDir(), "file")
	if err := c.Fetch(t.Context(), url, path, 1<<20); err != nil {
		t.Fatal(err)
	}
	check(t, path)
	if want := []string{"", "bytes=100000-", "bytes=150000-"}; fmt.Sprint(ranges) != fmt.Sprint(want) {
		t.Errorf("ranges %q, want %q", ranges, want)
	}
}

// TestResumeLater resumes in another call, and begins again where the file has changed,
// where the server knows no ranges, and where it lies about them.
func TestResumeLater(t *testing.T) {
	for name, serve := range map[string]func(w http.ResponseWriter, r *http.Request){
		"same": whole,
		"changed": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("ETag", `"v2"`)
			http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
		},
		"no ranges": func(w http.ResponseWriter, _ *http.Request) { w.Write(content) },
		"wrong range": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				whole(w, r)
				return
			}
			w.Header().Set("Content-Range", fmt.Sprintf("bytes 0-9/%d", len(content)))
			w.WriteHeader(http.StatusPartialContent)
			w.Write(content[:10])
		},
		"no bytes left": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("Range") == "" {
				whole(w, r)
				return
			}
			w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		},
	} {
		t.Run(name, func(t *testing.T) {
			stop, cancel := context.WithCancel(t.Context())
			c, url, _ := server(t, func(w http.ResponseWriter, r *http.Request, n int) {
				if n > 0 {
					serve(w, r)
					return
				}
				defer cancel()
				cut(w, 120_000)
			})
			path := filepath.Join(t.TempDir(), "file")
			if err := c.Fetch(stop, url, path, 1<<20); err == nil {
				t.Fatal("cancelled: no error")
			}
			if err := c.Fetch(t.Context(), url, path, 1<<20); err != nil {
				t.Fatal(err)
			}
			check(t, path)
		})
	}
}

func TestRedirects(t *testing.T) {
	c, url, _ := server(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		switch r.URL.Path {
		case "/file":
			whole(w, r)
		case "/insecure":
			http.Redirect(w, r, "http://localhost/file", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			http.Redirect(w, r, "/file", http.StatusMovedPermanently)
		}
	})
	path := filepath.Join(t.TempDir(), "file")
	if err := c.Fetch(t.Context(), url+"/old", path, 1<<20); err != nil {
		t.Fatal(err)
	}
	check(t, path)
	for from, says := range map[string]string{"/insecure": "must be HTTPS", "/loop": "more than five times"} {
		if err := c.Fetch(t.Context(), url+from, path, 1<<20); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want an error that says %q", from, err, says)
		}
	}
	if err := c.Fetch(t.Context(), strings.Replace(url, "https", "http", 1), path, 1<<20); err == nil || !strings.Contains(err.Error(), "must be HTTPS") {
		t.Errorf("http: %v", err)
	}
}

func TestTooLarge(t *testing.T) {
	c, url, requests := server(t, func(w http.ResponseWriter, r *http.Request, _ int) {
		if r.URL.Path == "/unknown" { // chunked, so that no length is declared
			for range 100 {
				w.Write(content[:10_000])
				w.(http.Flusher).Flush()
			}
			return
		}
		whole(w, r)
	})
	for _, from := range []string{"", "/unknown"} {
		path := filepath.Join(t.TempDir(), "file")
		before := requests.Load()
		if err := c.Fetch(t.Context(), url+from, path, int64(len(content)-1)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%q: %v", from, err)
		}
		if n := requests.Load() - before; n != 1 {
			t.Errorf("%q: %d requests", from, n)
		}
		if n := size(path + ".part"); n >= int64(len(content)) {
			t.Errorf("%q: %d bytes stored", from, n)
		}
	}
}

// TestFailures counts the attempts: none again for what will not change, some where it may.
func TestFailures(t *testing.T) {
	for status, want := range map[int]int32{404: 1, 403: 1, 500: 3, 503: 3, 429: 3} {
		c, url, requests := server(t, func(w http.ResponseWriter, _ *http.Request, _ int) { w.WriteHeader(status) })
		c.Attempts = 3
		if err := c.Fetch(t.Context(), url, filepath.Join(t.TempDir(), "file"), 1<<20); err == nil || !strings.Contains(err.Error(), fmt.Sprint(status)) {
			t.Errorf("%d: %v", status, err)
		}
		if n := requests.Load(); n != want {
			t.Errorf("%d: %d requests, want %d", status, n, want)
		}
	}
}

// TestSlow meets a server that falls silent: the connection is given up, and another one
// brings the rest.
func TestSlow(t *testing.T) {
	release := make(chan struct{})
	c, url, _ := server(t, func(w http.ResponseWriter, r *http.Request, n int) {
		if n == 0 {
			w.Header().Set("ETag", `"v1"`)
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			w.Write(content[:1000])
			w.(http.Flusher).Flush()
			select {
			case <-release:
			case <-r.Context().Done():
			}
			return
		}
		whole(w, r)
	})
	defer close(release)
	c.Stall = 200 * time.Millisecond
	path := filepath.Join(t.TempDir(), "file")
	if err := c.Fetch(t.Context(), url, path, 1<<20); err != nil {
		t.Fatal(err)
	}
	check(t, path)

	silent, url, _ := server(t, func(_ http.ResponseWriter, r *http.Request, _ int) { <-r.Context().Done() })
	silent.Stall, silent.Attempts = 50*time.Millisecond, 2
	if err := silent.Fetch(t.Context(), url, path+"2", 1<<20); err == nil || !strings.Contains(err.Error(), "no data for 50ms") {
		t.Errorf("silent server: %v", err)
	}
}
