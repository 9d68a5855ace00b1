//go:build !amd64 || purego

package dense

import "testing"

func eachKernel(t *testing.T, f func(t *testing.T)) { t.Run("go", f) }
