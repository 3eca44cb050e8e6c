package cli

import (
	"errors"
	"fmt"
	"net/url"
	"os"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"matchstream/internal/lab"
)

// simulateService is a service that is no MatchStream, by flags or a file.
type simulateService struct {
	Service string   `placeholder:"FILE" help:"Another service, described in a YAML file: lines, hello, ready, end; or sse or ws, ready, headers; match, which stands for {match} in them; and for --events publish, with url, method, headers and body, in which {mark} is needed."`
	Lines   []string `placeholder:"HOST:PORT" help:"Another service of lines."`
	Hello   string   `placeholder:"TEXT" help:"With --lines: what a user sends first; \\n is a newline, {i} his number."`
	Ready   string   `placeholder:"TEXT" help:"With --lines, --sse or --ws: text by which he knows that he is there; else he is when connected and answered, and with --lines what is due within --patience of that is not owed to him."`
	SSE     string   `name:"sse" placeholder:"URL" help:"Another service's stream of Server-Sent Events."`
	WS      string   `name:"ws" placeholder:"URL" help:"Another service's stream over WebSocket."`
}

// serviceFile is what such a file may say.
type serviceFile struct {
	Lines   []string     `yaml:"lines"`
	Hello   string       `yaml:"hello"`
	Ready   string       `yaml:"ready"`
	End     string       `yaml:"end"`
	SSE     string       `yaml:"sse"`
	WS      string       `yaml:"ws"`
	Headers []string     `yaml:"headers"`
	Match   string       `yaml:"match"`
	Publish *publishFile `yaml:"publish"`
}

type publishFile struct {
	URL     string   `yaml:"url"`
	Method  string   `yaml:"method"`
	Headers []string `yaml:"headers"`
	Body    string   `yaml:"body"`
}

// read is the description; nil: there is none, it is a MatchStream.
func (c *simulateService) read() (*serviceFile, error) {
	flags := serviceFile{Lines: c.Lines, Ready: c.Ready, SSE: c.SSE, WS: c.WS}
	var err error
	if flags.Hello, err = unescape(c.Hello); err != nil {
		return nil, fmt.Errorf("--hello: %w", err)
	}
	given := len(c.Lines) > 0 || c.SSE != "" || c.WS != ""
	switch {
	case c.Service != "" && (given || c.Hello != "" || c.Ready != ""):
		return nil, errors.New("--service: expected either the file, or --lines, --sse or --ws")
	case !given && (c.Hello != "" || c.Ready != ""):
		return nil, errors.New("--hello and --ready: expected to be given together with --lines, --sse or --ws")
	case c.Service == "" && !given:
		return nil, nil
	case c.Service == "":
		return &flags, flags.check("--lines, --sse and --ws")
	}
	b, err := os.ReadFile(c.Service)
	if err != nil {
		return nil, fmt.Errorf("--service: %w", err)
	}
	f, err := parseService(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", c.Service, err)
	}
	return f, nil
}

// parseService reads a file; a key that it does not know is an error.
func parseService(b []byte) (*serviceFile, error) {
	var f serviceFile
	if err := unmarshal(b, &f); err != nil {
		return nil, fmt.Errorf("expected keys lines, hello, ready, end, sse, ws, headers, match and publish: %w", err)
	}
	return &f, f.check("the service")
}

// unmarshal reads YAML. The library fails badly at some texts that are none (a tag before
// a list that does not end).
func unmarshal(b []byte, to any) (err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("no valid YAML")
		}
	}()
	return yaml.UnmarshalWithOptions(b, to, yaml.DisallowUnknownField())
}

func (f *serviceFile) check(what string) error {
	ways := 0
	for _, given := range []bool{len(f.Lines) > 0, f.SSE != "", f.WS != ""} {
		if given {
			ways++
		}
	}
	switch {
	case ways != 1:
		return fmt.Errorf("%s: expected one of lines, sse and ws, got %d", what, ways)
	case f.Hello != "" && len(f.Lines) == 0:
		return fmt.Errorf("%s: expected hello with lines only", what)
	}
	return nil
}

// into puts the description into a plan.
func (c *simulateService) into(p *lab.Plan) error {
	f, err := c.read()
	if f == nil || err != nil {
		return err
	}
	p.Service = &lab.Service{Hello: f.Hello, Ready: f.Ready, End: f.End, Headers: f.Headers}
	p.API, p.Server = false, ""
	if f.Match != "" {
		p.Match = f.Match
	}
	if err := f.filled(p.Match); err != nil {
		return err
	}
	if len(f.Lines) > 0 {
		p.Lines, p.Via = f.Lines, []lab.Share{{Via: lab.TCP, Weight: 1}}
		return nil
	}
	at, via, form := f.SSE, lab.SSE, "http://host/path"
	if f.WS != "" {
		at, via, form = f.WS, lab.WebSocket, "ws://host/path"
	}
	scheme, _, _ := strings.Cut(form, ":")
	// {match} is no part of a URL before it is replaced.
	u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(at))
	if err != nil || u.Scheme != scheme || u.Host == "" || u.User != nil {
		return fmt.Errorf("expected the address of a stream like %s, without TLS and without a name and a password, got %q", form, f.SSE+f.WS)
	}
	p.Server = "http://" + u.Host
	p.Via = []lab.Share{{Via: via, Weight: 1}}
	_, p.Service.Path, _ = strings.Cut(at, "://")
	p.Service.Path, _, _ = strings.Cut(p.Service.Path[len(u.Host):], "#")
	if !strings.HasPrefix(p.Service.Path, "/") {
		p.Service.Path = "/" + p.Service.Path
	}
	return nil
}

// filled looks whether what users send can be made of the description.
func (f *serviceFile) filled(match string) error {
	for _, h := range f.Headers {
		if name, _, ok := strings.Cut(h, ":"); !ok || name == "" || strings.ContainsAny(name, " \t") || strings.ContainsAny(h, "\r\n") {
			return fmt.Errorf("header %q: expected one line, Name: value", h)
		}
	}
	if all := f.Hello + f.SSE + f.WS + strings.Join(f.Headers, ""); match == "" && strings.Contains(all, "{match}") {
		return errors.New("{match}: expected --match, or match in the file, which stands for it")
	}
	return nil
}

// unescape reads \n, \r, \t, \xHH as Go does.
func unescape(text string) (string, error) {
	if !strings.Contains(text, `\`) {
		return text, nil // bytes of any kind
	}
	quoted := strings.ReplaceAll(strings.ReplaceAll(text, `\"`, `"`), `"`, `\"`)
	s, err := strconv.Unquote(`"` + quoted + `"`)
	if err != nil {
		return "", fmt.Errorf(`expected text in which a backslash begins \n, \r, \t, \xHH or \\, got %q`, text)
	}
	return s, nil
}
