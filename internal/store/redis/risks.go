package redis

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/rueidis"

	"matchstream/internal/store"
)

// lookAgain is how often the server's set-up is looked at beside the times when a
// connection comes up.
const lookAgain = time.Minute

// setup is what decides whether the server keeps what it acknowledges.
type setup struct {
	info   info
	config map[string]string // nil: the server does not tell
}

// settings that are asked for.
var settings = []string{"appendonly", "appendfsync", "no-appendfsync-on-rewrite", "maxmemory", "maxmemory-policy", "min-replicas-to-write"}

// findings are what is wrong with a set-up, the gravest first.
func (u setup) findings() (all []store.Risk) {
	add := func(is bool, code, says, do string) {
		if is {
			all = append(all, store.Risk{Code: code, Says: says, Do: do})
		}
	}
	on := func(name, value string) bool { return u.config[name] == value }
	add(u.info["role"] == "slave", "replica",
		"The server is a replica: it takes no events.", "Give the address of the master.")
	add(on("appendonly", "no") || u.info["aof_enabled"] == "0", "not_kept",
		"The server keeps no log (appendonly no): what was acknowledged since its last snapshot is lost when it stops.",
		"CONFIG SET appendonly yes, and the same in redis.conf.")
	add(u.info["aof_enabled"] == "1" && u.info["aof_last_write_status"] == "err", "not_written",
		"The server cannot write its log: its disk is full or broken.", "Look at the server's log and disk.")
	add(strings.HasPrefix(u.config["maxmemory-policy"], "allkeys-") && !on("maxmemory", "0"), "evicts",
		"The server throws keys away when its memory is full (maxmemory-policy "+u.config["maxmemory-policy"]+"): journals would be lost.",
		"CONFIG SET maxmemory-policy noeviction, and the same in redis.conf.")
	add(on("appendonly", "yes") && (on("appendfsync", "everysec") || on("appendfsync", "no")), "synced_late",
		"The server acknowledges before its disk has it (appendfsync "+u.config["appendfsync"]+"): a crash of its machine loses a second or more.",
		"CONFIG SET appendfsync always, and the same in redis.conf.")
	add(on("appendonly", "yes") && on("appendfsync", "always") && on("no-appendfsync-on-rewrite", "yes"), "sync_pauses",
		"The server does not sync while it rewrites its log or saves (no-appendfsync-on-rewrite yes): a crash of its machine then loses what came meanwhile.",
		"CONFIG SET no-appendfsync-on-rewrite no, and the same in redis.conf.")
	add(u.info.number("connected_slaves") > 0 && (u.config == nil || on("min-replicas-to-write", "0")), "replicas_behind",
		"The server does not wait for its replicas: one that takes over may lack the newest events.",
		"CONFIG SET min-replicas-to-write 1 bounds how much (min-replicas-max-lag); after a failover see that the nodes have started anew.")
	add(u.info["aof_last_bgrewrite_status"] == "err", "log_grows",
		"The server could not rewrite its log, which grows until the disk is full.", "Look at the server's log and disk.")
	add(u.config == nil, "not_known",
		"The server does not say how it is set up (CONFIG is forbidden): it is not known whether it keeps what it acknowledges.",
		"See that the service keeps an append-only log, synced always, and evicts nothing.")
	return all
}

// risks are those found last.
type risks struct {
	mu struct {
		sync.Mutex
		found []store.Risk
	}
}

// Risks implements store.AtRisk.
func (s *Store) Risks() []store.Risk {
	s.risks.mu.Lock()
	defer s.risks.mu.Unlock()
	return s.risks.mu.found
}

// look at the server's set-up. One that does not answer leaves what was found before.
func (r *risks) look(ctx context.Context, s *Store) {
	u, err := s.setup(ctx)
	if err != nil {
		s.log.Debug("store: the server's set-up could not be looked at", "cause", err)
		return
	}
	found := u.findings()
	r.mu.Lock()
	before := r.mu.found
	r.mu.found = found
	r.mu.Unlock()
	for _, risk := range found {
		if !has(before, risk.Code) {
			s.log.Warn("store: what is acknowledged is at risk", "kind", risk.Code, "cause", risk.Says, "do", risk.Do)
		}
	}
	for _, risk := range before {
		if !has(found, risk.Code) {
			s.log.Info("store: what was at risk is so no more", "kind", risk.Code)
		}
	}
}

func has(all []store.Risk, code string) bool {
	return slices.ContainsFunc(all, func(r store.Risk) bool { return r.Code == code })
}

func (s *Store) setup(ctx context.Context) (u setup, err error) {
	if u.info, err = s.info(ctx); err != nil && !answered(err) {
		return setup{}, fmt.Errorf("INFO: %w", err)
	}
	result, err := s.ask(ctx, func(b rueidis.Builder) rueidis.Completed { return b.ConfigGet().Parameter(settings...).Build() })
	if err == nil {
		u.config, err = result.AsStrMap()
	}
	if err != nil && !answered(err) {
		return setup{}, fmt.Errorf("CONFIG GET: %w", err)
	}
	if err != nil || u.config["appendonly"] == "" {
		u.config = nil // forbidden, or cut down by who runs it
	}
	return u, nil
}

// keep looks at the server's set-up, until the store is closed.
func (s *Store) keep() {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-s.closing.Done():
			return
		case <-tick.C:
		case <-s.heard.again:
		}
		s.risks.look(s.closing, s)
	}
}
