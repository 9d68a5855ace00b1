// Beam computes the sweep of examples/sweep as a pipeline of Apache Beam:
//
//	go run . -spec ../example.json -out /tmp/sweep
//
// It runs in process on Prism, and on Flink, Spark or Dataflow with the flags of Beam, such
// as -runner flink -endpoint localhost:8099. The folder must then be one that all workers
// see. In the end it holds the journal and the results that examples/sweep would write.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/register"
	"github.com/apache/beam/sdks/v2/go/pkg/beam/x/beamx"

	"github.com/riskcurves/riskcurves/examples/sweep/plan"
)

func init() {
	register.DoFn3x1[context.Context, int, func(string), error](&computePoint{})
	register.DoFn3x1[context.Context, int, func(*string) bool, error](&writeResults{})
	register.Emitter1[string]()
	register.Iter1[string]()
}

func main() {
	file := flag.String("spec", "", "`file` of the specification")
	folder := flag.String("out", "", "`folder` of the results")
	flag.Parse()
	beam.Init()
	if err := run(context.Background(), *file, *folder); err != nil {
		fmt.Fprintln(os.Stderr, "beam:", err)
		var specification *plan.Error
		if errors.As(err, &specification) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// run runs the pipeline.
func run(ctx context.Context, file, folder string) error {
	if file == "" || folder == "" {
		return errors.New("-spec and -out are needed")
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	spec, err := plan.Parse(file, text)
	if err != nil {
		return err
	}
	units := make([]int, spec.Points)
	for i := range units {
		units[i] = i
	}
	task := task{File: file, Text: string(text), Folder: folder}
	p, scope := beam.NewPipelineWithRoot()
	points := beam.Reshuffle(scope, beam.CreateList(scope, units))
	records := beam.ParDo(scope, &computePoint{Task: task}, points)
	beam.ParDo0(scope, &writeResults{Task: task}, beam.GroupByKey(scope, beam.AddFixedKey(scope, records)))
	return beamx.Run(ctx, p)
}
