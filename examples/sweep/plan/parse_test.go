package plan

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestMalformed checks that each of many bad specifications is refused with one line that
// says where and what.
func TestMalformed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := filepath.Join(folder, "spec.json")
	for name, text := range map[string]string{
		"wide.csv": "1,2,3\n4,5,6\n", "words.csv": "a,b\n", "empty.csv": "", "bad.npy": "something", "other.xls": "1\n",
		"indefinite.csv": "1,2\n2,1\n", "skew.csv": "1,0.5\n0.2,1\n",
	} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// In the texts below these are the fields that are needed and not in question.
	const base = `"dimension":8,"rate":1`
	for _, c := range []struct{ text, place, says string }{
		{``, "1:1", "unexpected end"},
		{`{`, "1:1", "unexpected end"},
		{`[]`, "1:1", "must be an object"},
		{`null`, "1:1", "is null"},
		{`3`, "1:1", "must be an object"},
		{`{` + base + `} {}`, "1:26", "after top-level value"},
		{`{"dimension":8,}`, "1:16", "invalid character"},
		{"{\"dimension\":8\n \"rate\":1}", "2:2", "invalid character"},
		{`{'dimension':8}`, "1:2", "invalid character"},
		{`{"dimension":08}`, "1:15", "invalid character"},
		{`{"dimension":NaN}`, "1:14", "invalid character"},
		{"{\"noise\":\"\xff\"}", "1:11", "not UTF-8"},
		{`{` + base + `,"ratee":2}`, "1:25", "unknown field"},
		{"{\n  " + base + ",\n  \"Batch\": 1}", "3:3", "unknown field \"Batch\""},
		{`{` + base + `,"rate":2}`, "1:25", "twice"},
		{`{}`, "1:1", "neither dimension nor covariance"},
		{`{"dimension":8}`, "1:1", "there is no rate"},
		{`{"dimension":"8","rate":1}`, "1:14", "must be a number"},
		{`{"dimension":null,"rate":1}`, "1:14", "is null"},
		{`{"dimension":0,"rate":1}`, "1:14", "must lie between 1"},
		{`{"dimension":1e9,"rate":1}`, "1:14", "must lie between 1"},
		{`{"dimension":8.5,"rate":1}`, "1:14", "whole number"},
		{`{"dimension":-8,"rate":1}`, "1:14", "whole number"},
		{`{"dimension":[],"rate":1}`, "1:14", "empty list"},
		{`{"dimension":[8,8],"rate":1}`, "1:17", "twice"},
		{`{"dimension":[[8]],"rate":1}`, "1:15", "a list"},
		{`{"dimension":8,"rate":-1}`, "1:23", "nonnegative"},
		{`{"dimension":8,"rate":1e999}`, "1:23", "out of the range"},
		{`{"dimension":8,"rate":true}`, "1:23", "is true"},
		{`{"dimension":8,"rate":{"from":1}}`, "1:23", "has no field \"to\""},
		{`{"dimension":8,"rate":{"from":1,"to":2,"points":3,"step":1}}`, "1:51", "unknown field \"step\""},
		{`{"dimension":8,"rate":{"from":2,"to":1,"points":3}}`, "1:38", "must exceed"},
		{`{"dimension":8,"rate":{"from":1,"to":2,"points":1}}`, "1:49", "between 2"},
		{`{"dimension":8,"rate":{"from":0,"to":2,"points":3,"log":true}}`, "1:31", "must be positive"},
		{`{"dimension":8,"rate":{"from":1,"to":2,"points":3,"log":1}}`, "1:57", "true or false"},
		{`{"dimension":{"from":1,"to":3,"points":9},"rate":1}`, "1:40", "not so many values"},
		{`{` + base + `,"eigenvalues":"log"}`, "1:39", "eigenvalues"},
		{`{` + base + `,"eigenvalues":"log:0,1"}`, "1:39", "eigenvalues"},
		{`{` + base + `,"eigenvalues":7}`, "1:39", "must be a text"},
		{`{` + base + `,"basis":"round"}`, "1:33", "must be diagonal"},
		{`{"dimension":9,"rate":1,"basis":"hadamard"}`, "1:14", "power of two"},
		{`{"dimension":9000,"rate":1,"basis":"rotated"}`, "1:14", "rotated basis"},
		{`{` + base + `,"start_risk":0}`, "1:38", "must be positive"},
		{`{` + base + `,"noise":"normal"}`, "1:33", "noise"},
		{`{` + base + `,"noise":"normal:-1"}`, "1:33", "noise"},
		{`{` + base + `,"noise":"file:none.npy"}`, "1:33", "none.npy"},
		{`{` + base + `,"noise":"file:other.xls"}`, "1:33", "must end with"},
		{`{` + base + `,"noise":"file:bad.npy"}`, "1:33", "bad.npy"},
		{`{` + base + `,"noise":"file:words.csv"}`, "1:33", "words.csv"},
		{`{` + base + `,"noise":"file:empty.csv"}`, "1:33", "empty.csv"},
		{`{` + base + `,"batch":0}`, "1:33", "between 1"},
		{`{` + base + `,"optimizer":"adamm"}`, "1:37", "must be one of signsgd, sgd, "},
		{`{` + base + `,"optimizer":"adam:0.9,0.99,0,0"}`, "1:37", "must be adam:BETA1=0.9,BETA2=0.999,EPSILON=1e-08"},
		{`{` + base + `,"optimizer":"signsgd:1"}`, "1:37", "has 1 numbers"},
		{`{` + base + `,"optimizer":"vote"}`, "1:37", "WORKERS is missing"},
		{`{` + base + `,"optimizer":"vote:2.5"}`, "1:37", "WORKERS is 2.5: must be a whole number"},
		{`{` + base + `,"optimizer":"clipped:0"}`, "1:37", "NORM is 0: must be positive"},
		{`{` + base + `,"optimizer":"sgd+decay"}`, "1:37", "DECAY is missing"},
		{`{` + base + `,"optimizer":"sgd+decay:-1"}`, "1:37", "DECAY is -1: must be nonnegative"},
		{`{` + base + `,"optimizer":"sgd+average+average:1"}`, "1:37", "+average stands there twice"},
		{`{` + base + `,"optimizer":"sgd+lion"}`, "1:37", "\"+lion\" must be +decay:DECAY or +average:RATE=0,START=0"},
		{`{` + base + `,"optimizer":""}`, "1:37", "must be one of signsgd"},
		{`{` + base + `,"optimizer":"momentum:1"}`, "1:37", "BETA is 1: must lie in [0, 1)"},
		{`{` + base + `,"optimizer":"signum:x"}`, "1:37", "not a number"},
		{`{` + base + `,"schedule":"linear"}`, "1:36", "must be constant"},
		{`{` + base + `,"schedule":"exponential:-1"}`, "1:36", "nonnegative"},
		{`{` + base + `,"horizon":0}`, "1:35", "must be positive"},
		{`{` + base + `,"seed":-1}`, "1:32", "whole number"},
		{`{` + base + `,"compute":"curve"}`, "1:35", "must be a list"},
		{`{` + base + `,"compute":[]}`, "1:35", "must be a list"},
		{`{` + base + `,"compute":["curves"]}`, "1:36", "must be one of"},
		{`{` + base + `,"compute":["curve","curve"]}`, "1:44", "twice"},
		{`{` + base + `,"runs":1}`, "1:32", "between 2"},
		{`{` + base + `,"records":1}`, "1:35", "between 2"},
		{`{` + base + `,"curves":"yes"}`, "1:34", "true or false"},
		{`{"covariance":"wide.csv","dimension":8,"rate":1}`, "1:26", "beside covariance"},
		{`{"covariance":"wide.csv","rate":1}`, "1:15", "must be square"},
		{`{"covariance":"indefinite.csv","rate":1}`, "1:15", "not positive semidefinite"},
		{`{"covariance":"skew.csv","rate":1}`, "1:15", "not symmetric"},
		{`{"covariance":".","rate":1}`, "1:15", "is not a file"},
		{`{"dimension":8,"rate":{"from":1,"to":2,"points":9999},"seed":{"from":1,"to":2000,"points":2000}}`, "1:55", "more than"},
	} {
		_, err := Parse(file, []byte(c.text))
		if err == nil || !strings.HasPrefix(err.Error(), file+":"+c.place+": ") || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "\n") {
			t.Errorf("%s\n%v\nwant one line that says %s and %q", c.text, err, c.place, c.says)
		}
	}
}

// TestParse checks the points of a good specification.
func TestParse(t *testing.T) {
	t.Parallel()
	s, err := Parse("x.json", []byte(`{"rate": {"from": 0.1, "to": 10, "points": 3, "log": true}, "dimension": [4, 8],
		"optimizer": ["sgd", "adam:0.9,0.99,1e-8"], "compute": ["best", "curve"]}`))
	if err != nil {
		t.Fatal(err)
	}
	if s.Points != 12 || strings.Join(s.Columns(), " ") != "final_risk best_rate best_risk" {
		t.Errorf("%d points with %v", s.Points, s.Columns())
	}
	if p := s.Point(10); p.Name() != "dimension=8 optimizer=adam:0.9,0.99,1e-8 rate=1" || p.Number("rate") != 1 || p.Number("horizon") != 10 || p.Word("noise") != "none" {
		t.Errorf("point 10 is %s", p.Name())
	}
	other, err := Parse("x.json", []byte(`{"rate": [0.1, 1, 10], "dimension": [4, 8], "optimizer": ["sgd", "adam:0.9,0.99,1e-8"], "compute": ["curve", "best"]}`))
	if err != nil || other.Description()[1].Text != s.Description()[1].Text {
		t.Errorf("the same in other words is another sweep: %v", err)
	}
}

// FuzzParse checks that no text makes Parse panic or return an error of several lines.
func FuzzParse(f *testing.F) {
	for _, text := range []string{`{"dimension":8,"rate":1}`, `{"dimension":[1,2],"rate":{"from":1,"to":2,"points":3}}`, `{"noise":"normal:1"`, "[1,\n2]", `{"a":{"b":[]}}`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Contains(text, "dimension") && len(text) > 200 {
			t.Skip("may ask for much")
		}
		_, err := Parse("spec.json", []byte(text))
		var e *Error
		if err != nil && (!errors.As(err, &e) || e.Line < 1 || e.Column < 1 || strings.Contains(err.Error(), "\n")) {
			t.Errorf("%q: %v", text, err)
		}
	})
}

func TestShards(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		variables string
		want      Shard
	}{
		{"", Shard{0, 1}},
		{"SLURM_ARRAY_TASK_ID=7 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=5", Shard{2, 4}},
		{"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=3 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_STEP=4", Shard{2, 3}},
		{"JOB_COMPLETION_INDEX=2 JOB_COMPLETIONS=3", Shard{2, 3}},
		{"JOB_COMPLETION_INDEX=2", Shard{}},
		{"JOB_COMPLETION_INDEX=3 JOB_COMPLETIONS=3", Shard{}},
		{"SLURM_ARRAY_TASK_ID=7", Shard{}},
		{"SLURM_ARRAY_TASK_ID=9 SLURM_ARRAY_TASK_COUNT=4 SLURM_ARRAY_TASK_MIN=5", Shard{}},
	} {
		got, err := EnvironmentShard(func(name string) (string, bool) {
			for _, v := range strings.Fields(c.variables) {
				if n, value, _ := strings.Cut(v, "="); n == name {
					return value, true
				}
			}
			return "", false
		})
		if got != c.want || (err != nil) != (c.want == Shard{}) {
			t.Errorf("%s: %v, %v", c.variables, got, err)
		}
	}
	for _, bad := range []string{"", "1", "3/3", "-1/3", "a/3", "0/0", "1/2/3"} {
		if s, err := ParseShard(bad); err == nil {
			t.Errorf("%q is %v", bad, s)
		}
	}
}
