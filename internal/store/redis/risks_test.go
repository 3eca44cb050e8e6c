package redis

import (
	"log/slog"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/store"
)

func codes(all []store.Risk) (codes []string) {
	for _, r := range all {
		codes = append(codes, r.Code)
	}
	return codes
}

// TestRisks: each set-up that may lose something is found, at the start and when the
// connection comes up again, and logged once.
func TestRisks(t *testing.T) {
	for want, conf := range map[string][]string{
		"":                   nil,
		"not_kept":           {"--appendonly", "no"},
		"synced_late":        {"--appendfsync", "everysec"},
		"sync_pauses":        {"--no-appendfsync-on-rewrite", "yes"},
		"evicts":             {"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru"},
		"evicts synced_late": {"--maxmemory", "100mb", "--maxmemory-policy", "allkeys-random", "--appendfsync", "no"},
		"not_known":          {"--rename-command", "CONFIG", ""},
	} {
		t.Run(want, func(t *testing.T) {
			srv := serve(t, conf...)
			log := &page{}
			s := srv.open(func(o *Options) { o.Log = slog.New(slog.NewTextHandler(log, nil)) })
			got := strings.Join(codes(s.Risks()), " ")
			if got != want {
				t.Fatalf("found %q, want %q", got, want)
			}
			s.risks.look(within(t), s)
			if n := strings.Count(log.String(), "at risk"); n != len(strings.Fields(want)) {
				t.Fatalf("logged %d times:\n%s", n, log)
			}
		})
	}
}

func TestRisksOfReplicas(t *testing.T) {
	u := setup{info: info{"connected_slaves": "1"}, config: map[string]string{"min-replicas-to-write": "0"}}
	if got := codes(u.findings()); !slices.Equal(got, []string{"replicas_behind"}) {
		t.Fatal(got)
	}
	u.config["min-replicas-to-write"] = "1"
	if got := codes(u.findings()); len(got) > 0 {
		t.Fatal(got)
	}
	u.info = info{"role": "slave", "aof_enabled": "1", "aof_last_write_status": "err", "aof_last_bgrewrite_status": "err"}
	if got := codes(u.findings()); !slices.Equal(got, []string{"replica", "not_written", "log_grows"}) {
		t.Fatal(got)
	}
}

// TestEveryRiskIsKnown: whoever shows them has words for these.
func TestEveryRiskIsKnown(t *testing.T) {
	bad := setup{info: info{"role": "slave", "aof_enabled": "1", "aof_last_write_status": "err", "aof_last_bgrewrite_status": "err", "connected_slaves": "1"}}
	all := codes(bad.findings())
	for _, config := range []map[string]string{
		{"appendonly": "no"},
		{"appendonly": "yes", "appendfsync": "everysec", "maxmemory": "1", "maxmemory-policy": "allkeys-lru"},
		{"appendonly": "yes", "appendfsync": "always", "no-appendfsync-on-rewrite": "yes"},
	} {
		all = append(all, codes(setup{config: config}.findings())...)
	}
	for _, code := range all {
		if !slices.Contains(store.RiskCodes, code) {
			t.Errorf("%s is not in store.RiskCodes", code)
		}
	}
	for _, code := range store.RiskCodes {
		if !slices.Contains(all, code) {
			t.Errorf("nothing brings %s about", code)
		}
	}
}

// TestRisksAgain: a server that comes back set up otherwise is looked at again.
func TestRisksAgain(t *testing.T) {
	srv := serve(t)
	s := srv.open()
	srv.kill()
	srv.conf = []string{"--appendfsync", "everysec"}
	srv.start()
	ctx := within(t)
	for len(s.Risks()) == 0 {
		if ctx.Err() != nil {
			t.Fatal("nothing was found")
		}
		_, _ = s.End(ctx)
	}
	if got := codes(s.Risks()); !slices.Equal(got, []string{"synced_late"}) {
		t.Fatal(got)
	}
}
