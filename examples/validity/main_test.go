package main

import (
	"testing"

	"github.com/riskcurves/riskcurves/examples/internal/program/programtest"
)

func TestClaims(t *testing.T) { programtest.Claims(t, about, draw) }
