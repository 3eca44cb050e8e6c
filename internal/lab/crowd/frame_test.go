package crowd

import (
	"bytes"
	"encoding/binary"
	"os"
	"strings"
	"testing"

	"matchstream/internal/lab"
)

const game = "elp-tig-2011-09-10"

func ours() parser {
	p := lab.Plan{Match: game}
	return newParser(&p)
}

// golden frames of the server's own encoders, by their names.
func golden(t testing.TB, name string) map[string][]byte {
	t.Helper()
	b, err := os.ReadFile("../../wire/testdata/" + name + ".golden")
	if err != nil {
		t.Fatal(err)
	}
	frames := map[string][]byte{}
	for part := range strings.SplitSeq("\n"+string(b), "\n-- ") {
		title, body, ok := strings.Cut(part, " --\n")
		if !ok {
			continue
		}
		if !strings.HasSuffix(body, "\n") {
			body += "\n"
		}
		frames[title] = []byte(strings.NewReplacer("$\n", "\n", "^I", "\t", "^M", "\r", "^^", "^").Replace(body))
	}
	if len(frames) < 50 {
		t.Fatalf("%d golden frames of %s", len(frames), name)
	}
	return frames
}

// message is a server's WebSocket message.
func message(text []byte) []byte {
	b := []byte{bitFin | opText}
	switch {
	case len(text) < 126:
		b = append(b, byte(len(text)))
	case len(text) < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(len(text)))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(len(text)))
	}
	return append(b, text...)
}

// data of a block of an event stream.
func dataOf(block []byte) []byte {
	_, data, _ := bytes.Cut(block, []byte("data: "))
	return bytes.TrimSuffix(data, []byte("\n\n"))
}

// looked is what a frame is, by its name in the golden files.
func looked(t *testing.T, how, name string, raw []byte, n int, f frame, err error, epochs []string) {
	t.Helper()
	if err != nil || n != len(raw) {
		t.Errorf("%s: %s: cut %d of %d, %v\n%s", how, name, n, len(raw), err, raw)
		return
	}
	status, _, isStatus := strings.Cut(name, ": ")
	isStatus = isStatus && status == "status"
	want := frame{kind: anEvent, id: f.id, epoch: f.epoch, mark: f.mark}
	if isStatus {
		want.kind = aStatus
		want.stop = strings.HasPrefix(name, "status: after") || strings.HasPrefix(name, "status: abandoned")
		want.anew = strings.HasSuffix(name, "not resumed") && how != "tcp"
	} else {
		first, _, _ := strings.Cut(name, " ")
		want.stop = first == "stop"
		want.alter = first == "cancel" || first == "amend" || first == "abandon"
	}
	if f != want || !isStatus && f.id == 0 || epochs[f.epoch] != "k3f9a2" {
		t.Errorf("%s: %s is %+v, expected %+v", how, name, f, want)
	}
}

// Whatever the server's encoders make is taken, and known for what it is.
func TestGoldenFrames(t *testing.T) {
	p := ours()
	for name, raw := range golden(t, "tcp-ids") {
		if raw[0] != '2' || strings.Contains(name, " and ") {
			continue // an error, or two frames
		}
		n, err := p.cutTCP(raw)
		var f frame
		if err == nil && n > 0 {
			f, err = p.parseTCP(raw[:n])
		}
		looked(t, "tcp", name, raw, n, f, err, p.epochs)
	}
	for name, raw := range golden(t, "sse") {
		if !bytes.HasPrefix(raw, []byte("id: ")) || strings.Contains(name, " and ") {
			continue // a farewell, or two frames
		}
		n, err := cutSSE(raw)
		var f frame
		if err == nil && n > 0 {
			f, err = p.parseSSE(raw[:n])
		}
		looked(t, "sse", name, raw, n, f, err, p.epochs)
		raw = message(dataOf(raw))
		if n, err = cutWS(raw); err == nil && n > 0 {
			f, err = p.parseWS(raw[:n], false)
		}
		looked(t, "ws", name, raw, n, f, err, p.epochs)
	}
}

// A frame that lost a byte, or a line, is not taken for a whole one, unless it was in a
// text that nobody can check.
func TestCutFrames(t *testing.T) {
	p := ours()
	goal := []byte("2026-11-22 18:22:04: goal:\n\tplayer: Luna (7) \n\tteam: <<\"tig\">>\n\tid: 17-k3f9a2\n\r\n")
	for i := range len(goal) - 1 {
		cut := append(append([]byte{}, goal[:i]...), goal...) // and the next one behind it
		n, err := p.cutTCP(cut)
		if err == nil {
			_, err = p.parseTCP(cut[:n])
		}
		if err == nil && i > 0 {
			t.Errorf("%q was taken for a frame", cut[:n])
		}
	}
	for _, wrong := range []string{
		"", "\r\n", "x\n\r\n", "2026-11-22 18:22:04: goal:\n\r\n", "2026-13-22 18:22:04: goal:\n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: Goal:\n\tid: 1-k3f9a2\n\r\n", "2026-11-22 18:22:04: goal:\n\tid: 0-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: goal:\n\tid: 1-k3f9a2\n\tteam: <<\"tig\">>\n\r\n", "2026-11-22 18:22:04: goal:\n\tid: 01-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: goal:\n\tid: 1-K\n\r\n", "2026-11-22 18:22:04: goal:\n\tteam: <<\"t\"ig\">>\n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: goal:\n\tteam: <<\"t\\qig\">>\n\tid: 1-k3f9a2\n\r\n", "2026-11-22 18:22:04: goal:\n\t\t Luna (7) \n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: goal:\n\tplayer: Luna (7)\n\tid: 1-k3f9a2\n\r\n", "2026-11-22 18:22:04: start:\n\thome_players:\n\t\t Luna (x) \n\tid: 1-k3f9a2\n\r\n",
		"ERROR: \n\r\n", "ERROR: no\n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: status:\n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: status:\n\thome: <<\"boc\">>\n\thome_players:\n\thome_score: 0\n\tvisit: <<\"tig\">>\n\tvisit_players:\n\tvisit_score: 0\n\tperiod: first\n\tid: 1-k3f9a2\n\r\n",
		"2026-11-22 18:22:04: status:\n\thome: <<\"elp\">>\n\thome_players:\n\thome_score: 0\n\tvisit: <<\"tig\">>\n\tvisit_players:\n\tvisit_score: 0\n\tperiod: soon\n\tid: 1-k3f9a2\n\r\n",
	} {
		n, err := p.cutTCP([]byte(wrong))
		if n > 0 {
			if _, err = p.parseTCP([]byte(wrong)[:n]); err == nil {
				t.Errorf("%q was taken for a frame", wrong)
			}
		} else if err != nil {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

// The same of event streams and messages.
func TestWrongObjects(t *testing.T) {
	p := ours()
	right := `{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"goal"}`
	for _, wrong := range []string{
		"id: 1-k3f9a2\nevent: goal\n\n", "event: goal\ndata: " + right + "\n\n", "id: 1-k3f9a2\ndata: " + right + "\n\n",
		"id: 2-k3f9a2\nevent: goal\ndata: " + right + "\n\n", "id: 1-k3f9a2\nevent: card\ndata: " + right + "\n\n",
		"id: 1-k3f9a2\nevent: goal\ndata: " + right[:30] + "\n\n", "id: 1-k3f9a2\nevent: goal\ndata: " + right + "\ndata: x\n\n",
		"retry: x\n\n", "retry: 1\nid: 1-k3f9a2\n\n", "what\n\n",
	} {
		n, _ := cutSSE([]byte(wrong))
		if f, err := p.parseSSE([]byte(wrong)[:n]); err == nil {
			t.Errorf("%q was taken for %+v", wrong, f)
		}
	}
	for _, wrong := range []string{
		``, `{}`, `[]`, right[:20], right + right, `{"id":2,"position":"1-k3f9a2","timestamp":1,"kind":"goal"}`,
		`{"id":1,"position":"1","timestamp":1,"kind":"goal"}`, `{"id":0,"position":"0-k3f9a2","timestamp":1,"kind":"goal"}`,
		`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"status","data":{"id":"boc-riv-2011-09-10","home":"boc","visit":"riv","period":"first"}}`,
		`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"status","data":{"id":"elp-tig-2011-09-10","home":"elp","visit":"tig","period":"x"}}`,
		`{"id":1,"position":"1-k3f9a2","timestamp":1,"kind":"status"}`, "\"\xff\"",
	} {
		if f, err := p.parseWS(message([]byte(wrong)), false); err == nil {
			t.Errorf("%q was taken for %+v", wrong, f)
		}
	}
	for _, wrong := range []string{"\x81\x80xxxx", "\xc1\x00", "\x83\x00", "\x09\x00", "\x8a\x7e\x00\x80", "\x81\x7f\x00\x00\x00\x00\x7f\x00\x00\x00", "\x82\x02{}", "\x88\x01x", "\x88\x02\x03\xed", "\x80\x00"} {
		n, err := cutWS([]byte(wrong))
		if err == nil && n > 0 {
			_, err = p.parseWS([]byte(wrong)[:n], false)
		}
		if err == nil {
			t.Errorf("%q was taken", wrong)
		}
	}
	if _, err := p.parseWS(message([]byte(right)), true); err == nil {
		t.Error("a message in the middle of another was taken")
	}
}
