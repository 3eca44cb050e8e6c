package certs

import (
	"bytes"
	"crypto/sha256"
	"crypto/tls"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"
)

// Every is how often the files are looked at.
const Every = 5 * time.Second

// Files are a certificate with those above it, and its key, in PEM. Its methods
// may be called by any goroutine.
type Files struct {
	cert, key string
	log       *slog.Logger
	now       atomic.Pointer[tls.Certificate]
	broken    atomic.Bool
	mu        struct {
		sync.Mutex
		has    [sha256.Size]byte // of what the files had when now was read
		failed string            // why they could not be read, when they were looked at last; ""
		told   string            // what of that was logged
	}
	stop chan struct{}
	done sync.WaitGroup
}

// Open reads the files, and then looks every so often whether they have
// changed, until Close.
func Open(cert, key string, every time.Duration, log *slog.Logger) (*Files, error) {
	f := &Files{cert: cert, key: key, log: log, stop: make(chan struct{})}
	if err := f.read(); err != nil {
		return nil, err
	}
	f.done.Go(func() { f.watch(every) })
	return f, nil
}

// Close ends the looking; the certificate is there still.
func (f *Files) Close() {
	close(f.stop)
	f.done.Wait()
}

func (f *Files) watch(every time.Duration) {
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			f.look(false)
		case <-f.stop:
			return
		}
	}
}

// Reload looks at the files at once. Whatever is wrong with them is an error,
// and the certificate before holds on.
func (f *Files) Reload() error { return f.look(true) }

// look at the files. One may have been replaced before the other: so what is
// wrong at one look is told when it is still so at the next, unless somebody
// asks.
func (f *Files) look(asked bool) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	before := f.mu.has
	err := f.readLocked()
	failed := ""
	if err != nil {
		failed = err.Error()
	}
	lasting := asked || failed == f.mu.failed
	f.mu.failed = failed
	switch {
	case err == nil:
		f.broken.Store(false)
		f.mu.told = ""
		if f.mu.has != before {
			f.log.Info("the certificate is read anew", "file", f.cert, "names", f.now.Load().Leaf.DNSNames, "end", f.now.Load().Leaf.NotAfter)
		}
	case lasting:
		f.broken.Store(true)
		if failed != f.mu.told {
			f.mu.told = failed
			f.log.Error("not reloaded: the certificate before holds on", "cause", err, "do", "put a certificate and its key there, in PEM")
		}
	}
	return err
}

func (f *Files) read() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.readLocked()
}

func (f *Files) readLocked() error {
	cert, err := os.ReadFile(f.cert)
	if err != nil {
		return fmt.Errorf("the certificate cannot be read: %w", err)
	}
	key, err := os.ReadFile(f.key)
	if err != nil {
		return fmt.Errorf("the key of the certificate cannot be read: %w", err)
	}
	has := sha256.Sum256(bytes.Join([][]byte{cert, key}, []byte{0}))
	if has == f.mu.has {
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	if err != nil {
		return fmt.Errorf("expected a certificate in %s and its key in %s, both in PEM: %w", f.cert, f.key, err)
	}
	f.mu.has = has
	f.now.Store(&pair)
	return nil
}

// Config is for a listener that speaks these protocols over TLS (ALPN), the
// preferred first; it shows to each who comes what the files have then.
func (f *Files) Config(protocols ...string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: protocols,
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return f.now.Load(), nil }}
}

// Missing is nothing: without a certificate there are no Files.
func (f *Files) Missing() []string { return nil }

// Broken says whether the files have something that cannot be used, so that an
// older certificate is shown.
func (f *Files) Broken() bool { return f.broken.Load() }

// Expires is when the certificate that is shown does.
func (f *Files) Expires() time.Time { return f.now.Load().Leaf.NotAfter }
