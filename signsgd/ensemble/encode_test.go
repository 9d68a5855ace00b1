package ensemble

import (
	"encoding/json"
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"
)

// TestJSON checks that what is not finite survives, and that bands which are not whole
// are refused.
func TestJSON(t *testing.T) {
	t.Parallel()
	b := &Band{Times: []float64{0, 0.1}, Runs: []int{2}, Risk: Paths{{1. / 3, math.Inf(1)}}, Names: []string{"a", "b"},
		Observed:    []Paths{{{math.Inf(-1), math.NaN()}}, {{5e-324, -math.MaxFloat64}}},
		Description: Description{{Name: "noise", Text: "x", Numbers: []float64{1. / 3, math.Inf(1)}}, {Name: "seed", Text: "1", Numbers: nil}}}
	encoded, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"risk":[[0.3333333333333333,"+Inf"]]`, `"numbers":[0.3333333333333333,"+Inf"]`, `{"name":"seed","text":"1"}`} {
		if !strings.Contains(string(encoded), want) {
			t.Errorf("%s lacks %s", encoded, want)
		}
	}
	var got Band
	if err := json.Unmarshal(encoded, &got); err != nil {
		t.Fatal(err)
	}
	if !math.IsNaN(got.Observed[0][0][1]) {
		t.Errorf("NaN is %v", got.Observed[0][0][1])
	}
	got.Observed[0][0][1], b.Observed[0][0][1] = 0, 0
	if !reflect.DeepEqual(&got, b) {
		t.Errorf("decoded %v, want %v", got, b)
	}
	for text, says := range map[string]string{
		`{}`:                       "Band.Times is empty",
		`null`:                     "Band.Times is empty",
		`[]`:                       "cannot unmarshal array",
		`{"runs":[0],"risk":[[]]}`: "Band.Times is empty",
		`{"times":[0,1],"runs":[0],"risk":[[1]]}`:                            "Band.Risk[0] has 1 values",
		`{"times":[0],"runs":[0,1],"risk":[[1]]}`:                            "Band.Risk has 1 paths",
		`{"times":[0],"runs":[0]}`:                                           "Band.Risk has 0 paths",
		`{"times":[0],"runs":[-1],"risk":[[1]]}`:                             "Band.Runs[0] is -1",
		`{"times":[0],"runs":[1,1],"risk":[[1],[1]]}`:                        "Band.Runs[1] is 1",
		`{"times":[0],"runs":[0],"risk":[["Inf"]]}`:                          "not a number",
		`{"times":[0],"runs":[0],"risk":[[null]]}`:                           "not a number",
		`{"times":[0],"runs":[0],"risk":[[-1]]}`:                             "Band.Risk[0][0] is -1",
		`{"times":[0],"runs":[0],"risk":[["NaN"]]}`:                          "Band.Risk[0][0] is NaN",
		`{"times":[0,1],"runs":[0],"risk":[["+Inf",1]]}`:                     "Band.Risk[0][1] is 1",
		`{"times":[1,0],"runs":[0],"risk":[[1,1]]}`:                          "Band.Times[1] is 0",
		`{"times":[-1],"runs":[0],"risk":[[1]]}`:                             "Band.Times[0] is -1",
		`{"times":[0],"runs":[0],"risk":[[1]],"observed":[[]]}`:              "Band.Names has 0 names",
		`{"times":[0],"runs":[0],"risk":[[1]],"names":["a"]}`:                "Band.Names has 1 names",
		`{"times":[0],"runs":[0],"risk":[[1]],"names":[""],"observed":[[]]}`: "Band.Observed[0] has 0 paths",
		`{"times":[0],"description":[{"numbers":["x"]}]}`:                    "not a number",
		`{"times":[0],"description":{}}`:                                     "cannot unmarshal object",
	} {
		requireError(t, json.Unmarshal([]byte(text), new(Band)), says)
	}
}

// TestForgedResume checks that a saved band which was edited is refused, whatever was
// changed in it, and that the message says what.
func TestForgedResume(t *testing.T) {
	t.Parallel()
	s := Settings{Horizon: 2, Runs: 6, Seed: 3, Times: []float64{0, 1, 2}, Observers: []Observer{observer("a"), observer("b")}}
	made := gather(t, Settings{Horizon: s.Horizon, Runs: 2, First: 1, Seed: s.Seed, Times: s.Times, Observers: s.Observers}, subject())
	encoded, err := json.Marshal(made)
	if err != nil {
		t.Fatal(err)
	}
	for says, change := range map[string]func(b *Band){
		"":                              func(*Band) {},
		"Band.Times is empty":           func(b *Band) { *b = Band{} },
		`the part "times"`:              func(b *Band) { b.Times[1] = 1.5 },
		"Band.Risk[0] has 3 values":     func(b *Band) { b.Times = b.Times[:2] },
		"must have one for each of the": func(b *Band) { b.Times = append(b.Times, 3) },
		"Band.Names has 2 names":        func(b *Band) { b.Observed = nil },
		"Band.Names has 2 names: must":  func(b *Band) { b.Observed = append(b.Observed, b.Observed[0]) },
		`the part "names"`:              func(b *Band) { b.Names[0] = "c" },
		`the part "names" is []`:        func(b *Band) { b.Names, b.Observed = nil, nil },
		"Band.Risk[1][2] is -1":         func(b *Band) { b.Risk[1][2] = -1 },
		"Band.Risk[0][0] is NaN":        func(b *Band) { b.Risk[0][0] = math.NaN() },
		"Band.Observed[1][0] has 2":     func(b *Band) { b.Observed[1][0] = b.Observed[1][0][:2] },
		"Band.Runs[1] is 1":             func(b *Band) { b.Runs[1] = 1 },
		"holds run 6":                   func(b *Band) { b.Runs[1] = 6 },
		"Band.Risk has 2 paths":         func(b *Band) { b.Runs = b.Runs[:1] },
		"there is no description":       func(b *Band) { b.Description = nil },
		`the part "rate" is missing`:    func(b *Band) { b.Description = b.Description[1:] },
		`the part "seed" is 4`:          func(b *Band) { b.Description[1].Text = "4" },
		`the part "rate" is without`:    func(b *Band) { b.Description[0].Text = "" },
		`the part "observers"`:          func(b *Band) { b.Description = b.Description[:len(b.Description)-1] },
	} {
		s.Resume = new(Band)
		if err := json.Unmarshal(encoded, s.Resume); err != nil {
			t.Fatal(err)
		}
		change(s.Resume)
		b, err := Gather(t.Context(), s, subject())
		if says == "" {
			if err != nil || !reflect.DeepEqual(b.Risk[1:3], made.Risk) {
				t.Errorf("as it was: %v", err)
			}
			continue
		}
		requireError(t, err, says)
		if b != nil {
			t.Errorf("%s: there is a band", says)
		}
		var difference *DifferenceError
		if errors.As(err, &difference) != strings.Contains(says, "the part") {
			t.Errorf("%s: %v", says, err)
		}
	}
}

// FuzzBand checks that every text is refused or decodes to a band that survives encoding.
func FuzzBand(f *testing.F) {
	f.Add([]byte(`{"times":[0,1],"runs":[0],"risk":[[1,"+Inf"]],"names":["a"],"observed":[[[1,"NaN"]]],"description":[{"name":"a","text":"b","numbers":[1]}]}`))
	f.Add([]byte(`{"times":[0],"runs":[-1],"risk":[[null]]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var b, again Band
		if json.Unmarshal(text, &b) != nil {
			return
		}
		encoded, err := json.Marshal(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(encoded, &again); err != nil {
			t.Fatal(err)
		}
		if len(b.Runs) > 0 {
			b.Risk.Summary(0.8)
		}
	})
}
