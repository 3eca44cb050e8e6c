package redis

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/rueidis"
)

// oldest is the oldest major version that has what the scripts need.
const oldest = 7

// info is what INFO says, by its names. Empty: the server does not tell.
type info map[string]string

func parseInfo(text string) info {
	all := info{}
	for line := range strings.Lines(text) {
		if name, value, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); ok && !strings.HasPrefix(name, "#") {
			all[name] = value
		}
	}
	return all
}

// number is 0 where there is none.
func (i info) number(name string) int64 {
	n, _ := strconv.ParseInt(i[name], 10, 64)
	return n
}

// ask runs one command that only reads, and no script.
func (s *Store) ask(ctx context.Context, do func(rueidis.Builder) rueidis.Completed) (rueidis.RedisResult, error) {
	within, leave, err := s.enter(ctx)
	if err != nil {
		return rueidis.RedisResult{}, err
	}
	defer leave()
	result := s.client.Do(within, do(s.client.B()))
	if err := result.Error(); err != nil && !rueidis.IsRedisNil(err) {
		return rueidis.RedisResult{}, s.fault(ctx, err, false)
	}
	return result, nil
}

func (s *Store) info(ctx context.Context) (info, error) {
	result, err := s.ask(ctx, func(b rueidis.Builder) rueidis.Completed { return b.Info().Build() })
	if err != nil {
		return nil, err
	}
	text, err := result.ToString()
	return parseInfo(text), err
}

// suitable refuses a server that the store cannot work with, after it has waited for
// one that still reads its data.
func (s *Store) suitable(ctx context.Context) error {
	var about info
	for {
		// One whose user may not ask is tried as it is.
		about, _ = s.info(ctx)
		if about.number("loading") == 0 {
			break
		}
		select {
		case <-time.After(againFirst):
		case <-ctx.Done():
			return fmt.Errorf("the server still reads its data: %w", ctx.Err())
		}
	}
	if version, ok := about["redis_version"]; ok {
		major, _, _ := strings.Cut(version, ".")
		if n, err := strconv.Atoi(major); err != nil || n < oldest {
			return fmt.Errorf("the server has version %s: expected Redis or Valkey %d or newer", version, oldest)
		}
	}
	if about["cluster_enabled"] == "1" {
		return fmt.Errorf("the server is part of a cluster, which is not supported: give one of its own")
	}
	return nil
}
