package node

import (
	"net"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"

	"matchstream/internal/certs"
	"matchstream/internal/logging"
)

// ACMEOptions have the certificates of the TLS ports from an authority that speaks
// ACME.
type ACMEOptions struct {
	Names  []string // hosts; none: no authority is asked
	Email  string   // where it may write to; "": nowhere
	CA     string   // URL of its directory; "": Let's Encrypt
	Root   string   // file of who has signed its own certificate, PEM; "": whom the system trusts
	Folder string   // of what is got; "": certs in the data folder
}

// ParseNames reads hosts with commas between them.
func ParseNames(list string) (names []string) {
	for name := range strings.SplitSeq(list, ",") {
		if name = strings.ToLower(strings.TrimSpace(name)); name != "" {
			names = append(names, name)
		}
	}
	return names
}

var hostForm = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$`)

// Check calls expect for each setting: whether it is as it must be, and what that is.
// files says whether a certificate is given by its files, too.
func (o ACMEOptions) Check(files bool, expect func(ok bool, setting, expected string, got any)) {
	if len(o.Names) == 0 {
		for _, s := range [][2]string{{"tls-email", o.Email}, {"tls-ca", o.CA}, {"tls-ca-root", o.Root}, {"tls-dir", o.Folder}} {
			expect(s[1] == "", s[0], "to be given together with --tls-names", s[1])
		}
		return
	}
	expect(!files, "tls-names", "it, or --tls-cert and --tls-key", "both")
	for _, name := range o.Names {
		expect(hostForm.MatchString(name) && len(name) <= 253 && net.ParseIP(name) == nil, "tls-names",
			"hosts with commas, like a.example.org,b.example.org (no address, no *, no port; others than ASCII as xn--…)", name)
	}
	at, host, _ := strings.Cut(o.Email, "@")
	expect(o.Email == "" || at != "" && hostForm.MatchString(strings.ToLower(host)), "tls-email", "an address like ops@example.org", o.Email)
	u, err := url.Parse(o.CA)
	expect(o.CA == "" || err == nil && u.Scheme == "https" && u.Host != "", "tls-ca", "the URL of an ACME directory, https://…", o.CA)
}

func (o ACMEOptions) options(c Config) certs.ACMEOptions {
	folder := o.Folder
	if folder == "" {
		folder = filepath.Join(c.Data, "certs")
	}
	return certs.ACMEOptions{Names: o.Names, Email: o.Email, CA: o.CA, Root: o.Root, Folder: folder, Log: logging.Room(c.Log, "node")}
}
