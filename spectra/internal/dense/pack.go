package dense

// A micro-tile of the product has mr rows and nr columns. Operands are packed into panels
// that the micro-kernel reads from front to back. A panel holds mr interleaved rows of the
// left operand, or nr interleaved columns of the right operand. The last panel is filled up
// with zeros.
const (
	mr = 4
	nr = 12
)

// operand is a matrix whose entry (i, j) is at data[i*stride+j], or, transposed,
// at data[j*stride+i].
type operand struct {
	data       []float64
	stride     int
	transposed bool
}

// packColumns writes rows [k0, k0+k) of columns [j0, j0+n), n ≤ nr, as one panel
// of nr columns into dst.
func (o operand) packColumns(dst []float64, k0, k, j0, n int) {
	dst = dst[:k*nr]
	if n < nr {
		clear(dst)
	}
	switch {
	case o.transposed:
		for j := range n {
			column := o.data[(j0+j)*o.stride+k0:]
			for i, v := range column[:k] {
				dst[i*nr+j] = v
			}
		}
	case n == nr:
		for i := range k {
			*(*[nr]float64)(dst[i*nr:]) = *(*[nr]float64)(o.data[(k0+i)*o.stride+j0:])
		}
	default:
		for i := range k {
			copy(dst[i*nr:], o.data[(k0+i)*o.stride+j0:][:n])
		}
	}
}

// packRows writes columns [k0, k0+k) of rows [i0, i0+m) into dst as panels of mr
// rows.
func (o operand) packRows(dst []float64, i0, m, k0, k int) {
	for ; m > 0; i0, m, dst = i0+mr, m-mr, dst[k*mr:] {
		n := min(m, mr)
		panel := dst[:k*mr]
		switch {
		case o.transposed && n == mr:
			for i := range k {
				from := (*[mr]float64)(o.data[(k0+i)*o.stride+i0:])
				*(*[mr]float64)(panel[i*mr:]) = *from
			}
		case o.transposed:
			for i := range k {
				row := panel[i*mr:][:mr]
				clear(row[copy(row, o.data[(k0+i)*o.stride+i0:][:n]):])
			}
		case n == mr:
			at := i0*o.stride + k0
			r0 := o.data[at:][:k]
			r1 := o.data[at+o.stride:][:k]
			r2 := o.data[at+2*o.stride:][:k]
			r3 := o.data[at+3*o.stride:][:k]
			for i := range r0 {
				*(*[mr]float64)(panel[i*mr:]) = [mr]float64{r0[i], r1[i], r2[i], r3[i]}
			}
		default:
			clear(panel)
			for j := range n {
				for i, v := range o.data[(i0+j)*o.stride+k0:][:k] {
					panel[i*mr+j] = v
				}
			}
		}
	}
}
