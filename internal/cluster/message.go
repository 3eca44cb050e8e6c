package cluster

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	beatTopic = "cluster"
	askTopic  = "cluster-ask"

	// form is the version of the messages. A later one adds to it, and is read by
	// this program as far as it goes; one that cannot be read so has topics of its
	// own.
	form = 1

	// What others say is bounded.
	longestBeat = 8 << 10
	longestText = 255
	mostPorts   = 256
	mostPeople  = 1 << 40
)

// beat is what a node says of itself. JSON, so that it can be read on the wire;
// what is unknown is left out of account.
type beat struct {
	V        int    `json:"v"`
	Name     string `json:"name"`
	Run      string `json:"run"`
	Seq      uint64 `json:"seq"` // rises within a run
	Version  string `json:"version,omitempty"`
	Host     string `json:"host,omitempty"`
	HTTP     int    `json:"http,omitempty"`
	URL      string `json:"url,omitempty"` // older programs say none
	TCP      []int  `json:"tcp,omitempty"`
	TLS      []int  `json:"tls,omitempty"` // older programs say none
	Watchers int64  `json:"watchers"`
	Limit    int64  `json:"limit,omitempty"`
	Draining bool   `json:"draining,omitempty"`
	Leaving  bool   `json:"leaving,omitempty"` // this is the last one
	Heard    uint64 `json:"heard,omitempty"`
}

func (b beat) encode() []byte {
	b.TCP, b.TLS = b.TCP[:min(len(b.TCP), mostPorts)], b.TLS[:min(len(b.TLS), mostPorts)]
	return encode(b)
}

func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err) // of plain fields: never
	}
	return b
}

// parseBeat reads what another node says.
func parseBeat(message []byte) (b beat, err error) {
	if len(message) > longestBeat {
		return beat{}, fmt.Errorf("a heartbeat of %d bytes; expected at most %d", len(message), longestBeat)
	}
	if err := json.Unmarshal(message, &b); err != nil {
		return beat{}, fmt.Errorf("not a heartbeat: %w", err)
	}
	err = errors.Join(
		CheckName(b.Name), checkID("run", b.Run), checkText("version", b.Version), checkText("host", b.Host),
		checkText("url", b.URL),
		check(b.URL == "" || strings.HasPrefix(b.URL, "https://") || strings.HasPrefix(b.URL, "http://"), "url", fmt.Sprintf("%.40q", b.URL), "one that begins with https:// or http://"),
		check(b.V >= 1, "v", b.V, "1 or more"),
		check(b.Seq > 0, "seq", b.Seq, "1 or more"),
		check(b.HTTP >= 0 && b.HTTP <= 65535, "http", b.HTTP, "a port"),
		check(len(b.TCP) <= mostPorts, "tcp", len(b.TCP), "at most 256 ports"),
		check(len(b.TLS) <= mostPorts, "tls", len(b.TLS), "at most 256 ports"),
		check(b.Watchers >= 0 && b.Watchers <= mostPeople, "watchers", b.Watchers, "0 to 2^40"),
		check(b.Limit >= 0 && b.Limit <= mostPeople, "limit", b.Limit, "0 to 2^40"),
	)
	for _, port := range b.TCP {
		err = errors.Join(err, check(port > 0 && port <= 65535, "tcp", port, "a port"))
	}
	for _, port := range b.TLS {
		err = errors.Join(err, check(port > 0 && port <= 65535, "tls", port, "a port"))
	}
	if err != nil {
		return beat{}, err
	}
	return b, nil
}

func check(right bool, field string, is any, want string) error {
	if right {
		return nil
	}
	return fmt.Errorf("%s is %v; expected %s", field, is, want)
}

// checkText: one line without control characters.
func checkText(field, s string) error {
	bad := len(s) > longestText || !utf8.ValidString(s) || strings.ContainsFunc(s, unicode.IsControl)
	return check(!bad, field, fmt.Sprintf("%.40q", s), "at most 255 bytes of text")
}

// checkID: what newID makes.
func checkID(field, s string) error {
	ok := len(s) == 16 && strings.Trim(s, "0123456789abcdef") == ""
	return check(ok, field, fmt.Sprintf("%.40q", s), "16 hexadecimal digits")
}
