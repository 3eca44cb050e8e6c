package match

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
}

func (e *Error) Error() string {
	if e.Field != "" {
		return e.Field + ": " + e.Message
	}
	return e.Message
}
