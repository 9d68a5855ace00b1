package plan

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Error is what is wrong with a specification, and where.
type Error struct {
	File         string
	Line, Column int // from 1; columns count characters
	Text         string
}

// Error returns one line.
func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, strings.ReplaceAll(e.Text, "\n", "; "))
}

// document is a JSON text that knows where its values stand.
type document struct {
	file string
	text []byte
}

// fail returns the error at an offset.
func (d *document) fail(offset int64, format string, args ...any) error {
	before := d.text[:min(max(offset, 0), int64(len(d.text)))]
	start := bytes.LastIndexByte(before, '\n') + 1
	return &Error{d.file, 1 + bytes.Count(before, []byte("\n")), 1 + utf8.RuneCount(before[start:]), fmt.Sprintf(format, args...)}
}

// node is a value in the document.
type node struct {
	offset int64
	value  any               // a string, json.Number, bool or nil; of a list or an object, nothing
	list   []*node           // of a list; not nil
	fields map[string]*field // of an object; not nil
}

// field is a field of an object.
type field struct {
	offset int64 // of its name
	*node
}

// kind says what a node is, for errors.
func (n *node) kind() string {
	switch {
	case n.list != nil:
		return "a list"
	case n.fields != nil:
		return "an object"
	}
	switch v := n.value.(type) {
	case string:
		return fmt.Sprintf("the text %q", v)
	case json.Number:
		return "the number " + v.String()
	case bool:
		return fmt.Sprint(v)
	}
	return "null"
}

// parse returns the value of the document.
func (d *document) parse() (*node, error) {
	for offset := 0; offset < len(d.text); {
		r, size := utf8.DecodeRune(d.text[offset:])
		if r == utf8.RuneError && size == 1 {
			return nil, d.fail(int64(offset), "the byte %#x is not UTF-8", d.text[offset])
		}
		offset += size
	}
	var whole json.RawMessage
	if err := json.Unmarshal(d.text, &whole); err != nil {
		var syntax *json.SyntaxError
		if errors.As(err, &syntax) {
			return nil, d.fail(syntax.Offset-1, "%v", err)
		}
		return nil, d.fail(0, "%v", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(d.text))
	decoder.UseNumber()
	return d.node(decoder)
}

// next returns the next token and where it begins.
func (d *document) next(decoder *json.Decoder) (json.Token, int64, error) {
	start := decoder.InputOffset()
	token, err := decoder.Token()
	if err != nil && err != io.EOF {
		return nil, 0, d.fail(decoder.InputOffset(), "%v", err)
	}
	for start < int64(len(d.text)) && strings.IndexByte(" \t\r\n,:", d.text[start]) >= 0 {
		start++
	}
	return token, start, nil
}

// node reads a value. The document is valid JSON.
func (d *document) node(decoder *json.Decoder) (*node, error) {
	token, offset, err := d.next(decoder)
	if err != nil {
		return nil, err
	}
	n := &node{offset: offset}
	switch token {
	case json.Delim('['):
		n.list = []*node{}
		for decoder.More() {
			item, err := d.node(decoder)
			if err != nil {
				return nil, err
			}
			n.list = append(n.list, item)
		}
	case json.Delim('{'):
		n.fields = map[string]*field{}
		for decoder.More() {
			name, offset, err := d.next(decoder)
			if err != nil {
				return nil, err
			}
			value, err := d.node(decoder)
			if err != nil {
				return nil, err
			}
			if n.fields[name.(string)] != nil {
				return nil, d.fail(offset, "the field %q is there twice", name)
			}
			n.fields[name.(string)] = &field{offset, value}
		}
	default:
		n.value = token
		return n, nil
	}
	_, _, err = d.next(decoder) // the end of the list or the object
	return n, err
}
