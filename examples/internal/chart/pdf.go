package chart

import (
	"image/color"

	xfont "golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/vgpdf"
)

// outlined is a PDF canvas that draws text as the outlines of its characters, since package
// vgpdf has no Greek letters.
type outlined struct{ *vgpdf.Canvas }

// SetColor sets the colour. vgpdf takes the red, green and blue of a transparent colour as
// they come, and package color gives them multiplied by the opacity: without this, bands
// are grey.
func (o outlined) SetColor(c color.Color) {
	if transparent, ok := c.(color.NRGBA); ok {
		c = straight(transparent)
	}
	o.Canvas.SetColor(c)
}

// straight is a colour whose red, green and blue are not multiplied by its opacity.
type straight color.NRGBA

func (c straight) RGBA() (r, g, b, a uint32) {
	return uint32(c.R) * 0x101, uint32(c.G) * 0x101, uint32(c.B) * 0x101, uint32(c.A) * 0x101
}

// FillString draws the text.
func (o outlined) FillString(f font.Face, at vg.Point, text string) {
	const em = 1024
	scale := f.Font.Size / em / 64
	var buffer sfnt.Buffer
	for _, r := range text {
		glyph, err := f.Face.GlyphIndex(&buffer, r)
		if err != nil {
			panic(err) // writable has looked for it
		}
		segments, err := f.Face.LoadGlyph(&buffer, glyph, fixed.I(em), nil)
		if err != nil {
			panic(err)
		}
		point := func(p fixed.Point26_6) vg.Point {
			return vg.Point{X: at.X + scale*vg.Length(p.X), Y: at.Y - scale*vg.Length(p.Y)}
		}
		var path vg.Path
		for _, s := range segments {
			switch s.Op {
			case sfnt.SegmentOpMoveTo:
				if path != nil {
					path.Close()
				}
				path.Move(point(s.Args[0]))
			case sfnt.SegmentOpLineTo:
				path.Line(point(s.Args[0]))
			case sfnt.SegmentOpQuadTo:
				path.QuadTo(point(s.Args[0]), point(s.Args[1]))
			case sfnt.SegmentOpCubeTo:
				path.CubeTo(point(s.Args[0]), point(s.Args[1]), point(s.Args[2]))
			}
		}
		if path != nil {
			path.Close()
			o.Fill(path)
		}
		advance, err := f.Face.GlyphAdvance(&buffer, glyph, fixed.I(em), xfont.HintingNone)
		if err != nil {
			panic(err)
		}
		at.X += scale * vg.Length(advance)
	}
}
