package cli

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// vt is a terminal: as much of one (ECMA-48, VT100) as the screen needs. A
// sequence that it does not know is an error.
type vt struct {
	mu            sync.Mutex
	width, height int
	cells         [][]rune
	row, col      int // from 0
	kept          [2]int
	top, bottom   int // of the scroll region, from 0, both in it
	wrap          bool
	rest          string // of a sequence, cut
	painted       bool   // a colour or the like was asked for
	wrong         []string
	changed       chan struct{} // closed and made anew at each writing
}

func newVT(width, height int) *vt {
	v := &vt{changed: make(chan struct{})}
	v.resize(width, height)
	return v
}

// resize begins with an empty screen; a real one keeps something or other.
func (v *vt) resize(width, height int) {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.width, v.height, v.top, v.bottom, v.wrap = width, height, 0, height-1, true
	v.row, v.col = min(v.row, height-1), 0
	v.cells = make([][]rune, height)
	for i := range v.cells {
		v.cells[i] = v.blank()
	}
}

func (v *vt) blank() []rune { return []rune(strings.Repeat(" ", v.width)) }

func (v *vt) Write(p []byte) (int, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	text := v.rest + string(p)
	v.rest = ""
	for text != "" {
		n := v.one(text)
		if n == 0 {
			v.rest = text
			break
		}
		text = text[n:]
	}
	close(v.changed)
	v.changed = make(chan struct{})
	return len(p), nil
}

// one does what the first character or sequence says; 0: it is not whole.
func (v *vt) one(text string) int {
	switch text[0] {
	case '\x1b':
		return v.escape(text)
	case '\r':
		v.col = 0
	case '\n':
		v.feed()
	case '\b':
		v.col = max(0, v.col-1)
	case '\a':
	default:
		if !utf8.FullRuneInString(text) {
			return 0
		}
		r, n := utf8.DecodeRuneInString(text)
		v.put(r)
		return n
	}
	return 1
}

func (v *vt) put(r rune) {
	if r < ' ' || r == 0x7f {
		v.wrong = append(v.wrong, fmt.Sprintf("%U", r))
	}
	if v.col == v.width {
		if v.wrap {
			v.col = 0
			v.feed()
		} else {
			v.col--
		}
	}
	v.cells[v.row][v.col] = r
	v.col++
}

func (v *vt) feed() {
	switch {
	case v.row == v.bottom:
		copy(v.cells[v.top:v.bottom], v.cells[v.top+1:v.bottom+1])
		v.cells[v.bottom] = v.blank()
	case v.row < v.height-1:
		v.row++
	}
}

func (v *vt) escape(text string) int {
	if len(text) < 2 {
		return 0
	}
	switch text[1] {
	case '7':
		v.kept = [2]int{v.row, v.col}
		return 2
	case '8':
		v.row, v.col = min(v.kept[0], v.height-1), min(v.kept[1], v.width)
		return 2
	case '[':
		end := strings.IndexFunc(text[2:], func(r rune) bool { return r >= '@' && r <= '~' })
		if end < 0 {
			return 0
		}
		v.control(text[2:2+end], text[2+end])
		return 2 + end + 1
	case ']', 'P': // a title, a question: up to BEL, or ST
		for _, last := range []string{"\a", "\x1b\\"} {
			if end := strings.Index(text, last); end > 0 {
				return end + len(last)
			}
		}
		return 0
	case 'M':
		v.row = max(0, v.row-1)
		return 2
	}
	v.wrong = append(v.wrong, fmt.Sprintf("%q", text[:2]))
	return 2
}

func (v *vt) control(parameters string, final byte) {
	n := [2]int{}
	for i, p := range strings.SplitN(parameters, ";", 2) {
		n[i], _ = strconv.Atoi(p)
	}
	switch string(final) + " " + parameters {
	case "J 2":
		for i := range v.cells {
			v.cells[i] = v.blank()
		}
		return
	case "K 2":
		v.cells[v.row] = v.blank()
		return
	case "l ?7", "h ?7":
		v.wrap = final == 'h'
		return
	}
	switch final {
	case 'm':
		v.painted = v.painted || n[0] != 0
	case 'H':
		v.row, v.col = min(max(n[0], 1), v.height)-1, min(max(n[1], 1), v.width)-1
	case 'r':
		v.top, v.bottom, v.row, v.col = max(n[0], 1)-1, v.height-1, 0, 0
		if n[1] > 0 {
			v.bottom = n[1] - 1
		}
	default:
		if !v.move(parameters, final, max(n[0], 1)) {
			v.wrong = append(v.wrong, "CSI "+parameters+string(final))
		}
	}
}

// shown is the screen, without spaces at the ends of rows, and empty rows
// below.
func (v *vt) shown() string {
	v.mu.Lock()
	defer v.mu.Unlock()
	var rows []string
	for _, r := range v.cells {
		rows = append(rows, strings.TrimRight(string(r), " "))
	}
	return strings.TrimRight(strings.Join(rows, "\n"), "\n")
}
