package operator

import (
	"errors"
	"fmt"

	"matchstream/internal/client"
	"matchstream/internal/lab"
	"matchstream/internal/lab/blame"
)

// count counts a failed try by its code: the service's, or the lab's own.
func (p *Played) count(err error) {
	if code := code(err); blame.IsOwn(code) {
		p.Own[code]++
	} else {
		p.Errors[code]++
	}
}

// code is that of a failure. Of an answer with a status it is the status.
func code(err error) string {
	var refusal *client.Refusal
	var other *statusError
	switch {
	case errors.As(err, &other):
		return fmt.Sprint(lab.StatusCode, other.status)
	case errors.As(err, &refusal):
		return fmt.Sprint(lab.StatusCode, refusal.Status)
	case errors.Is(err, errPatience):
		return lab.TimedOut
	}
	return blame.Code(err, blame.Asking) // net/http does not say whether something had come
}
