package odes

import "context"

// leg is one step of a solution, with all that gives the modes at every time in it.
type leg struct {
	start, size, stop float64
	end               float64 // the schedule's values from here on belong to a later piece
	still             bool    // the risk is 0 at its start, and it only leaves that

	modes         []float64 // r_i at the start
	clock, decay  [nodes]float64
	input, ratio  [][nodes]float64 // b_n and b_n/a
	rising        series           // a
	risk, descent series
}

// record solves the system, whose modes are compressed already, and returns its steps.
func (s *System) record(ctx context.Context, horizon float64, stats *Stats) ([]leg, error) {
	var legs []leg
	err := s.march(ctx, horizon, stats, func(p *piece) bool {
		l := leg{start: p.start, size: p.size, stop: p.stop, risk: p.risk, descent: p.descent}
		if p.step == nil {
			l.still = true
			legs = append(legs, l)
			return true
		}
		l.end = p.end
		l.modes = append(l.modes, p.modes...)
		l.clock = p.clock
		l.input = make([][nodes]float64, len(s.Limit.Noise))
		l.ratio = make([][nodes]float64, len(s.Limit.Noise))
		for k := range p.coef {
			l.decay[k] = p.coef[k].decay
			for n := range l.input {
				l.input[n][k], l.ratio[n][k] = p.coef[k].input[n], p.coef[k].ratio[n]
			}
		}
		l.rising = interpolate(&l.decay)
		legs = append(legs, l)
		return true
	})
	return legs, err
}

// position returns the risk and the descent at the part x of the leg.
func (l *leg) position(x float64) position {
	return position{risk: max(l.risk.At(x), minRisk), descent: max(l.descent.At(x), 0)}
}

// time returns the time at the part x of the leg, before the schedule's next piece.
func (l *leg) time(x float64) float64 { return min(l.start+x*l.size, l.end) }

// clockAt returns the integral of a from the start to the part x of the leg.
func (l *leg) clockAt(x float64) float64 {
	sum := 0.0
	for g, u := range gauss.Point {
		sum += gauss.Project[g][0] * l.rising.At(x*u)
	}
	return sum * x * l.size
}

// evenly is the Lagrange basis of the nodes in time.
var evenly = newLagrange(&lobatto)

// modesAt stores the modes of the system at the part x of the leg in dst. It follows
// step.commit, which does so for the end of the step.
//
// growth[i] holds e^{2λ_i A} at the nodes, of modes that hardly decay.
func (l *leg) modesAt(dst []float64, s *System, growth [][nodes]float64, x float64) {
	total, now := l.clock[nodes-1], l.clockAt(x)
	drive := make([][nodes]float64, len(l.ratio))
	if total > 0 {
		sigma := l.clock
		for k := range sigma {
			sigma[k] /= total
		}
		projected := newLagrange(&sigma).Legendre(now / total)
		for n := range drive {
			for p := range nodes {
				for k := range nodes {
					drive[n][p] += now * projected[p][k] * l.ratio[n][k]
				}
			}
		}
	}
	integral := evenly.Legendre(x)[0]
	var m [nodes]float64
	for i, lambda := range s.Modes.Lambda {
		rate := 2 * lambda
		left := expNegative(rate * max(now, 0))
		r := l.modes[i] * left
		driven := rate*total >= slow
		if driven {
			decayMoments(&m, rate*max(now, 0), left)
		}
		for n, c := range s.Modes.Weights {
			if c[i] == 0 {
				continue
			}
			forced := 0.0
			if driven {
				for p, v := range m {
					forced += drive[n][p] * v
				}
			} else {
				for k, w := range integral {
					forced += w * growth[i][k] * l.input[n][k]
				}
				forced *= x * l.size * left
			}
			r += c[i] * forced
		}
		dst[i] = max(r, 0)
	}
}

// grow stores in growth what modesAt needs.
func (l *leg) grow(growth [][nodes]float64, s *System) {
	total := l.clock[nodes-1]
	for i, lambda := range s.Modes.Lambda {
		rate := 2 * lambda
		if rate*total >= slow {
			continue
		}
		for k, a := range l.clock {
			growth[i][k] = 1 / expNegative(rate*max(a, 0))
		}
	}
}
