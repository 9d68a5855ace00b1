package spectra

// walshHadamard replaces x, of length a power of two, by H·x, H the symmetric
// matrix of the entries (−1)^{popcount(i & j)}. H² = d·I. It takes d log₂ d
// additions: two levels of the recursion at a time, the first three at once.
func walshHadamard(x []float64) {
	h := 1
	if len(x) >= 8 {
		for b := x; len(b) >= 8; b = b[8:] {
			eight := (*[8]float64)(b)
			p, q, r, s := eight[0], eight[1], eight[2], eight[3]
			p, q, r, s = p+q, p-q, r+s, r-s
			p, q, r, s = p+r, q+s, p-r, q-s
			t, u, v, w := eight[4], eight[5], eight[6], eight[7]
			t, u, v, w = t+u, t-u, v+w, v-w
			t, u, v, w = t+v, u+w, t-v, u-w
			eight[0], eight[1], eight[2], eight[3] = p+t, q+u, r+v, s+w
			eight[4], eight[5], eight[6], eight[7] = p-t, q-u, r-v, s-w
		}
		h = 8
	}
	for ; 4*h <= len(x); h *= 4 {
		for rest := x; len(rest) > 0; rest = rest[4*h:] {
			a, b, c, e := rest[:h], rest[h:][:h], rest[2*h:][:h], rest[3*h:][:h]
			for i, p := range a {
				q, r, s := b[i], c[i], e[i]
				p, q, r, s = p+q, p-q, r+s, r-s
				a[i], b[i], c[i], e[i] = p+r, q+s, p-r, q-s
			}
		}
	}
	if h < len(x) {
		a, b := x[:h], x[h:]
		for i, p := range a {
			q := b[i]
			a[i], b[i] = p+q, p-q
		}
	}
}
