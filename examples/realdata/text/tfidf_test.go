package text

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"gonum.org/v1/gonum/mat"
)

func (m *sparse) dense() *mat.Dense {
	d := mat.NewDense(m.rows(), m.cols, nil)
	for i := range m.rows() {
		for k := m.start[i]; k < m.start[i+1]; k++ {
			d.Set(i, m.column[k], m.value[k])
		}
	}
	return d
}

func TestTfIdf(t *testing.T) {
	documents := [][]string{{"a", "b", "a"}, {"b", "c"}, {}, {"d"}, {"b"}}
	m, err := NewTfIdf(documents, Vocabulary{Size: 3})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(m.Words, []string{"b", "a", "c"}) || !slices.Equal(m.Kept, []int{0, 1, 4}) {
		t.Fatalf("words %q, kept %v", m.Words, m.Kept)
	}
	b, once := 1+math.Log(6.0/4), 1+math.Log(6.0/2)
	want := mat.NewDense(3, 3, []float64{
		b / math.Hypot(b, 2*once), 2 * once / math.Hypot(b, 2*once), 0,
		b / math.Hypot(b, once), 0, once / math.Hypot(b, once),
		1, 0, 0,
	})
	if got := m.m.dense(); !mat.EqualApprox(got, want, 1e-15) {
		t.Errorf("matrix %v, want %v", mat.Formatted(got), mat.Formatted(want))
	}
	if _, err := NewTfIdf(documents, Vocabulary{MinDocuments: 4}); err == nil {
		t.Error("no word in four documents: no error")
	}
	if _, err := NewTfIdf(documents, Vocabulary{Size: -1}); err == nil {
		t.Error("negative size: no error")
	}
	for _, dim := range []int{0, 4} {
		if _, err := m.Embed(dim, rand.New(rand.NewPCG(1, 0))); err == nil {
			t.Errorf("dim %d: no error", dim)
		}
	}
}

// TestProject compares the truncated decomposition with the whole one of the dense matrix,
// of documents on 20 topics of ten words each with some words from anywhere.
func TestProject(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 0))
	const rows, cols, dim = 300, 200, 12
	m := sparse{cols: cols, start: []int{0}}
	for range rows {
		first := len(m.column)
		topic := min(int(5*rng.ExpFloat64()), 19)
		for _, j := range rng.Perm(10) {
			m.column = append(m.column, 10*topic+j)
			m.value = append(m.value, 3+rng.Float64())
		}
		for _, j := range rng.Perm(cols)[:5] {
			if j/10 != topic {
				m.column, m.value = append(m.column, j), append(m.value, 1)
			}
		}
		m.endRow(first)
	}
	x, err := m.project(dim, rng)
	if err != nil {
		t.Fatal(err)
	}
	var svd mat.SVD
	if !svd.Factorize(m.dense(), mat.SVDThin) {
		t.Fatal("SVD failed")
	}
	sigma := svd.Values(nil)
	var gram mat.Dense
	gram.Mul(x.T(), x)
	for j := range dim {
		if got := math.Sqrt(gram.At(j, j)); math.Abs(got-sigma[j]) > 1e-6*sigma[j] {
			t.Errorf("singular value %d is %v, want %v", j, got, sigma[j])
		}
		for i := range j {
			if math.Abs(gram.At(i, j)) > 1e-12*sigma[0]*sigma[0] {
				t.Errorf("columns %d and %d have the inner product %v", i, j, gram.At(i, j))
			}
		}
	}
}

// TestSeparates embeds documents of two topics: the embedding tells them apart.
func TestSeparates(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 0))
	topics := [][]string{{"good", "great", "fine", "the"}, {"bad", "poor", "awful", "the"}}
	var documents [][]string
	for i := range 100 {
		var document []string
		for range 10 {
			document = append(document, topics[i%2][rng.IntN(4)])
		}
		documents = append(documents, document)
	}
	m, err := NewTfIdf(documents, Vocabulary{})
	if err != nil {
		t.Fatal(err)
	}
	e, err := m.Embed(2, rng)
	if err != nil {
		t.Fatal(err)
	}
	for i := range documents {
		if (e.X.At(i, 1) > 0) != (e.X.At(0, 1) > 0) == (i%2 == 0) {
			t.Fatalf("document %d lies on the wrong side", i)
		}
	}
}
