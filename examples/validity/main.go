package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"time"
)

func main() {
	n, _ := strconv.Atoi(os.Args[1])
	from, _ := strconv.Atoi(os.Args[2])
	budget, _ := strconv.ParseFloat(os.Args[3], 64)
	enc := json.NewEncoder(os.Stdout)
	for i := from; i < n; i++ {
		start := time.Now()
		t, err := newTrial(1, i)
		if err != nil {
			fmt.Fprintln(os.Stderr, i, "draw", err)
			continue
		}
		drawn := time.Since(start)
		g, err := t.measure(context.Background(), 1, 0.015, 4000, time.Duration(budget*1e9))
		if err != nil {
			fmt.Fprintln(os.Stderr, i, t, err)
			continue
		}
		v, e := g.largest()
		fmt.Fprintf(os.Stderr, "%d %v T=%.3g runs %d gap %.3f ± %.3f spread %.2f drawn %.1fs took %.1fs\n", i, t, t.horizon, g.runs, v, e, g.spread, drawn.Seconds(), time.Since(start).Seconds())
		enc.Encode(map[string]any{"i": i, "times": g.times, "mean": g.mean, "se": g.stdErr, "curve": g.curve, "runs": g.runs, "spread": g.spread})
	}
}
