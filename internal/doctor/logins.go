package doctor

import (
	"fmt"
	"io/fs"
	"strings"
)

// loginLimit is a line about descriptors for those who log in (pam_limits).
type loginLimit struct {
	file   string
	words  []string // domain, type, nofile, value
	allows int64
}

func (l loginLimit) String() string {
	return fmt.Sprintf("at a login, by /%s: %s", l.file, strings.Join(l.words, " "))
}

// loginLimits are all of them, in the order in which they are read.
func (p *patient) loginLimits() (all []loginLimit) {
	files, _ := fs.Glob(p.Files, "etc/security/limits.d/*.conf")
	for _, file := range append([]string{"etc/security/limits.conf"}, files...) {
		text, err := p.text(file)
		if err != nil {
			continue // there need not be any
		}
		for line := range strings.Lines(text) {
			words := strings.Fields(line)
			if len(words) != 4 || words[2] != "nofile" || strings.HasPrefix(words[0], "#") {
				continue
			}
			n, err := parseNumber(words[3])
			if err != nil {
				n = -1 // infinity, or nonsense: it is only told
			}
			all = append(all, loginLimit{file, words, n})
		}
	}
	return all
}

// origin says where a limit of the process is from, if a file says just that.
func (p *patient) origin(limit int64) string {
	if unit := p.memberOf(); unit != "" {
		if n, where, err := p.unitLimit(unit); err == nil && where != "" && n == limit {
			return ", from systemd: /" + where
		}
		return ""
	}
	from := ""
	for _, l := range p.loginLimits() {
		if l.allows == limit {
			from = ", from the login: /" + l.file
		}
	}
	return from
}
