// Spectra reproduces Figure 4 of "Exact risk curves of signSGD in high dimensions"
// (arXiv:2411.12135): the spectra of K and of K_σ, with fitted power laws, for a
// power-law K in a random basis and, with -images, for random features of image
// data. It prints when diagonal preconditioning helps (Section 4.3) and a 3×3
// covariance that it makes worse (Appendix H). It writes a PNG, an SVG and a CSV
// file for each panel.
package main

import (
	"github.com/riskcurves/riskcurves/examples/internal/figure"
	"github.com/riskcurves/riskcurves/examples/internal/spectra"
)

func main() { figure.Main(spectra.Figure()) }
