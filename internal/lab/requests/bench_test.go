package requests

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"matchstream/internal/lab"
)

// BenchmarkUser is one user with three requests: as the lab makes them, and by
// net/http's client with a transport of his own, as an app has it. The server is in the
// same process and costs both the same.
func BenchmarkUser(b *testing.B) {
	s := httptest.NewServer(http.HandlerFunc(good))
	defer s.Close()
	b.Run("lab", func(b *testing.B) {
		b.ReportAllocs()
		l := load(s.URL)
		l.Users, l.AtOnce = b.N, 8
		for range 2 {
			l.Requests = append(l.Requests, lab.Request{Name: "checkin", URL: s.URL})
		}
		before := cpu()
		a, err := Run(b.Context(), l, nil)
		if err != nil || a.OK != int64(3*b.N) {
			b.Fatal(a, err)
		}
		b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	})
	b.Run("net-http", func(b *testing.B) {
		b.ReportAllocs()
		before := cpu()
		b.SetParallelism(4)
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				transport := &http.Transport{DisableCompression: true}
				c := http.Client{Transport: transport}
				for range 3 {
					r, err := c.Get(s.URL)
					if err != nil {
						b.Error(err)
						return
					}
					io.Copy(io.Discard, r.Body)
					r.Body.Close()
				}
				transport.CloseIdleConnections()
			}
		})
		b.ReportMetric(float64((cpu()-before).Nanoseconds())/float64(b.N), "cpu-ns/op")
	})
}
