package signsgd

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// MarshalJSON encodes the paths as rows of numbers that are read back bit for bit.
// JSON has no numbers for what is not finite: they are the strings "+Inf", "-Inf" and
// "NaN".
func (p Paths) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	for i, path := range p {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, '[')
		for j, v := range path {
			if j > 0 {
				out = append(out, ',')
			}
			if math.IsInf(v, 0) || math.IsNaN(v) {
				out = append(out, '"')
				out = strconv.AppendFloat(out, v, 'g', -1, 64)
				out = append(out, '"')
			} else {
				out = strconv.AppendFloat(out, v, 'g', -1, 64)
			}
		}
		out = append(out, ']')
	}
	return append(out, ']'), nil
}

// UnmarshalJSON decodes what MarshalJSON writes.
func (p *Paths) UnmarshalJSON(b []byte) error {
	var rows [][]number
	if err := json.Unmarshal(b, &rows); err != nil {
		return err
	}
	*p = make(Paths, len(rows))
	for i, row := range rows {
		(*p)[i] = make([]float64, len(row))
		for j, v := range row {
			(*p)[i][j] = float64(v)
		}
	}
	return nil
}

// number is a float64 that is read from a JSON number, or a string if it is not finite.
type number float64

func (n *number) UnmarshalJSON(b []byte) error {
	switch string(b) {
	case `"+Inf"`:
		*n = number(math.Inf(1))
	case `"-Inf"`:
		*n = number(math.Inf(-1))
	case `"NaN"`:
		*n = number(math.NaN())
	default:
		v, err := strconv.ParseFloat(string(b), 64)
		if err != nil {
			return fmt.Errorf("signsgd: %s is not a number", b)
		}
		*n = number(v)
	}
	return nil
}

// UnmarshalJSON decodes a Band that was encoded by json.Marshal. It is an error if
// paths are missing or have another length than Times.
func (b *Band) UnmarshalJSON(data []byte) error {
	type plain Band // without this method
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if err := (*Band)(&read).validate(); err != nil {
		return fmt.Errorf("signsgd: %w", err)
	}
	*b = Band(read)
	return nil
}
