package plot

import (
	"encoding/xml"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// sheet is an SVG that grows.
type sheet struct{ strings.Builder }

// tag writes a part without contents; attributes are name and value, in turn.
func (s *sheet) tag(name string, attributes ...any) { s.open(name, "/>", attributes) }

// titled is tag with what a pointer that rests there is shown; "": nothing.
func (s *sheet) titled(title, name string, attributes ...any) {
	if title == "" {
		s.open(name, "/>", attributes)
		return
	}
	s.open(name, ">", attributes)
	fmt.Fprintf(s, "<title>%s</title></%s>\n", escape(title), name)
}

// text writes words; anchor is start, middle or end.
func (s *sheet) text(class, anchor string, x, y float64, words string) {
	fmt.Fprintf(s, `<text class="%s" x="%s" y="%s" text-anchor="%s">%s</text>`+"\n", class, number(x), number(y), anchor, escape(words))
}

func (s *sheet) open(name, end string, attributes []any) {
	fmt.Fprintf(s, "<%s", name)
	for i := 0; i+1 < len(attributes); i += 2 {
		value := attributes[i+1]
		if f, ok := value.(float64); ok {
			value = number(f)
		}
		fmt.Fprintf(s, ` %s="%s"`, attributes[i], escape(fmt.Sprint(value)))
	}
	s.WriteString(end)
	if end == "/>" {
		s.WriteByte('\n')
	}
}

// escape also replaces what XML cannot say.
func escape(text string) string {
	var b strings.Builder
	xml.EscapeText(&b, []byte(text)) // a builder takes all
	return b.String()
}

// number has a tenth of a unit: finer than anybody sees.
func number(f float64) string {
	return strings.TrimSuffix(strconv.FormatFloat(f, 'f', 1, 64), ".0")
}

// width is about how wide words are, in a usual sans-serif of that size.
func width(words string, size float64) float64 {
	return 0.55 * size * float64(utf8.RuneCountInString(words))
}

// lines breaks words into lines that are at most so wide.
func lines(words string, size, room float64) (all []string) {
	line := ""
	for _, w := range strings.Fields(words) {
		if line != "" && width(line+" "+w, size) > room {
			all = append(all, line)
			line = ""
		}
		line = strings.TrimPrefix(line+" "+w, " ")
	}
	if line != "" {
		all = append(all, line)
	}
	return all
}
