package download

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"time"
)

// Client fetches files. The zero value is ready for use.
type Client struct {
	HTTP     *http.Client                                       // nil is one with the system's settings
	Stall    time.Duration                                      // without a byte for so long, a connection is given up; 0 means 30 s
	Attempts int                                                // in a row that bring nothing, before giving up; 0 means 4
	Progress func(name string) func(done, total int)            // nil reports nothing
	wait     func(ctx context.Context, attempt int) (err error) // between attempts
}

// ErrTooLarge reports a file or an archive beyond its limit of size.
var ErrTooLarge = errors.New("download: larger than its limit")

// errFinal marks what another attempt would not change.
type errFinal struct{ error }

func (e errFinal) Unwrap() error { return e.error }

// Fetch fetches a file of at most limit bytes to path. What arrives is kept in path.part,
// from where a later call goes on if the server says that the file is still the same, by
// its ETag or date in path.tag; else it begins again. URLs and redirections must be HTTPS.
func (c Client) Fetch(ctx context.Context, url, path string, limit int64) error {
	c = c.defaults()
	barren := 0
	for {
		before := size(path + ".part")
		err := c.attempt(ctx, url, path, limit)
		if err == nil {
			return errors.Join(os.Rename(path+".part", path), removeIfThere(path+".tag"))
		}
		var final errFinal
		if errors.As(err, &final) {
			return fmt.Errorf("download: %s: %w", url, final.error)
		}
		if size(path+".part") > before {
			barren = 0
		} else if barren++; barren >= c.Attempts {
			return fmt.Errorf("download: %s: %w", url, err)
		}
		if e := c.wait(ctx, barren); e != nil {
			return fmt.Errorf("download: %s: %w", url, errors.Join(e, err))
		}
	}
}

func (c Client) defaults() Client {
	if c.HTTP == nil {
		c.HTTP = &http.Client{}
	}
	secure := *c.HTTP
	secure.CheckRedirect = func(r *http.Request, via []*http.Request) error {
		if r.URL.Scheme != "https" {
			return errFinal{fmt.Errorf("redirected to %s: must be HTTPS", r.URL)}
		}
		if len(via) >= 5 {
			return errFinal{errors.New("redirected more than five times")}
		}
		return nil
	}
	c.HTTP = &secure
	if c.Stall == 0 {
		c.Stall = 30 * time.Second
	}
	if c.Attempts == 0 {
		c.Attempts = 4
	}
	if c.Progress == nil {
		c.Progress = func(string) func(int, int) { return func(int, int) {} }
	}
	if c.wait == nil {
		c.wait = func(ctx context.Context, attempt int) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(time.Second << min(attempt, 5)):
				return nil
			}
		}
	}
	return c
}

// attempt makes one request and stores what it brings.
func (c Client) attempt(ctx context.Context, url, path string, limit int64) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	stalled := time.AfterFunc(c.Stall, func() { cancel(fmt.Errorf("no data for %v", c.Stall)) })
	defer stalled.Stop()

	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return errFinal{err}
	}
	if request.URL.Scheme != "https" {
		return errFinal{errors.New("the address must be HTTPS")}
	}
	have, tag := size(path+".part"), readTag(path)
	if have > 0 && tag != "" {
		request.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
		request.Header.Set("If-Range", tag)
	} else {
		have = 0
	}
	// A compressed transfer would make lengths and ranges mean something else.
	request.Header.Set("Accept-Encoding", "identity")
	response, err := c.HTTP.Do(request)
	if err != nil {
		return because(ctx, err)
	}
	defer response.Body.Close()
	switch {
	case response.StatusCode == http.StatusOK:
		have = 0
	case response.StatusCode == http.StatusPartialContent && have > 0:
		if !strings.HasPrefix(response.Header.Get("Content-Range"), fmt.Sprintf("bytes %d-", have)) {
			return errors.Join(fmt.Errorf("asked for bytes from %d, got %q", have, response.Header.Get("Content-Range")), discard(path))
		}
	case response.StatusCode == http.StatusRequestedRangeNotSatisfiable:
		return errors.Join(errors.New("the server has no bytes to go on with"), discard(path))
	case response.StatusCode >= 500 || response.StatusCode == http.StatusTooManyRequests:
		return errors.New(response.Status)
	default:
		return errFinal{errors.New(response.Status)}
	}
	total := int64(-1)
	if response.ContentLength >= 0 {
		total = have + response.ContentLength
	}
	if max(have, total) > limit {
		return errFinal{fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, max(have, total), limit)}
	}
	if err := writeTag(path, response.Header); err != nil {
		return errFinal{err}
	}
	if err := c.store(response.Body, path, have, total, limit, stalled); err != nil {
		return because(ctx, err)
	}
	return nil
}

// store appends the body to the part, of which have bytes are kept.
func (c Client) store(body io.Reader, path string, have, total, limit int64, stalled *time.Timer) (err error) {
	part, err := os.OpenFile(path+".part", os.O_WRONLY|os.O_CREATE, 0o666)
	if err != nil {
		return errFinal{err}
	}
	defer func() {
		if e := part.Close(); err == nil && e != nil {
			err = errFinal{e}
		}
	}()
	if err := part.Truncate(have); err != nil {
		return errFinal{err}
	}
	if _, err := part.Seek(have, io.SeekStart); err != nil {
		return errFinal{err}
	}
	progress := c.Progress(path)
	buffer := make([]byte, 1<<16)
	for {
		n, e := body.Read(buffer)
		stalled.Reset(c.Stall)
		if have+int64(n) > limit {
			return errFinal{fmt.Errorf("%w: more than %d bytes", ErrTooLarge, limit)}
		}
		if _, err := part.Write(buffer[:n]); err != nil {
			return errFinal{err}
		}
		have += int64(n)
		if n > 0 && total > 0 {
			progress(int(have>>10), int((total+1<<10-1)>>10)) // kB, to fit an int of 32 bits
		}
		switch {
		case e == io.EOF && total >= 0 && have != total:
			return fmt.Errorf("%w: %d bytes of %d", io.ErrUnexpectedEOF, have, total)
		case e == io.EOF:
			return nil
		case e != nil:
			return e
		}
	}
}

// because prefers the reason for which the context ended.
func because(ctx context.Context, err error) error {
	if errors.Is(err, context.Canceled) && context.Cause(ctx) != nil {
		return context.Cause(ctx)
	}
	return err
}

func size(path string) int64 {
	info, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return info.Size()
}

// readTag returns what tells that a file has not changed, "" if nothing does.
func readTag(path string) string {
	tag, err := os.ReadFile(path + ".tag")
	if err != nil {
		return ""
	}
	return string(tag)
}

func writeTag(path string, h http.Header) error {
	tag := h.Get("ETag")
	if tag == "" || strings.HasPrefix(tag, "W/") { // weak ones do not promise the same bytes
		tag = h.Get("Last-Modified")
	}
	return os.WriteFile(path+".tag", []byte(tag), 0o666)
}

// discard removes what has arrived of a file.
func discard(path string) error {
	return errors.Join(removeIfThere(path+".part"), removeIfThere(path+".tag"))
}

func removeIfThere(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
