//go:build amd64 && !purego

package dense

import "testing"

// eachKernel runs f with the assembly, where there is any, and without.
func eachKernel(t *testing.T, f func(t *testing.T)) {
	if assembly {
		t.Run("assembly", f)
	}
	t.Run("go", func(t *testing.T) {
		defer func(saved bool) { assembly = saved }(assembly)
		assembly = false
		f(t)
	})
}
