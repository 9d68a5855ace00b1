package text

import (
	"html"
	"strings"
	"unicode/utf8"
)

// Clean returns the text without what is left of HTML in it: tags and comments become
// spaces, entities the characters that they stand for, and bytes that are not UTF-8 are
// dropped. A < that opens no tag, as in "i <3 it", stays.
func Clean(s string) string {
	if !utf8.ValidString(s) {
		s = strings.ToValidUTF8(s, "")
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		length := tagLength(s[open:])
		if length == 0 {
			b.WriteString(s[:open+1])
			s = s[open+1:]
			continue
		}
		b.WriteString(s[:open])
		b.WriteByte(' ')
		s = s[open+length:]
	}
	b.WriteString(s)
	// Entities come last, so that &lt;b&gt; is text and not a tag.
	return html.UnescapeString(b.String())
}

// maxTag bounds the length of a tag, so that a stray < before a letter does not swallow
// the text up to the next >, however far.
const maxTag = 200

// tagLength returns the length of the tag or comment that s, which starts with <, starts
// with, and 0 if there is none.
func tagLength(s string) int {
	if strings.HasPrefix(s, "<!--") {
		if end := strings.Index(s, "-->"); end >= 0 {
			return end + len("-->")
		}
		return 0
	}
	name := strings.TrimPrefix(s[1:], "/")
	if name == "" || !asciiLetter(name[0]) && name[0] != '!' {
		return 0
	}
	end := strings.IndexAny(s[1:min(len(s), maxTag)], "<>")
	if end < 0 || s[1+end] != '>' {
		return 0
	}
	return end + 2
}

func asciiLetter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
