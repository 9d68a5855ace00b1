package ensemble

import (
	"fmt"
	"math"
	"reflect"
	"strconv"
)

// Part is a named part of a Description: an optimizer, a schedule, a setting.
type Part struct {
	Name string `json:"name"`

	// Text says what the part is. Texts are compared exactly. An empty Text says that
	// the part has no description; runs with such a part can be neither resumed nor
	// merged.
	Text string `json:"text"`

	// Numbers are compared up to a relative difference of 1e-9, since processors differ
	// in how they round.
	Numbers []float64 `json:"numbers,omitempty"`
}

// Description says what an ensemble is, part by part in a fixed order.
type Description []Part

// Describe returns the part with the given name for a value.
//
// If v has the method Describe() string, the text is what that returns; a type with
// such a method inside an embedded field should have its own. Else v must be a plain
// value: a number, a string or a bool, or a slice, an array, a struct or an interface of
// plain values. It is written out with the names of its types, and with all digits.
// More than 16 numbers in a slice are put into Numbers, as in Digest. A function,
// pointer, map or channel that is not nil makes a part with the empty text.
func Describe(name string, v any) Part {
	w := &writer{}
	if !w.dynamic(reflect.ValueOf(v), 0) {
		return Part{Name: name}
	}
	return Part{Name: name, Text: string(w.text), Numbers: w.numbers}
}

// Digest returns a part with the given text and a few numbers that identify the vector
// x: its length and three sums, of |x_i| and of |x_i| with x_i weighted by sines and
// cosines. No terms cancel, so that rounding changes the sums by no more than it changes
// x. A change of one entry is seen if it exceeds 1e-9 of Σ|x_i|.
func Digest(name, text string, x []float64) Part {
	return Part{Name: name, Text: text, Numbers: digest(nil, x)}
}

// digest appends the numbers of Digest to dst.
func digest(dst, x []float64) []float64 {
	var size, a, b float64
	for i, v := range x {
		sin, cos := math.Sincos(float64(i + 1))
		size += math.Abs(v)
		a += 2*math.Abs(v) + v*sin
		b += 2*math.Abs(v) + v*cos
	}
	return append(dst, float64(len(x)), size, a, b)
}

// writer writes plain values out.
type writer struct {
	text    []byte
	numbers []float64
}

const (
	longest = 16 // numbers of a slice that are written out
	deepest = 64 // values in each other; more may be a circle
)

func (w *writer) add(s string) { w.text = append(w.text, s...) }

// dynamic writes the type of a value and the value, and reports whether it is plain.
func (w *writer) dynamic(v reflect.Value, depth int) bool {
	if !v.IsValid() {
		w.add("nil")
		return true
	}
	start := len(w.text)
	w.add(v.Type().String())
	switch v.Kind() {
	case reflect.Struct, reflect.Slice, reflect.Array, reflect.Interface:
		if described, plain := w.described(v, start); described {
			return plain
		}
		return w.value(v, depth)
	}
	if described, plain := w.described(v, start); described {
		return plain
	}
	w.add("(")
	plain := w.value(v, depth)
	w.add(")")
	return plain
}

// described writes what the method Describe of a value returns in place of the text from
// start on. It reports whether there is such a method and whether the text is not empty.
func (w *writer) described(v reflect.Value, start int) (described, plain bool) {
	if !v.CanInterface() || null(v) {
		return false, false
	}
	d, ok := v.Interface().(interface{ Describe() string })
	if !ok {
		return false, false
	}
	text := d.Describe()
	w.text = append(w.text[:start], text...)
	return true, text != ""
}

// null reports whether a value is nil.
func null(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Func, reflect.Pointer, reflect.Map, reflect.Chan, reflect.UnsafePointer, reflect.Slice, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// value writes a value of a known type, and reports whether it is plain.
func (w *writer) value(v reflect.Value, depth int) bool {
	if depth > deepest {
		return false
	}
	if null(v) {
		w.add("nil")
		return true
	}
	if described, plain := w.described(v, len(w.text)); described {
		return plain
	}
	switch v.Kind() {
	case reflect.Bool:
		w.text = strconv.AppendBool(w.text, v.Bool())
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		w.text = strconv.AppendInt(w.text, v.Int(), 10)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		w.text = strconv.AppendUint(w.text, v.Uint(), 10)
	case reflect.Float32, reflect.Float64:
		w.text = strconv.AppendFloat(w.text, v.Float(), 'g', -1, 64)
	case reflect.Complex64, reflect.Complex128:
		w.add(strconv.FormatComplex(v.Complex(), 'g', -1, 128))
	case reflect.String:
		w.text = strconv.AppendQuote(w.text, v.String())
	case reflect.Slice, reflect.Array:
		return w.list(v, depth)
	case reflect.Struct:
		w.add("{")
		for i := range v.NumField() {
			if i > 0 {
				w.add(" ")
			}
			w.add(v.Type().Field(i).Name)
			w.add(":")
			if !w.value(v.Field(i), depth+1) {
				return false
			}
		}
		w.add("}")
	case reflect.Interface:
		return w.dynamic(v.Elem(), depth+1)
	default:
		return false
	}
	return true
}

// list writes a slice or an array.
func (w *writer) list(v reflect.Value, depth int) bool {
	if v.Len() > longest {
		if x, ok := numbers(v); ok {
			w.add(fmt.Sprintf("[%d numbers]", len(x)))
			w.numbers = digest(w.numbers, x)
			return true
		}
	}
	w.add("[")
	for i := range v.Len() {
		if i > 0 {
			w.add(" ")
		}
		if !w.value(v.Index(i), depth+1) {
			return false
		}
	}
	w.add("]")
	return true
}

// numbers returns the numbers of a slice or an array of such.
func numbers(v reflect.Value) (x []float64, ok bool) {
	number := reflect.TypeFor[float64]()
	if kind := v.Type().Elem().Kind(); kind < reflect.Int || kind > reflect.Float64 {
		return nil, false
	}
	x = make([]float64, v.Len())
	for i := range x {
		x[i] = v.Index(i).Convert(number).Float()
	}
	return x, true
}
