package gate

import (
	"fmt"
	"net"
	"net/http"
	"time"
)

// tooMany is the answer to whoever has more connections than one address may,
// whatever he asks for.
func tooMany() []byte {
	return plainRefusal(http.StatusServiceUnavailable, errFullForIP, "Retry-After: 5\r\n")
}

// badRequest is the answer to what is no request.
func badRequest(why error) []byte { return plainRefusal(http.StatusBadRequest, why, "") }

// plainRefusal is an answer to whoever does not get as far as net/http.
func plainRefusal(status int, why error, more string) []byte {
	body := fmt.Sprintf(`{"title":%q,"status":%d,"detail":%q}`+"\n", http.StatusText(status), status, why)
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\n%sAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		status, http.StatusText(status), more, len(body), body)
}

// refuse one who is too many, once he has asked: an answer that comes before
// the question is taken for a mistake.
func (g *Gate) refuse(c net.Conn) {
	defer g.waiting.done(c)
	c.SetReadDeadline(time.Now().Add(time.Second))
	if g.waiting.over() {
		c.Close()
		return
	}
	silent := g.visit(c, 0) // to be closed for others
	_, err := silent.Read(make([]byte, 512))
	g.quiet.remove(silent)
	if err != nil {
		silent.Close()
		return
	}
	g.turnAway(c, tooMany())
}
