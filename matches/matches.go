// Package matches holds 129 real football matches as timelines: the match of
// the 2011 demonstration and both World Cups of 2014 and 2022 (see README.md
// for where they come from). They are shipped inside the binary: the
// demonstration plays some of them, and the tests play all of them.
package matches

import "embed"

// FS holds the timelines, one *.ndjson file each.
//
//go:embed *.ndjson worldcup-2014/*.ndjson worldcup-2022/*.ndjson
var FS embed.FS

// Seed is the match of the 2011 demonstration.
const Seed = "elp-tig-2011-09-10.ndjson"

// Final2022 is Argentina v France, with extra time and shoot-out.
const Final2022 = "worldcup-2022/arg-fra-2022-12-18.ndjson"
