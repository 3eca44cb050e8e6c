package match

import "fmt"

// Reason sorts the refusals of a request.
type Reason int

const (
	// NotJSON: the body cannot be read at all.
	NotJSON Reason = iota + 1
	// Malformed: unknown kinds, keys, names, or values out of range.
	Malformed
	// Refused: well formed, but it cannot happen now.
	Refused
)

// Error is a refused request, told to the operator as it is: Message says
// what was expected, in a sentence without a full stop.
type Error struct {
	Reason  Reason
	Field   string // the detail at fault ("player.number"), or ""
	Message string
	Next    []Kind // the kinds that can happen now, where that is the trouble

	// doubt marks a rule about players, which force lifts.
	doubt bool
}

func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Message
	}
	return e.Message
}

func malformed(field, format string, args ...any) *Error {
	return &Error{Reason: Malformed, Field: field, Message: fmt.Sprintf(format, args...)}
}

func refused(field, format string, args ...any) *Error {
	return &Error{Reason: Refused, Field: field, Message: fmt.Sprintf(format, args...)}
}

func doubted(field, format string, args ...any) *Error {
	e := refused(field, format, args...)
	e.doubt = true
	return e
}

// below puts an error of a part under the name of the whole.
func (e *Error) below(field string) *Error {
	switch {
	case e.Field == "":
		e.Field = field
	case e.Field[0] == '[':
		e.Field = field + e.Field
	default:
		e.Field = field + "." + e.Field
	}
	return e
}
