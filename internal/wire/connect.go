package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"matchstream/internal/match"
)

// MaxLine is how many bytes a client's line may have, without its end.
const MaxLine = 512

// MaxUser is how many bytes a user id may have.
const MaxUser = 128

// Connect is what the one line of a TCP client asks for. User and Match are
// parts of the line.
type Connect struct {
	User  []byte // 0 to 128 bytes of printable UTF-8 without a colon; empty: nobody
	Match []byte // a match id; whether there is such a match is not known here
	IDs   bool   // positions are wanted: TCPIDs
	Since *match.Position
}

// form is shown to those who typed something else.
const form = "VERSION:1:CONNECT:<user id>:MATCH:<match id>"

// ParseConnect reads a client's line, without its \r\n or \n:
//
//	VERSION:1:CONNECT:<user id>:MATCH:<match id>[:IDS:on][:SINCE:<position>]
//
// The options come in any order, each once. An error is a sentence for a
// person, to be sent with AppendTCPError.
func ParseConnect(line []byte) (Connect, error) {
	if len(line) > MaxLine {
		return Connect{}, fmt.Errorf("the line is longer than %d bytes", MaxLine)
	}
	if !utf8.Valid(line) {
		return Connect{}, errors.New("the line is not valid UTF-8")
	}
	if len(bytes.TrimSpace(line)) == 0 {
		return Connect{}, errors.New("expected " + form)
	}
	var parts [6][]byte
	n, rest, more := 0, line, true
	for n < len(parts) && more {
		parts[n], rest, more = bytes.Cut(rest, colon)
		n++
	}
	if string(parts[0]) != "VERSION" {
		return Connect{}, errors.New("the line does not begin with VERSION, expected " + form)
	}
	if string(parts[1]) != "1" {
		return Connect{}, fmt.Errorf("unknown version, expected VERSION:1 in %s", form)
	}
	if n < len(parts) || string(parts[2]) != "CONNECT" || string(parts[4]) != "MATCH" {
		return Connect{}, errors.New("malformed line, expected " + form)
	}
	c := Connect{User: parts[3], Match: parts[5]}
	if err := CheckUser(string(c.User)); err != nil {
		return Connect{}, err
	}
	if match.CheckID(string(c.Match)) != nil {
		return Connect{}, fmt.Errorf("invalid match id, expected <home>-<visit>-<YYYY-MM-DD>: %s", quoted(c.Match))
	}
	if more {
		if err := c.options(rest); err != nil {
			return Connect{}, err
		}
	}
	return c, nil
}

var colon = []byte(":")

// options reads the KEY:value pairs behind the match id.
func (c *Connect) options(rest []byte) error {
	for more := true; more; {
		var key, value []byte
		var valued bool
		key, rest, valued = bytes.Cut(rest, colon)
		var before bool
		switch string(key) {
		case "IDS":
			before = c.IDs
		case "SINCE":
			before = c.Since != nil
		default:
			return fmt.Errorf("unknown option, expected IDS or SINCE: %s", quoted(key))
		}
		if before {
			return fmt.Errorf("the option %s is there twice", key)
		}
		if !valued {
			return fmt.Errorf("the option %s has no value", key)
		}
		value, rest, more = bytes.Cut(rest, colon)
		if err := c.option(string(key), value); err != nil {
			return err
		}
	}
	return nil
}

func (c *Connect) option(key string, value []byte) error {
	if key == "IDS" {
		if string(value) != "on" {
			return fmt.Errorf("unknown value of IDS, expected IDS:on: %s", quoted(value))
		}
		c.IDs = true
		return nil
	}
	p, err := match.ParsePosition(string(value))
	if err != nil {
		return fmt.Errorf("invalid position, expected <event id>-<epoch> or <event id>: %s", quoted(value))
	}
	c.Since = &p
	return nil
}

// CheckUser says what is wrong with a user id, on whatever protocol it came.
func CheckUser(user string) error {
	switch {
	case len(user) > MaxUser:
		return fmt.Errorf("the user id is longer than %d bytes", MaxUser)
	case !utf8.ValidString(user):
		return errors.New("the user id is not valid UTF-8")
	case strings.Contains(user, ":"):
		return errors.New("the user id has a colon in it")
	case strings.ContainsFunc(user, func(r rune) bool { return !unicode.IsPrint(r) }):
		return errors.New("the user id has a character in it that cannot be printed")
	}
	return nil
}

// quoted is what the client sent, short enough for a sentence.
func quoted(s []byte) string {
	const most = 80
	if len(s) <= most {
		return string(s)
	}
	return strings.ToValidUTF8(string(s[:most]), "") + "…"
}
