package odes

import "github.com/riskcurves/riskcurves/odes/internal/collocation"

// Short names of what the equations of the modes take of collocation.
const nodes = collocation.Nodes

type series = collocation.Series

var (
	lobatto       = collocation.Lobatto
	integrate     = collocation.Integrate
	differentiate = collocation.Differentiate
	gauss         = collocation.Gauss
)

func newLagrange(points *[nodes]float64) *collocation.Lagrange {
	return collocation.NewLagrange(points)
}

func interpolate(values *[nodes]float64) series { return collocation.Interpolate(values) }

func legendreValues(y float64) [nodes]float64 { return collocation.LegendreValues(y) }

func decayMoments(m *[nodes]float64, z, decay float64) { collocation.DecayMoments(m, z, decay) }

func expNegative(x float64) float64 { return collocation.ExpNegative(x) }
