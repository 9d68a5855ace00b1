package noise

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// TestParse checks that every word of Grammar is read, into the law it names.
func TestParse(t *testing.T) {
	t.Parallel()
	want := []Law{
		None{}, Normal{Sigma: 1}, Normal{Mu: 1, Sigma: 2}, Rademacher{Scale: 1}, Uniform{Min: 1, Max: 2},
		Laplace{Scale: 1}, Laplace{Mu: 1, Scale: 2}, Logistic{S: 1}, Logistic{Mu: 1, S: 2},
		StudentsT{Nu: 1, Sigma: 2}, StudentsT{Nu: 1, Sigma: 2, Mu: 3}, Cauchy{Scale: 1}, Cauchy{Mu: 1, Scale: 2},
		AlphaStable{Alpha: 1, C: 2}, AlphaStable{Alpha: 1, C: 2, Mu: 3},
	}
	words := regexp.MustCompile(`[a-z]+:[A-Z]+(,[A-Z]+)*|none`).FindAllString(Grammar, -1)
	if len(words) != len(want) {
		t.Fatalf("Grammar has the words %q, the test %d laws", words, len(want))
	}
	for k, word := range words {
		n := 0
		word = regexp.MustCompile(`[A-Z]+`).ReplaceAllStringFunc(word, func(string) string {
			n++
			return fmt.Sprint(n)
		})
		if law, err := Parse(word); err != nil || !reflect.DeepEqual(law, want[k]) {
			t.Errorf("Parse(%q) = %v, %v, want %v", word, law, err, want[k])
		}
	}
	for _, c := range []struct{ word, says string }{
		{"", "must be none"}, {"gauss:1", "must be none"}, {"normal", "must be"}, {"normal:1,2,3", "must be"}, {"none:1", "must be"},
		{"normal:", `"" is not a number`}, {"normal:x", `"x" is not a number`}, {"normal: 1", "is not a number"},
		{"normal:-1", "Sigma is -1"}, {"normal:inf", "Sigma is +Inf"}, {"uniform:2,1", "Max is 1"}, {"stable:3,1", "Alpha is 3"},
	} {
		law, err := Parse(c.word)
		if err == nil || law != nil || !strings.HasPrefix(err.Error(), "noise: Parse: ") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("Parse(%q) = %v, %v, want an error with %q", c.word, law, err, c.says)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, word := range []string{"none", "normal:0.5", "cauchy:2,1", "stable:1.5,1,0", "normal:1e400", "uniform:,", ":"} {
		f.Add(word)
	}
	f.Fuzz(func(t *testing.T, word string) {
		law, err := Parse(word)
		if (law == nil) != (err != nil) {
			t.Fatalf("Parse(%q) = %v, %v", word, law, err)
		}
		if err == nil && Validate(law) != nil {
			t.Fatalf("Parse(%q) = %v: %v", word, law, Validate(law))
		}
	})
}
