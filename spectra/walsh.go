package spectra

// walshHadamard replaces x, of length a power of two, by H·x, H the symmetric
// matrix of the entries (−1)^{popcount(i & j)}. H² = d·I. It takes d log₂ d
// additions, two levels of the recursion at a time.
func walshHadamard(x []float64) {
	d := len(x)
	h := 1
	for ; 4*h <= d; h *= 4 {
		for block := 0; block < d; block += 4 * h {
			a, b, c, e := x[block:][:h], x[block+h:][:h], x[block+2*h:][:h], x[block+3*h:][:h]
			for i, p := range a {
				q, r, s := b[i], c[i], e[i]
				p, q, r, s = p+q, p-q, r+s, r-s
				a[i], b[i], c[i], e[i] = p+r, q+s, p-r, q-s
			}
		}
	}
	if h < d {
		a, b := x[:h], x[h:]
		for i, p := range a {
			a[i], b[i] = p+b[i], p-b[i]
		}
	}
}
