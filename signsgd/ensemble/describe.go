package ensemble

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
)

// Part is a named part of a Description: an optimizer, a schedule, a setting.
type Part struct {
	Name string `json:"name"`

	// Text says what the part is. Texts are compared exactly. A # stands for a number
	// of Numbers, in their order. An empty Text says that the part has no description;
	// runs with such a part can be neither resumed nor merged.
	Text string `json:"text"`

	// Numbers are compared up to a relative difference of 1e-9, since processors differ
	// in how they round.
	Numbers []float64 `json:"numbers,omitempty"`

	// Floor is a difference of Numbers that counts as none, however small they are. It
	// is for values in which larger terms may cancel. The default is 0.
	Floor float64 `json:"floor,omitempty"`

	// Reason says what to do about an empty Text, such as "set Greedy.Name". Reasons are
	// not compared.
	Reason string `json:"reason,omitempty"`
}

// Describer is a value that says what it is, for the descriptions of ensembles.
type Describer interface {
	// Describe returns a text that is the same for values which are the same, and for no
	// others. It returns "" if it has none.
	Describe() string
}

// placeholder stands for a number in the text of a Part.
const placeholder = "#"

// Description says what an ensemble is, part by part in a fixed order.
type Description []Part

// Describe returns the part with the given name for a value.
//
// If v is a Describer, the text is what its Describe returns; a type with such a method
// inside an embedded field should have its own. Else v must be a plain value: a number, a
// string or a bool, or a slice, an array, a struct or an interface of plain values. It is
// written out with the names of its types. Floating-point numbers, also those in the text
// of a Describer, are put into Numbers. More than 16 numbers in a slice are put there as
// in Digest.
//
// A function, pointer, map or channel that is not nil, and a Describer that returns "" or
// panics, make a part with the empty text and with a Reason.
func Describe(name string, v any) (part Part) {
	defer func() {
		if value := recover(); value != nil {
			part = Part{Name: name, Reason: fmt.Sprintf("the description of a %T panics: %v", v, value)}
		}
	}()
	w := &writer{}
	if !w.dynamic(reflect.ValueOf(v), 0) {
		if w.reason == "" {
			w.reason = wanting(reflect.TypeOf(v))
		}
		return Part{Name: name, Reason: w.reason}
	}
	return Part{Name: name, Text: string(w.text), Numbers: w.numbers}
}

// wanting returns the reason of a type that is not plain.
func wanting(t reflect.Type) string {
	return fmt.Sprintf("give %v the method Describe() string, or embed it in a type that has the method", t)
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
	reason  string // once a value was not plain
}

const (
	longest = 16 // numbers of a slice that are written out
	deepest = 64 // values in each other; more may be a circle
)

func (w *writer) add(s string) { w.text = append(w.text, s...) }

// number writes a number.
func (w *writer) number(x float64) {
	w.add(placeholder)
	w.numbers = append(w.numbers, x)
}

// token finds quoted strings, numbers and words.
var token = regexp.MustCompile(`"(\\.|[^"\\])*"|[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?[\pL\pN_.]*|[\pL\pN_.#]+`)

// digits is the length of the longest integer that a comparison of numbers tells from the
// next.
const digits = 9

// words writes the text of a Describer, with its numbers as numbers. Quoted strings,
// words with digits in them and long integers stay in the text.
func (w *writer) words(text string) {
	last := 0
	for _, at := range token.FindAllStringIndex(text, -1) {
		word := text[at[0]:at[1]]
		x, err := strconv.ParseFloat(word, 64)
		if err != nil || !strings.ContainsAny(word[len(word)-1:], "0123456789") || strings.ContainsAny(word, "xX") ||
			!strings.ContainsAny(word, ".eE") && len(word) > digits {
			continue
		}
		w.add(text[last:at[0]])
		w.number(x)
		last = at[1]
	}
	w.add(text[last:])
}

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
	d, ok := v.Interface().(Describer)
	if !ok {
		return false, false
	}
	text := d.Describe()
	w.text = w.text[:start]
	w.words(text)
	if text == "" {
		w.explain(v)
	}
	return true, text != ""
}

// explain says why a Describer has no description: it lacks a Name.
func (w *writer) explain(v reflect.Value) {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	v = reflect.Indirect(v)
	if w.reason != "" {
		return
	}
	w.reason = fmt.Sprintf("the method Describe of %v returns no text", v.Type())
	if v.Kind() == reflect.Struct {
		if name := v.FieldByName("Name"); name.IsValid() && name.Kind() == reflect.String && name.Len() == 0 {
			w.reason = fmt.Sprintf("set %s.Name", v.Type().Name())
		}
	}
}

// null reports whether a value is nil.
func null(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Func, reflect.Pointer, reflect.Map, reflect.Chan, reflect.UnsafePointer, reflect.Slice, reflect.Interface:
		return v.IsNil()
	}
	return false
}

// value writes a value of a known type, and reports whether it is plain. If it is not,
// the reason names the innermost type that has a name.
func (w *writer) value(v reflect.Value, depth int) bool {
	plain := w.contents(v, depth)
	if !plain && w.reason == "" && v.IsValid() && v.Type().Name() != "" && v.Kind() != reflect.Interface {
		w.reason = wanting(v.Type())
	}
	return plain
}

func (w *writer) contents(v reflect.Value, depth int) bool {
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
		w.number(v.Float())
	case reflect.Complex64, reflect.Complex128:
		w.number(real(v.Complex()))
		w.add(" + ")
		w.number(imag(v.Complex()))
		w.add("i")
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
			w.add(fmt.Sprintf("[%d numbers: # # # #]", len(x)))
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
