package main

import (
	"strings"
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program"
	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
)

func TestClaims(t *testing.T) {
	for _, c := range programtest.Claims(t, about, draw).Claims {
		if strings.HasPrefix(c.What, "riskcurves-b") && strings.Contains(c.What, "SGD on vanillaODE") {
			t.Error("SGD under Cauchy noise")
		}
	}
}

func TestPanel(t *testing.T) {
	r := program.Test(about, true, t.TempDir(), t.Output())
	r.Dim, r.Runs = 16, 2
	for _, c := range []struct {
		law  string
		eta  float64
		says string
	}{{"gauss", 1, "gauss"}, {"normal:1", -1, "-1"}, {"normal:1", 0, "0"}} {
		if err := panel(t.Context(), r, "bad", "bad", c.law, c.eta); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%+v: %v", c, err)
		}
	}
}
