package plan

import (
	"slices"
	"sync"
)

// recent keeps the values that were used last, each made once.
type recent[V any] struct {
	most int

	mu   sync.Mutex
	used []*made[V] // the last one used comes last
}

type made[V any] struct {
	key   string
	once  sync.Once
	value V
	err   error
}

// get returns the value of a key, and makes it if it is not there.
func (r *recent[V]) get(key string, create func() (V, error)) (V, error) {
	r.mu.Lock()
	i := slices.IndexFunc(r.used, func(m *made[V]) bool { return m.key == key })
	one := &made[V]{key: key}
	if i >= 0 {
		one = r.used[i]
		r.used = slices.Delete(r.used, i, i+1)
	} else if len(r.used) == r.most {
		r.used = slices.Delete(r.used, 0, 1)
	}
	r.used = append(r.used, one)
	r.mu.Unlock()
	one.once.Do(func() { one.value, one.err = create() })
	return one.value, one.err
}
