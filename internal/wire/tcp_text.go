package wire

import "unicode/utf8"

const hex = "0123456789ABCDEF"

// appendText writes a text as <<"…">>, after the Erlang binaries of 2011,
// always on one line: quotes, backslashes and control characters are escaped,
// all other UTF-8 stands as it is.
func appendText(b []byte, s string) []byte {
	b = append(b, `<<"`...)
	for i := 0; i < len(s); {
		switch c := s[i]; {
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size
			continue
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c == '\n':
			b = append(b, `\n`...)
		case c == '\t':
			b = append(b, `\t`...)
		case c == '\r':
			b = append(b, `\r`...)
		case isControl(c):
			b = append(b, '\\', 'x', hex[c>>4], hex[c&15])
		default:
			b = append(b, c)
		}
		i++
	}
	return append(b, `">>`...)
}

// appendName writes a name as it is, but on one line: control characters
// become spaces.
func appendName(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			b = utf8.AppendRune(b, r)
			i += size
			continue
		}
		if isControl(c) {
			c = ' '
		}
		b = append(b, c)
		i++
	}
	return b
}

func isControl(c byte) bool { return c < ' ' || c == 0x7f }
