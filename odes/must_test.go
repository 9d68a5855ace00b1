package odes_test

// must returns x; an error is the test's own mistake.
func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}
