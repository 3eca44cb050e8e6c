package doctor

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// parseFields reads lines like "MemTotal:  123 kB" (/proc/meminfo, /proc/P/status): bytes
// where there is a kB behind, else the number. Lines that are not so are left out.
func parseFields(text string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		name, rest, ok := strings.Cut(line, ":")
		words := strings.Fields(rest)
		if !ok || len(words) == 0 {
			continue
		}
		n, err := parseNumber(words[0])
		switch {
		case err != nil:
			continue
		case len(words) == 2 && words[1] == "kB" && n < unlimited/1024:
			n *= 1024
		case len(words) > 1:
			continue
		}
		all[name] = n
	}
	return all
}

// parsePairs reads lines like "oom_kill 0" (memory.events, cpu.stat).
func parsePairs(text string) map[string]int64 {
	all := map[string]int64{}
	for line := range strings.Lines(text) {
		if words := strings.Fields(line); len(words) == 2 {
			if n, err := parseNumber(words[1]); err == nil {
				all[words[0]] = n
			}
		}
	}
	return all
}

// parseCounters reads /proc/net/netstat: of each group a line of names and one of values,
// both beginning with the group's name.
func parseCounters(text string) (map[string]int64, error) {
	all := map[string]int64{}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	for i := 0; i+1 < len(lines); i += 2 {
		names, values := strings.Fields(lines[i]), strings.Fields(lines[i+1])
		if len(names) != len(values) || len(names) == 0 || names[0] != values[0] {
			return nil, fmt.Errorf("has %d names and %d values in line %d, expected as many", len(names), len(values), i+2)
		}
		for j := 1; j < len(names); j++ {
			if n, err := parseNumber(values[j]); err == nil { // some may be below 0
				all[names[j]] = n
			}
		}
	}
	if len(all) == 0 {
		return nil, errors.New("has no counters, expected lines of names and values")
	}
	return all, nil
}

// parseLimit reads a row of /proc/P/limits: the soft and the hard limit.
func parseLimit(text, name string) (soft, hard int64, err error) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, name+" ")
		if words := strings.Fields(rest); ok && len(words) >= 2 {
			soft, failed := parseNumber(words[0])
			hard, too := parseNumber(words[1])
			if failed == nil && too == nil {
				return soft, hard, nil
			}
		}
	}
	return 0, 0, fmt.Errorf("says nothing of %q that can be understood, expected two numbers", name)
}

// parseSoftnet sums the second column of /proc/net/softnet_stat: packets dropped because
// the queue of a processor was full.
func parseSoftnet(text string) (dropped int64, err error) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		if len(words) < 2 {
			return 0, errors.New("has a line without columns, expected hexadecimal ones")
		}
		n, err := strconv.ParseUint(words[1], 16, 32)
		if err != nil {
			return 0, fmt.Errorf("says %.20q, expected a hexadecimal number", words[1])
		}
		dropped += int64(n)
	}
	return dropped, nil
}

// parseColumns sums the hexadecimal columns of /proc/net/stat/nf_conntrack, one row for
// each processor, by the names in its first line.
func parseColumns(text string) (map[string]int64, error) {
	lines := strings.Split(strings.TrimSpace(text), "\n")
	names, all := strings.Fields(lines[0]), map[string]int64{}
	for _, line := range lines[1:] {
		values := strings.Fields(line)
		if len(values) != len(names) {
			return nil, fmt.Errorf("has %d columns and %d names, expected as many", len(values), len(names))
		}
		for i, v := range values {
			n, err := strconv.ParseUint(v, 16, 32)
			if err != nil {
				return nil, fmt.Errorf("says %.20q, expected a hexadecimal number", v)
			}
			all[names[i]] += int64(n)
		}
	}
	return all, nil
}

// parseSet counts what a list like "0-1,4" has (/sys/devices/system/cpu/online).
func parseSet(text string) (n int64, err error) {
	for part := range strings.SplitSeq(text, ",") {
		first, last, ok := strings.Cut(part, "-")
		if !ok {
			last = first
		}
		a, err := strconv.ParseUint(first, 10, 16)
		b, too := strconv.ParseUint(last, 10, 16)
		if err != nil || too != nil || b < a {
			return 0, fmt.Errorf("says %.40q, expected a list like 0-1,4", text)
		}
		n += int64(b-a) + 1
	}
	return n, nil
}

// parseBytes reads what Go does of GOMEMLIMIT: 512MiB; "off": no limit.
func parseBytes(text string) (int64, error) {
	if text == "off" {
		return unlimited, nil
	}
	digits := strings.TrimRight(text, "KMGTiB")
	shift, ok := map[string]int{"": 0, "B": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40}[text[len(digits):]]
	n, err := strconv.ParseInt(digits, 10, 64)
	if !ok || err != nil || n < 0 || n > unlimited>>shift {
		return 0, fmt.Errorf("expected bytes like 512MiB, or off, got %.40q", text)
	}
	return n << shift, nil
}

// parseSockstat reads /proc/net/sockstat: pages of memory that TCP has in use.
func parseSockstat(text string) (int64, error) {
	for line := range strings.Lines(text) {
		words := strings.Fields(line)
		for i := 1; i+1 < len(words) && words[0] == "TCP:"; i += 2 {
			if words[i] == "mem" {
				return parseNumber(words[i+1])
			}
		}
	}
	return 0, errors.New("says nothing of the memory of TCP")
}
