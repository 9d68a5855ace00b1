package march

import "github.com/riskcurves/riskcurves/odes/internal/collocation"

// Segment is the risk over one step.
type Segment struct {
	Start, Size float64
	Stop        float64 // Start + Size, up to rounding
	Risk        collocation.Series
}

// At returns the risk at time t of the segment.
func (s *Segment) At(t float64) float64 { return max(s.Risk.At((t-s.Start)/s.Size), 0) }

// Piece is the solution over one step.
type Piece struct {
	Segment
	Clock   float64 // ∫ηh over it, 0 where the risk only leaves 0
	Descent collocation.Series

	Known          bool // whether Descent is, which schedules ask for
	Preconditioned bool // the basis of Descent

	step *step // coefficients and clock at the nodes; nil where the risk only leaves 0
}

// Position returns the risk at time t and the descent, if that is known.
func (p *Piece) Position(t float64) Position {
	at := Position{R: p.At(t), Preconditioned: p.Preconditioned}
	if p.Known {
		at.Q = max(p.Descent.At((t-p.Start)/p.Size), 0)
	}
	return at
}

// Stats says what a solution took.
type Stats struct {
	Steps    int // steps accepted
	Rejected int // steps tried again with a smaller size
	Passes   int // passes over the modes
}
