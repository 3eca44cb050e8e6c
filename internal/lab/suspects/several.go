package suspects

import "strings"

// These are for several nodes, of which each may be in the way.

// ofAny makes a rule of one about one server: it holds if it does for any of them, and
// says so of each for which it does. What is to be done is for the first.
func ofAny(one func(*trial, *Server) (text, remedy string)) func(*trial) (text, remedy string) {
	return func(c *trial) (text, remedy string) {
		var said []string
		for _, s := range c.Servers {
			t, r := one(c, s)
			if t == "" {
				continue
			}
			if len(said) == 0 {
				remedy = r
			}
			said = append(said, t)
		}
		return strings.Join(said, " "), remedy
	}
}

// several: there is more than one node, so that they have to be told apart.
func (c *trial) several() bool { return len(c.Servers)+c.Unseen > 1 }

// the name of a server, at the beginning of a sentence.
func (c *trial) the(s *Server) string {
	if c.several() {
		return s.Name
	}
	return "The server"
}

// all servers, within a sentence.
func (c *trial) all() string {
	if c.several() {
		return "the servers"
	}
	return "the server"
}

// unseen are those of which nothing is known, within a sentence; "": none.
func (c *trial) unseen() string {
	switch {
	case len(c.Servers) == 0 && !c.several():
		return "the server itself"
	case len(c.Servers) == 0:
		return "the servers themselves"
	case c.Unseen > 0:
		return "some of the servers"
	}
	return ""
}
