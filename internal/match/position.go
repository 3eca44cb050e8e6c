package match

import (
	"io"
	"strconv"
	"strings"
)

// Position is a point in a match's log: behind event ID of the history Epoch.
type Position struct {
	ID    int64
	Epoch string // "": whatever history there is
}

// maxID is the largest event id: the largest whole number that every JSON
// reader holds exactly.
const maxID = 1<<53 - 1

const positionForm = "expected a position, <event id>-<epoch> (17-k3f9a2), or an event id (17); 0 is before everything"

// ParsePosition reads <id>-<epoch> or a bare id. The error is a *Error
// (Malformed).
func ParsePosition(s string) (Position, error) {
	number, epoch, long := strings.Cut(s, "-")
	id, ok := parseID(number)
	if !ok || long && !validEpoch(epoch) {
		return Position{}, malformed("", positionForm)
	}
	return Position{ID: id, Epoch: epoch}, nil
}

// String is the position as ParsePosition reads it.
func (p Position) String() string {
	if p.Epoch == "" {
		return strconv.FormatInt(p.ID, 10)
	}
	return strconv.FormatInt(p.ID, 10) + "-" + p.Epoch
}

// parseID reads 0 to 2^53-1 in its one decimal form.
func parseID(s string) (int64, bool) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n > maxID || s[0] == '0' && len(s) > 1 || s[0] == '+' {
		return 0, false
	}
	return int64(n), true
}

const (
	epochLetters = "abcdefghijklmnopqrstuvwxyz0123456789"
	epochLength  = 8 // 41 bits: two epochs of one match id never meet by chance
)

func validEpoch(s string) bool {
	return len(s) >= 6 && len(s) <= 12 && strings.Trim(s, epochLetters) == ""
}

// NewEpoch makes the epoch of a new match from random bytes (crypto/rand's
// Reader). The error is the reader's.
func NewEpoch(random io.Reader) (string, error) {
	epoch := make([]byte, 0, epochLength)
	var b [epochLength]byte
	for len(epoch) < epochLength {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return "", err
		}
		for _, x := range b {
			// 252 is the largest multiple of 36: all letters equally likely.
			if x < 252 && len(epoch) < epochLength {
				epoch = append(epoch, epochLetters[int(x)%len(epochLetters)])
			}
		}
	}
	return string(epoch), nil
}
