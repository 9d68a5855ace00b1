package ensemble

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
)

// vector is a slice of numbers in JSON. JSON has no numbers for what is not finite: they
// are the strings "+Inf", "-Inf" and "NaN". All others are read back bit for bit.
type vector []float64

// append appends the encoded vector to out.
func (v vector) append(out []byte) []byte {
	out = append(out, '[')
	for i, x := range v {
		if i > 0 {
			out = append(out, ',')
		}
		if math.IsInf(x, 0) || math.IsNaN(x) {
			out = append(out, '"')
			out = strconv.AppendFloat(out, x, 'g', -1, 64)
			out = append(out, '"')
		} else {
			out = strconv.AppendFloat(out, x, 'g', -1, 64)
		}
	}
	return append(out, ']')
}

func (v vector) MarshalJSON() ([]byte, error) { return v.append(nil), nil }

func (v *vector) UnmarshalJSON(b []byte) error {
	var row []number
	if err := json.Unmarshal(b, &row); err != nil {
		return err
	}
	*v = make(vector, len(row))
	for i, x := range row {
		(*v)[i] = float64(x)
	}
	return nil
}

// MarshalJSON encodes the paths as rows of numbers that are read back bit for bit.
// JSON has no numbers for what is not finite: they are the strings "+Inf", "-Inf" and
// "NaN".
func (p Paths) MarshalJSON() ([]byte, error) {
	out := []byte{'['}
	for i, path := range p {
		if i > 0 {
			out = append(out, ',')
		}
		out = vector(path).append(out)
	}
	return append(out, ']'), nil
}

// UnmarshalJSON decodes what MarshalJSON writes.
func (p *Paths) UnmarshalJSON(b []byte) error {
	var rows []vector
	if err := json.Unmarshal(b, &rows); err != nil {
		return err
	}
	*p = make(Paths, len(rows))
	for i, row := range rows {
		(*p)[i] = row
	}
	return nil
}

// part is a Part in JSON.
type part struct {
	Name    string `json:"name"`
	Text    string `json:"text"`
	Numbers vector `json:"numbers,omitempty"`
	Floor   number `json:"floor,omitempty"`
	Reason  string `json:"reason,omitempty"`
}

// MarshalJSON encodes the part with the numbers as in Paths.
func (p Part) MarshalJSON() ([]byte, error) {
	return json.Marshal(part{p.Name, p.Text, p.Numbers, number(p.Floor), p.Reason})
}

// UnmarshalJSON decodes what MarshalJSON writes.
func (p *Part) UnmarshalJSON(b []byte) error {
	var read part
	if err := json.Unmarshal(b, &read); err != nil {
		return err
	}
	*p = Part{read.Name, read.Text, read.Numbers, float64(read.Floor), read.Reason}
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
			return fmt.Errorf("ensemble: %s is not a number", b)
		}
		*n = number(v)
	}
	return nil
}

// UnmarshalJSON decodes a Band that was encoded by json.Marshal. It returns an error if
// the band is not whole: times, paths or names are missing, paths have another length
// than Times, or a risk is negative.
func (b *Band) UnmarshalJSON(data []byte) error {
	type plain Band // without this method
	var read plain
	if err := json.Unmarshal(data, &read); err != nil {
		return err
	}
	if err := (*Band)(&read).validate(); err != nil {
		return err
	}
	*b = Band(read)
	return nil
}
