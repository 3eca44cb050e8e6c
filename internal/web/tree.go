package web

import (
	"fmt"
	"html"
	"html/template"
	"maps"
	"slices"
	"strings"
)

// The parts of a match's page that go on by script are made twice: here, and
// in assets/, in a file of the same name, function by function, of the same
// story (story.go, story.js). el builds both; a test in a browser compares.

// at are an element's attributes. true is one without a value; false, nil and
// what a part leaves out is none.
type at map[string]any

type node struct {
	name string
	at   at
	kids []any // node, []node or string
}

// el is an element, of HTML or SVG. A string becomes text, whatever is in it.
func el(name string, a at, kids ...any) node { return node{name, a, kids} }

func (n node) write(b *strings.Builder) {
	b.WriteString("<" + n.name)
	for _, key := range slices.Sorted(maps.Keys(n.at)) {
		switch value := n.at[key].(type) {
		case nil:
		case bool:
			if value {
				b.WriteString(" " + key)
			}
		default:
			fmt.Fprintf(b, ` %s="%s"`, key, html.EscapeString(fmt.Sprint(value)))
		}
	}
	b.WriteString(">")
	for _, kid := range n.kids {
		switch kid := kid.(type) {
		case node:
			kid.write(b)
		case []node:
			for _, k := range kid {
				k.write(b)
			}
		case string:
			b.WriteString(html.EscapeString(kid))
		default:
			panic(fmt.Sprintf("web: %T in <%s>", kid, n.name)) // a typing error in a part
		}
	}
	b.WriteString("</" + n.name + ">")
}

// markup is nodes as a template shows them.
func markup(nodes ...node) template.HTML {
	var b strings.Builder
	for _, n := range nodes {
		n.write(&b)
	}
	return template.HTML(b.String())
}

// icon is one of the symbols of pages/symbols.html. Without a label it only
// adorns.
func icon(name, label string) node {
	a := at{"class": "icon " + name, "aria-hidden": "true"}
	if label != "" {
		a = at{"class": "icon " + name, "role": "img", "aria-label": label}
	}
	return el("svg", a, el("use", at{"href": "#i-" + name}))
}

func isolated(text string) node { return el("bdi", at{}, text) }

// when is a minute as people write it.
func when(minute string) string {
	if minute == "" {
		return ""
	}
	return minute + "′"
}
