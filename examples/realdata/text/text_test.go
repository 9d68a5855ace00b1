package text

import (
	"math"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	for in, want := range map[string]string{
		"":                                       "",
		"plain":                                  "plain",
		"one<br /><br />two":                     "one  two",
		"<i>so</i> <b class='x'>good</b>":        " so   good ",
		"i <3 it, 2 < 3 > 1":                     "i <3 it, 2 < 3 > 1",
		"&lt;b&gt; &amp; &quot;x&#39;":           `<b> & "x'`,
		"a<!-- <b>hid</b> -->b":                  "a b",
		"a<!-- open":                             "a<!-- open",
		"<!DOCTYPE html>x":                       " x",
		"a <b":                                   "a <b",
		"a <b c<i>d":                             "a <b c d",
		"bad\xff byte":                           "bad byte",
		"<" + strings.Repeat("x", 300) + "> end": "<" + strings.Repeat("x", 300) + "> end",
	} {
		if got := Clean(in); got != want {
			t.Errorf("Clean(%q) is %q, want %q", in, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for in, want := range map[string][]string{
		"":                           nil,
		"... !!! '' ’":               nil,
		"The FILM, the film.":        {"the", "film", "the", "film"},
		"Don't; it's we’ll 'quoted'": {"do", "n't", "it", "'s", "we", "'ll", "quoted"},
		"o'clock 9/10 café":          {"o", "clock", "9", "10", "café"},
		"'s n't":                     {"s", "n", "t"}, // nothing that they end
		"naïve naïve":                {"naïve", "naïve"},
	} {
		if got := Words(in); !slices.Equal(got, want) {
			t.Errorf("Words(%q) is %q, want %q", in, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("a<br />b &amp; <3 <!-- c --> don't")
	f.Add("<<<>>>&#xffffffff;<a\xff>")
	f.Fuzz(func(t *testing.T, s string) {
		clean := Clean(s)
		if !utf8.ValidString(clean) {
			t.Fatalf("Clean(%q) is not UTF-8", s)
		}
		for _, word := range Words(clean) {
			if word == "" || strings.ContainsAny(word, " <>&\n") {
				t.Fatalf("word %q", word)
			}
		}
	})
}

func TestReadCSV(t *testing.T) {
	want := []Review{{"a, \"b\"\nc", true}, {"", false}, {"x", true}, {"y", false}}
	body := "\"a, \"\"b\"\"\nc\",positive\n,negative\nx,1\ny, -1\n"
	for _, header := range []string{"", "review,sentiment\n"} {
		got, err := ReadCSV(strings.NewReader(header + body))
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("header %q: %v, %v", header, got, err)
		}
	}
	for bad, says := range map[string]string{
		"":                                    "no reviews",
		"review,sentiment\n":                  "no reviews",
		"a,1\nb,maybe\n":                      "line 2: label \"maybe\"",
		"a,1\nb\n":                            "wrong number of fields",
		"a,1\n\"b,0\n":                        "line 2",
		"a,1,2\n":                             "wrong number of fields",
		strings.Repeat("x", 1<<20+1) + ",1\n": "line 1: the review has 1048577 bytes",
	} {
		if _, err := ReadCSV(strings.NewReader(bad)); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: %v, want an error that says %q", bad, err, says)
		}
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("review,sentiment\n\"a\nb\",positive\nc,0\n")
	f.Add("\"\n")
	f.Fuzz(func(t *testing.T, s string) {
		if reviews, err := ReadCSV(strings.NewReader(s)); err == nil && len(reviews) == 0 {
			t.Fatal("no reviews and no error")
		}
	})
}

func TestCollect(t *testing.T) {
	var reviews []Review
	for _, file := range []struct{ name, text string }{
		{"aclImdb/README", "no review"}, {"aclImdb/train/pos/0_9.txt", "good"}, {"aclImdb/train/pos/urls", "no review"},
		{"aclImdb/train/neg/1_1.txt", ""}, {"aclImdb/train/unsup/0_0.txt", "unlabelled"}, {"./aclImdb/test/neg/0_3.txt", "poor"},
	} {
		if err := Collect(&reviews, file.name, strings.NewReader(file.text)); err != nil {
			t.Fatal(err)
		}
	}
	if want := []Review{{"good", true}, {"", false}, {"poor", false}}; !slices.Equal(reviews, want) {
		t.Errorf("%v, want %v", reviews, want)
	}
	if err := Collect(&reviews, "aclImdb/train/pos/long.txt", strings.NewReader(strings.Repeat("x", maxReview+1))); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("long file: %v", err)
	}
}

const glove = "the 1 2 3\nfilm -1e-1 0 .5\nthe 9 9 9\n. . . 4 5 6\n"

func TestGloVe(t *testing.T) {
	v, err := ReadGloVe(strings.NewReader(glove), nil)
	if err != nil {
		t.Fatal(err)
	}
	for word, want := range map[string][]float64{"the": {1, 2, 3}, "film": {-0.1, 0, 0.5}, ". . .": {4, 5, 6}} {
		if got := v.Of[word]; !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", word, got, want)
		}
	}
	if v, err := ReadGloVe(strings.NewReader(glove), map[string]bool{"film": true}); err != nil || len(v.Of) != 1 || v.Dim != 3 {
		t.Errorf("wanted words: %v, %v", v, err)
	}
	for bad, says := range map[string]string{
		"":                           "empty",
		"word\n":                     "line 1",
		"a 1 2\nb 1\n":               "line 2",
		"a 1 2\n 1 2\n":              "line 2",
		"a 1 2\nb 1 x\n":             "line 2: \"x\" is not",
		"a 1 NaN\n":                  "not a finite number",
		"a 1 2\n\n":                  "line 2",
		"a 1 1e999\n":                "not a finite number",
		strings.Repeat("a", maxLine): "line 1: bufio.Scanner: token too long",
	} {
		if _, err := ReadGloVe(strings.NewReader(bad), nil); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%.20q: %v, want an error that says %q", bad, err, says)
		}
	}
}

func FuzzGloVe(f *testing.F) {
	f.Add(glove)
	f.Add("a 1\n \n")
	f.Fuzz(func(t *testing.T, s string) {
		v, err := ReadGloVe(strings.NewReader(s), nil)
		if err != nil {
			return
		}
		for word, vector := range v.Of {
			if word == "" || len(vector) != v.Dim || v.Dim < 1 {
				t.Fatalf("%q: %v of %d numbers", word, vector, v.Dim)
			}
			for _, x := range vector {
				if math.IsNaN(x) || math.IsInf(x, 0) {
					t.Fatalf("%q: %v", word, vector)
				}
			}
		}
	})
}

func TestAverage(t *testing.T) {
	v := &Vectors{Dim: 2, Of: map[string][]float64{"a": {1, 0}, "b": {0, 4}}}
	e, err := Average([][]string{{"a", "a", "b", "b"}, {}, {"zzz"}, {"b", "zzz"}}, v)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(e.Kept, []int{0, 3}) || !slices.Equal(e.X.RawMatrix().Data, []float64{0.5, 2, 0, 4}) {
		t.Errorf("%+v", e)
	}
	for _, none := range [][][]string{nil, {{}}, {{"zzz"}}} {
		if _, err := Average(none, v); err == nil {
			t.Errorf("%v: no error", none)
		}
	}
}
