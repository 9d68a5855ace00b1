package plan

import (
	"fmt"
	"strconv"
	"strings"
)

// Shard is a part of a sweep: the points whose index is Index modulo Count.
type Shard struct{ Index, Count int }

// ParseShard reads a shard such as 0/3, the first of three.
func ParseShard(word string) (Shard, error) {
	i, n, ok := strings.Cut(word, "/")
	index, err := strconv.Atoi(i)
	count, err2 := strconv.Atoi(n)
	if !ok || err != nil || err2 != nil || count < 1 || index < 0 || index >= count {
		return Shard{}, fmt.Errorf("%q is not a shard: must be i/n with 0 ≤ i < n", word)
	}
	return Shard{index, count}, nil
}

// EnvironmentShard returns the shard of a task of a cluster, and the whole sweep where
// there is no cluster. In an array of Slurm it is told by SLURM_ARRAY_TASK_ID, _COUNT and
// _MIN, and by _STEP if that is set. In an indexed job of Kubernetes it is told by
// JOB_COMPLETION_INDEX, and by JOB_COMPLETIONS, which the job must set itself.
func EnvironmentShard(lookup func(name string) (string, bool)) (Shard, error) {
	number := func(name, otherwise string) (int, error) {
		text, ok := lookup(name)
		if !ok && otherwise != "" {
			text = otherwise
		}
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, fmt.Errorf("the variable %s is %q: must be a number", name, text)
		}
		return n, nil
	}
	var v [4]int
	var names, defaults []string
	if _, ok := lookup("SLURM_ARRAY_TASK_ID"); ok {
		names = []string{"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_COUNT", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP"}
		defaults = []string{"", "", "", "1"}
	} else if _, ok := lookup("JOB_COMPLETION_INDEX"); ok {
		names = []string{"JOB_COMPLETION_INDEX", "JOB_COMPLETIONS"}
		defaults = []string{"", ""}
		v[3] = 1
	} else {
		return Shard{0, 1}, nil
	}
	for i, name := range names {
		var err error
		if v[i], err = number(name, defaults[i]); err != nil {
			return Shard{}, err
		}
	}
	id, count, least, step := v[0], v[1], v[2], max(v[3], 1)
	if (id-least)%step != 0 || count < 1 || id < least || (id-least)/step >= count {
		return Shard{}, fmt.Errorf("the variables %s say task %d of %d from %d by %d, which is none: set -shard", strings.Join(names, ", "), id, count, least, step)
	}
	return Shard{(id - least) / step, count}, nil
}
