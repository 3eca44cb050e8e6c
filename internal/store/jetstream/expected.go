package jetstream

import (
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"
	js "github.com/nats-io/nats.go/jetstream"
)

// expected adds to an error of a start what was expected of the servers, where their own
// words are for those who know NATS from within. replicas are those asked for.
func expected(err error, replicas int) error {
	var refusal *js.APIError
	errors.As(err, &refusal)
	switch {
	case errors.Is(err, nats.ErrNoResponders), errors.Is(err, js.ErrJetStreamNotEnabled), refusal != nil && refusal.ErrorCode == js.JSErrCodeJetStreamNotEnabled:
		return fmt.Errorf("%w (JetStream does not answer: expected jetstream {} in the configuration of the servers, and an account that may use it)", err)
	case refusal != nil && refusal.ErrorCode == js.JSErrCodeJetStreamNotEnabledForAccount:
		return fmt.Errorf("%w (expected an account that may use JetStream: jetstream: enabled in its configuration)", err)
	case refusal != nil && refusal.ErrorCode == replicasNotSupported && replicas > 1:
		return fmt.Errorf("%w (--replicas %d: expected a cluster of as many servers, and this is a single one; 1, or nothing, for that)", err, replicas)
	case refusal != nil && refusal.ErrorCode == notEnoughServers && replicas > 1:
		return fmt.Errorf("%w (--replicas %d: expected as many servers in the cluster that are there)", err, replicas)
	}
	return err
}
