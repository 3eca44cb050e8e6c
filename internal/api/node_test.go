package api

import (
	"testing"
)

// Where there is more than one node, checkin names them as they are given, this
// one by the host that the client has asked; a node that takes no clients sends
// them to the first of the others.
func TestCheckinAmongNodes(t *testing.T) {
	port, secure := 9999, 0
	places := []Place{{Name: "two", Host: "192.0.2.2", Port: 9100, TLS: 9500, HTTP: 8888, URL: "https://two.example:8888"}, {Name: "one", Port: 9999, HTTP: 8888}}
	b := newBench(t, func(o *Options) {
		o.CheckinPort = func() int { return port }
		o.CheckinTLS = func() int { return secure }
		o.Places = func() []Place { return places }
	})
	const head = "Content-Type: application/json\nVary: Accept-Encoding\n\n"
	for _, c := range []struct {
		port   int
		secure int
		places []Place
		want   string
	}{
		{9999, 0, places, "200\n" + head + `{"port":9999,"host":"one.example","nodes":[{"name":"two","host":"192.0.2.2","port":9100,"tls":9500,"http":8888,"url":"https://two.example:8888"},{"name":"one","host":"one.example","port":9999,"http":8888,"url":"http://one.example:8888"}]}`},
		{0, 0, places[:1], "200\n" + head + `{"port":9100,"host":"192.0.2.2","tls":9500,"nodes":[{"name":"two","host":"192.0.2.2","port":9100,"tls":9500,"http":8888,"url":"https://two.example:8888"}]}`},
		{9999, 9443, nil, "200\n" + head + `{"port":9999,"host":"one.example","tls":9443}`},
	} {
		port, secure, places = c.port, c.secure, c.places
		if got := b.exchange(t, "GET /1/checkin\nHost: one.example:8888\n"); got != c.want {
			t.Errorf("port %d, %v:\n%s\nwant\n%s", c.port, c.places, got, c.want)
		}
	}
}
