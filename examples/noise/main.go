// Noise makes Figures 2 and 3 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): the table of the noise compression φ, and the curves of ψ. They
// tell where the law of the label noise slows signSGD (ψ < 1), speeds it (ψ > 1) and
// makes it win at the best learning rates (ψ > π/2).
package main

import (
	"context"
	"fmt"
	"math"

	"gonum.org/v1/gonum/floats"

	"github.com/riskcurves/riskcurves/examples/internal/chart"
	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/noise"
)

var about = program.About{
	Name: "noise",
	Text: "Noise makes Figures 2 and 3: the noise compression φ and ψ of several laws.\n" +
		"Its runs are the draws, in thousands, with which it checks the values of φ.",
	Runs: program.Default{Full: 400, Quick: 50},
}

func main() { program.Main(about, draw) }

func draw(_ context.Context, r *program.Run) error {
	table, err := values()
	if err != nil {
		return err
	}
	r.Print("φ(R) and ψ(R) of several laws", table, 1)
	if err := r.Save("phi", nil, table); err != nil {
		return err
	}
	// The risks are in units of the variance of the noise, which is 1 throughout.
	risks := floats.LogSpan(make([]float64, 400), 1e-3, 1e2)
	for _, p := range panels {
		if err := p.draw(r, risks); err != nil {
			return err
		}
	}
	r.Claim(sampled(1000*r.Runs, r.Seed)...)
	r.Claim(bounds(risks)...)
	return nil
}

// values returns the table of φ and ψ.
func values() (*program.Table, error) {
	risks := []float64{0.01, 0.1, 1, 10}
	t := &program.Table{Head: "law"}
	for _, risk := range risks {
		t.Names = append(t.Names, fmt.Sprintf("φ(%g)", risk))
	}
	for _, risk := range risks {
		t.Names = append(t.Names, fmt.Sprintf("ψ(%g)", risk))
	}
	for _, l := range laws {
		if err := noise.Validate(l.law); err != nil {
			return nil, err
		}
		var phi, psi []float64
		for _, risk := range risks {
			v, _ := l.law.Phi(risk)
			phi, psi = append(phi, v), append(psi, noise.Psi(l.law, risk))
		}
		t.AddRow(fmt.Sprintf("%s: (π/2) φ(R) = %s", l.name, l.formula), append(phi, psi...)...)
	}
	return t, nil
}

// draw draws ψ(R) of every law of the panel with the thresholds 1 and π/2.
func (p panel) draw(r *program.Run, risks []float64) error {
	c := &chart.Chart{Title: p.title, X: "risk R  (units of v²)", Y: "ψ(R)", LogX: true}
	table := new(program.Table)
	table.Add("R", risks)
	for _, k := range p.curves {
		psi := make([]float64, len(risks))
		for i, risk := range risks {
			psi[i] = noise.Psi(k.law, risk)
		}
		c.Line(k.name, risks, psi, k.colour, k.dashes)
		table.Add(k.name, psi)
	}
	ends := []float64{risks[0], risks[len(risks)-1]}
	c.Line("ψ = π/2", ends, []float64{math.Pi / 2, math.Pi / 2}, chart.Black, chart.Dotted)
	c.Line("ψ = 1", ends, []float64{1, 1}, chart.Black, chart.Dashed)
	return r.Save(p.file, c, table)
}
