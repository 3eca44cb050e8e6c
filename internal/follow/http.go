package follow

import (
	"errors"
	"net"
	"net/http"
	"time"

	"matchstream/internal/client"
)

// streams makes the requests of streams. No connection is used twice: each
// stream is one. Of a server that has vanished without a word the system's
// keep-alives tell, after some two minutes: how often there are signs of life
// on a stream is the server's affair, and TCP has none.
var streams = &http.Client{Transport: &http.Transport{
	Proxy:                 http.ProxyFromEnvironment,
	DialContext:           (&net.Dialer{Timeout: connecting}).DialContext,
	TLSHandshakeTimeout:   connecting,
	ResponseHeaderTimeout: 30 * time.Second,
	DisableKeepAlives:     true,
	DisableCompression:    true,
}}

// refusal is an answer that is no stream.
func refusal(response *http.Response) (after time.Duration, err error) {
	defer response.Body.Close()
	if response.StatusCode == http.StatusNotFound {
		return 0, errRemoved
	}
	again, after, err := client.Refused(response)
	if again {
		err = againError{err}
	}
	return after, err
}

// mayPass marks an error of the API that another try may change.
func mayPass(err error) error {
	if errors.Is(err, client.ErrGaveUp) {
		return againError{err}
	}
	return err
}

// raw shows bytes to whoever wants them; nil: nobody does.
func (f *follower) raw() func([]byte) error {
	if f.Raw == nil {
		return nil
	}
	return func(b []byte) error {
		if err := f.Raw(b); err != nil {
			return takerError{err}
		}
		return nil
	}
}
