package report

import (
	"fmt"

	"matchstream/internal/lab"
)

// ofWhat are the figures that a search may be about, in words.
var ofWhat = map[string]string{"latency": "deliveries", "http": "answers", "complete": "events", "enter": "entering", "connect": "connecting"}

// judge looks at what a step says of the lab.
func judge(s lab.Step, settings lab.Settings) (verdict string, reasons []string) {
	verdict = CannotTell
	f := s.Figures
	of := mainFigure(f)
	own, what := f["lateness.p99"], "from the kernel to its reader"
	_, known := f["lateness.p99"]
	if of == "http" {
		own, what = f["http.timers.p99"], "behind the time when it was due to send"
		_, known = f["http.timers.p99"]
	}
	if known && of != "" {
		verdict = Believed
		whole := f[of+".p99"]
		text := fmt.Sprintf("p99 of %s was %s, of which the lab's own may be %s (p99, %s)", ofWhat[of], measured(whole), measured(own), what)
		if own > toleratedAtAll && own > tolerated*whole {
			verdict = Unbelieved
			text += fmt.Sprintf(": more than %.0f%% of it", 100*tolerated)
			if s.OK { // late as it was, it saw what was expected
				verdict = Partly
				text += ", so that it is no measure of the server; that the step held is true all the same"
			}
		}
		reasons = append(reasons, text+".")
	} else {
		reasons = append(reasons, notMeasured)
	}
	if late, ok := f["timers.p99"]; ok {
		reasons = append(reasons, fmt.Sprintf("Its timers were %s late (p99).", measured(late)))
	}
	if n := f["own"]; n > 0 {
		verdict = Unbelieved
		reasons = append(reasons, fmt.Sprintf("Failures of its own: %s.", count(n)))
	}
	if v, known := busy(f, "generator", s.Took); known {
		text := "It had " + digits3(v)
		if n := settings.Host["cpus"]; n != "" {
			text += " of " + n
		}
		text += " processors busy"
		if delay := f["generator.run-delay"]; delay > 0 {
			text += fmt.Sprintf(", and waited for one for %s of %s", measured(delay), measured(s.Took))
		}
		reasons = append(reasons, text+".")
	}
	if n := elsewhere(s); n > others {
		if verdict != Unbelieved {
			verdict = Partly
		}
		text := "Something else on this machine had " + digits3(n)
		if all := settings.Host["cpus"]; all != "" {
			text += " of " + all
		}
		reasons = append(reasons, text+" processors busy, so that server and lab were slower than they are alone.")
	}
	return verdict, reasons
}

// elsewhere is how many processors were busy with neither the server nor the lab; 0 where
// one of them is not known: of several nodes, but the first is looked at.
func elsewhere(s lab.Step) float64 {
	host, known := s.Figures["host.cores"]
	server, ofServer := busy(s.Figures, "server", s.Took)
	own, ofOwn := busy(s.Figures, "generator", s.Took)
	if !known || !ofServer || !ofOwn || s.Nodes > 1 {
		return 0
	}
	return max(host-server-own, 0)
}
