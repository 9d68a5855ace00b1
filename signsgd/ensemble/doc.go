// Package ensemble makes many independent runs and keeps what they record. It knows nothing
// of what runs: a run is a Walk, which advances to a time and then says its risk.
// Simulations of optimizers and paths of SDEs are walks.
//
// Gather makes Settings.Runs walks on all cores and returns a Band, which holds the risk
// and the observers of every run at every time. Means, standard errors and quantiles are
// methods of its Paths, and Summary returns those that a figure draws. A run whose risk is
// no longer finite counts as +Inf from then on; Paths.Diverged counts such runs.
//
// # Reproducibility
//
// Run i draws its random numbers from NewRand(seed, i, stream). The result therefore
// depends neither on the number of cores, nor on which run is made first, nor on how the
// runs are divided. A large ensemble can be made in shards, on several machines, by setting
// Settings.First, and Merge puts them together. An ensemble that was cancelled returns the
// runs that were complete. Save writes them to a file, and what ReadBand reads from it is the
// Settings.Resume of a later call, which makes the others. Both give, bit for bit, the Band
// of one call, given the same binary and processor.
//
// # Descriptions
//
// Bands of different ensembles must not be mixed. A Band therefore carries a Description,
// which says part by part what the ensemble is: the problem, the optimizer, the schedule,
// the settings. Merge and Gather compare descriptions and return a *DifferenceError, which
// names the part and both of its values. Describe writes out any value that is made of
// plain numbers, strings and the like. It cannot compare functions or what lies behind
// pointers: a type that has them should be a Describer, and otherwise its runs can neither
// be resumed nor merged.
//
// # Questions
//
// I have changed my sweep, and it does nothing: why? A unit that is in the journal is not
// done again as long as the Description is the same, and what Do is made of is not seen. Put
// all that the results depend on into the Description; for simulations the Description of
// the problem is most of it.
//
// What becomes of a unit that fails? Its error is its record, and the sweep goes on.
// SweepSettings.Retry does such units again. Results in JSON cannot be infinite, as the risk
// of runs that diverge is: return Paths, or count the runs with Paths.Diverged.
//
// Do two ensembles share random numbers? Those with one Seed do, run by run, which makes
// their differences more exact than each of them is. Give units that are to be independent
// seeds of their own.
//
// How many workers? An ensemble takes all processors, and so does a sweep. Where the units
// of a sweep are ensembles, set Settings.Workers to 1 in them.
//
// # Cost
//
// A Band takes 8 bytes for each run, time and quantity. Beside the walks themselves, an
// ensemble costs nothing.
package ensemble
