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
	body := fmt.Sprintf(`{"title":%q,"status":%d,"detail":%q}`+"\n",
		http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable, errFullForIP)
	return fmt.Appendf(nil, "HTTP/1.1 %d %s\r\nContent-Type: application/problem+json\r\nRetry-After: 5\r\nAccess-Control-Allow-Origin: *\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
		http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable), len(body), body)
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
