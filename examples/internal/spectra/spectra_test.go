package spectra

import (
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/riskcurves/riskcurves/spectra"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 2)) }

// TestPowerLaw checks the claim of Figure 4: K_σ has the exponent of K.
func TestPowerLaw(t *testing.T) {
	lambda, err := spectra.PowerLaw(500, 1)
	if err != nil {
		t.Fatal(err)
	}
	k, err := spectra.NewRotated(lambda, newRand(1))
	if err != nil {
		t.Fatal(err)
	}
	p, err := New("test", k)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := p.Fit(p.K)
	b, _ := p.Fit(p.KSigma)
	if math.Abs(a-1) > 1e-9 {
		t.Errorf("exponent of K is %v, want 1", a)
	}
	if math.Abs(b-a) > 0.15 {
		t.Errorf("exponent of K_σ is %v, of K %v", b, a)
	}
}

// TestCases checks Section 4.3: K̄ helps without the random basis, not with it.
func TestCases(t *testing.T) {
	cases, err := Cases(120, newRand(2))
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cases {
		k := c.Condition
		gain := k.NumberK() / k.NumberKbar()
		if i%2 == 0 && (gain < 10 || k.Verdict() != spectra.FavoursSignSGD) {
			t.Errorf("%s: the condition number only fell by %v; favours %v", c.Name, gain, k.Verdict())
		}
		if i%2 == 1 && math.Abs(math.Log(gain)) > math.Log(2) {
			t.Errorf("%s: the condition number changed by %v", c.Name, gain)
		}
	}
}

func TestCounterexample(t *testing.T) {
	k, c, err := Counterexample(newRand(3))
	if err != nil {
		t.Fatal(err)
	}
	if again, err := spectra.Conditioning(k); err != nil || again != c || !(c.NumberKbar() > 1.05*c.NumberK()) {
		t.Errorf("condition numbers %v of K, %v of K̄; %v", c.NumberK(), c.NumberKbar(), err)
	}
}

// TestImages checks the power law of image data, where there are some.
func TestImages(t *testing.T) {
	folder := os.Getenv("RISKCURVES_DATA")
	if folder == "" {
		t.Skip("RISKCURVES_DATA is not set")
	}
	path := filepath.Join(folder, "mnist", "t10k-images-idx3-ubyte.gz")
	if _, err := os.Stat(path); err != nil {
		t.Skip(err)
	}
	images, err := ReadImages(path, 3000)
	if err != nil {
		t.Fatal(err)
	}
	k, err := Features(images, 200, newRand(4))
	if err != nil {
		t.Fatal(err)
	}
	p, err := New("test", k)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := p.Fit(p.K)
	b, _ := p.Fit(p.KSigma)
	if a < 0.5 || math.Abs(a-b) > 0.3 {
		t.Errorf("exponents %v of K, %v of K_σ", a, b)
	}
}
