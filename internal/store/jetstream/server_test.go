package jetstream

import (
	"testing"

	"matchstream/internal/store/jetstream/natstest"
)

// Program is the nats-server of go.mod's version; TestMain builds it.
var Program string

func oneServer(t *testing.T) string { return natstest.Start(t, Program, 1).URL() }
