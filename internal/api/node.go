package api

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

type checkin struct {
	Port  int     `json:"port" doc:"The TCP port to connect to" example:"9999"`
	Host  string  `json:"host" doc:"The host to connect to" example:"localhost"`
	TLS   int     `json:"tls,omitempty" doc:"The port to connect to over TLS; left out: there is none"`
	Nodes []Place `json:"nodes,omitempty" doc:"Where there is more than one node: those that are alive and do not drain, the least loaded first, in an order that differs from client to client; at most 8"`
}

type checkinOutput struct{ Body checkin }

type nodesOutput struct{ Body []NodeInfo }

type health struct {
	Status   string   `json:"status" enum:"ok"`
	Warnings []string `json:"warnings,omitempty" doc:"What the store may lose, and what to do; the node is ready all the same"`
}

type healthOutput struct{ Body health }

func (s *server) addNode() {
	handle(s, huma.Operation{OperationID: "checkin", Method: http.MethodGet, Path: "/1/checkin",
		Summary: "Where to connect with the line protocol", Errors: []int{http.StatusServiceUnavailable}},
		func(ctx context.Context, _ *struct{}) (*checkinOutput, error) {
			out := s.checkin(requestOf(ctx))
			if out.Port == 0 {
				p := problem(http.StatusServiceUnavailable, "no TCP port is open here now")
				p.header("Retry-After", "1")
				return nil, p
			}
			return &checkinOutput{out}, nil
		})
	handle(s, huma.Operation{OperationID: "list-nodes", Method: http.MethodGet, Path: "/1/nodes",
		Summary: "The nodes of this server"},
		func(context.Context, *struct{}) (*nodesOutput, error) {
			out := &nodesOutput{Body: []NodeInfo{}}
			if s.Nodes != nil {
				out.Body = append(out.Body, s.Nodes()...)
			}
			return out, nil
		})
	handle(s, huma.Operation{OperationID: "healthz", Method: http.MethodGet, Path: "/healthz", Tags: []string{"health"},
		Summary: "Whether the process answers"},
		func(context.Context, *struct{}) (*healthOutput, error) {
			return &healthOutput{health{Status: "ok"}}, nil
		})
	handle(s, huma.Operation{OperationID: "readyz", Method: http.MethodGet, Path: "/readyz", Tags: []string{"health"},
		Summary: "Whether the node takes clients, or why not", Errors: []int{http.StatusServiceUnavailable}},
		func(context.Context, *struct{}) (*healthOutput, error) {
			var reasons []string
			if s.Ready != nil {
				reasons = s.Ready()
			}
			if len(reasons) == 0 {
				out := &healthOutput{health{Status: "ok"}}
				if s.Warnings != nil {
					out.Body.Warnings = s.Warnings()
				}
				return out, nil
			}
			p := problem(http.StatusServiceUnavailable, "not ready: "+strings.Join(reasons, "; "))
			p.Reasons = reasons
			p.header("Retry-After", "1")
			return nil, p
		})
}

// checkin is where a client is to go: here, as long as this node takes clients,
// else to the first of the others; port 0: nowhere.
func (s *server) checkin(r *http.Request) (c checkin) {
	if s.CheckinPort != nil {
		c.Port, c.Host = s.CheckinPort(), s.host(r)
	}
	if s.CheckinTLS != nil {
		c.TLS = s.CheckinTLS()
	}
	if s.Places == nil {
		return c
	}
	for _, p := range s.Places() {
		if p.Host == "" { // it is this node
			p.Host, p.URL = s.host(r), reached(r)
		}
		c.Nodes = append(c.Nodes, p)
	}
	if c.Port == 0 && len(c.Nodes) > 0 {
		c.Port, c.Host, c.TLS = c.Nodes[0].Port, c.Nodes[0].Host, c.Nodes[0].TLS
	}
	return c
}

// reached is the address of this API as the client has found it; "" if that is strange.
func reached(r *http.Request) string {
	u := url.URL{Scheme: "http", Host: r.Host}
	if r.TLS != nil || r.Header.Get("X-Forwarded-Proto") == "https" {
		u.Scheme = "https"
	}
	if again, err := url.Parse(u.String()); err != nil || again.Host != r.Host || again.User != nil || r.Host == "" {
		return ""
	}
	return u.String()
}

// host that a client is told to connect to: the advertised one, else the one
// that it has found this node by.
func (s *server) host(r *http.Request) string {
	if s.Advertise != "" {
		return s.Advertise
	}
	if host, _, err := net.SplitHostPort(r.Host); err == nil {
		return host
	}
	return strings.Trim(r.Host, "[]")
}
