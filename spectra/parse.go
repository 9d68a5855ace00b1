package spectra

import (
	"fmt"
	"strconv"
	"strings"
)

// EigenvalueGrammar says which words ParseEigenvalues understands.
const EigenvalueGrammar = "isotropic, log:LO,HI, power:ALPHA, grid:LO,HI,POWER or marchenkopastur:RATIO"

// ParseEigenvalues returns the d eigenvalues that a word stands for: ones for isotropic,
// and those of LogSpaced, PowerLaw, GridPower and MarchenkoPastur for words like
// log:0.01,1, power:1.2, grid:0.1,1,3 and marchenkopastur:0.5. The order is that of the
// function.
func ParseEigenvalues(word string, d int) ([]float64, error) {
	kind, numbers, err := splitWord(word)
	if err != nil {
		return nil, fmt.Errorf("spectra: eigenvalues %q: %w", word, err)
	}
	switch p := numbers; {
	case kind == "isotropic" && len(p) == 0:
		return PowerLaw(d, 0)
	case kind == "log" && len(p) == 2:
		return LogSpaced(d, p[0], p[1])
	case kind == "power" && len(p) == 1:
		return PowerLaw(d, p[0])
	case kind == "grid" && len(p) == 3:
		return GridPower(d, p[0], p[1], p[2])
	case kind == "marchenkopastur" && len(p) == 1:
		return MarchenkoPastur(d, p[0])
	}
	return nil, fmt.Errorf("spectra: eigenvalues %q: must be %s", word, EigenvalueGrammar)
}

// splitWord cuts kind:1,2 into its kind and its numbers.
func splitWord(word string) (kind string, numbers []float64, err error) {
	kind, list, some := strings.Cut(word, ":")
	if !some {
		return kind, nil, nil
	}
	for field := range strings.SplitSeq(list, ",") {
		x, err := strconv.ParseFloat(field, 64)
		if err != nil {
			return "", nil, fmt.Errorf("%q is not a number", field)
		}
		numbers = append(numbers, x)
	}
	return kind, numbers, nil
}
