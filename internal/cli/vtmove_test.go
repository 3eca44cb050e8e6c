package cli

import "strings"

// move is what a whole screen needs beside what a few lines do: moves of the cursor,
// erasing in a line. False: it is not known. Modes (private ones, with ?, > or =) are
// taken note of by nobody.
func (v *vt) move(parameters string, final byte, n int) bool {
	if strings.ContainsAny(parameters, "?>=<$") {
		return true
	}
	blank := func(from, to int) {
		for i := from; i < min(to, v.width); i++ {
			v.cells[v.row][i] = ' '
		}
	}
	switch final {
	case 'A':
		v.row = max(0, v.row-n)
	case 'B':
		v.row = min(v.height-1, v.row+n)
	case 'C':
		v.col = min(v.width-1, v.col+n)
	case 'D':
		v.col = max(0, v.col-n)
	case 'G', '`':
		v.col = min(n, v.width) - 1
	case 'd':
		v.row = min(n, v.height) - 1
	case 'X':
		blank(v.col, v.col+n)
	case 'b':
		last := v.cells[v.row][max(0, v.col-1)]
		for range n {
			v.put(last)
		}
	case 'K':
		switch parameters {
		case "", "0":
			blank(v.col, v.width)
		case "1":
			blank(0, v.col+1)
		}
	case 'J':
		if parameters != "" && parameters != "0" {
			return false
		}
		blank(v.col, v.width)
		for i := v.row + 1; i < v.height; i++ {
			v.cells[i] = v.blank()
		}
	case 'P':
		row := v.cells[v.row]
		copy(row[v.col:], row[min(v.width, v.col+n):])
		blank(v.width-n, v.width)
	case '@':
		row := v.cells[v.row]
		copy(row[min(v.width, v.col+n):], row[v.col:])
		blank(v.col, v.col+n)
	default:
		return false
	}
	return true
}
