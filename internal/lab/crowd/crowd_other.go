//go:build !linux

package crowd

import (
	"context"
	"errors"

	"matchstream/internal/lab"
)

func gather(context.Context, lab.Plan) (lab.Crowd, error) {
	return nil, errors.New("simulated users need Linux (epoll): run them on a Linux machine, the server may be anywhere")
}
