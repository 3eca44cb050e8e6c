package faulty

import (
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"matchstream/internal/lab"
)

// eventFrame is an event on one of the protocols.
func (w *watcher) eventFrame(e event) []byte {
	if w.via == lab.TCP {
		details := ""
		if e.Kind == "start" {
			details = list("home_players", e.Home) + list("visit_players", e.Visit)
		}
		if e.Comment != "" {
			details += text("comment", e.Comment)
		}
		return w.lineFrame(e.stamp, e.Kind, details, w.game.position(e.id))
	}
	return w.objectFrame(w.game.event(e))
}

// statusFrame is a status.
func (w *watcher) statusFrame(m moment) []byte {
	if w.via == lab.TCP {
		details := text("home", m.home) + list("home_players", m.lineups[0]) + "\thome_score: 0\n" +
			text("visit", m.visit) + list("visit_players", m.lineups[1]) + "\tvisit_score: 0\n" +
			"\tperiod: " + m.period + "\n"
		return w.lineFrame(m.stamp, "status", details, m.position(m.last))
	}
	return w.objectFrame(m.status(w.since == nil))
}

func (w *watcher) lineFrame(stamp int64, kind, details, position string) []byte {
	if w.ids {
		details += "\tid: " + position + "\n"
	}
	return []byte(time.UnixMilli(stamp).UTC().Format(time.DateTime) + ": " + kind + ":\n" + details + "\r\n")
}

func (w *watcher) objectFrame(o object) []byte {
	if w.via == lab.SSE {
		return fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", o.Position, o.Kind, asJSON(o))
	}
	return message(opText, asJSON(o))
}

// garbage is bytes that mean nothing, where a frame should be.
func (w *watcher) garbage() []byte {
	switch w.via {
	case lab.SSE:
		return []byte("id: what\nevent: comment\ndata: {\"garbage\n\n")
	case lab.WebSocket:
		return []byte("\xf3\x05\x16\x03\x01\x00\xff")
	}
	return []byte("\x16\x03\x01 garbage: \xff\n\r\n")
}

func list(key string, players []player) string {
	var b strings.Builder
	b.WriteString("\t" + key + ":\n")
	for _, p := range players {
		fmt.Fprintf(&b, "\t\t %s (%d) \n", plain(p.Name), p.Number)
	}
	return b.String()
}

// plain is a name without control characters.
func plain(name string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, name)
}

func text(key, value string) string {
	var b strings.Builder
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\':
			b.WriteString("\\" + string(c))
		case c == '\n':
			b.WriteString(`\n`)
		case c == '\t':
			b.WriteString(`\t`)
		case c == '\r':
			b.WriteString(`\r`)
		case c < ' ' || c == 0x7f:
			fmt.Fprintf(&b, `\x%02X`, c)
		default:
			b.WriteByte(c)
		}
	}
	return "\t" + key + `: <<"` + b.String() + "\">>\n"
}

// Opcodes of RFC 6455.
const (
	opText  = 0x1
	opClose = 0x8
	opPing  = 0x9
	opPong  = 0xA
)

// message is a WebSocket frame of a server: whole, not masked.
func message(opcode byte, payload []byte) []byte {
	b := []byte{0x80 | opcode}
	switch n := len(payload); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, payload...)
}
