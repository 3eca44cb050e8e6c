package pumptest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"testing"
	"time"

	"matchstream/internal/pump"
)

// peer is the client's end of a connection.
type peer interface {
	net.Conn
	CloseWrite() error
	SetLinger(seconds int) error
	SetReadBuffer(bytes int) error
}

// RunOverTLS runs the tests of Run with connections that are TLS, as a gate hands
// them over: after the handshake.
func RunOverTLS(t *testing.T, open func(pump.Options) pump.Pump) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	of := &x509.Certificate{SerialNumber: big.NewInt(1)}
	certificate, err := x509.CreateCertificate(rand.Reader, of, of, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	with := &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{certificate}, PrivateKey: key}}}
	Run(t, func(o pump.Options) pump.Pump { return secured{open(o), o.SendTimeout, with} })
}

// anyServer is believed, at a handshake that costs little: some tests have a thousand.
var anyServer = &tls.Config{InsecureSkipVerify: true, CurvePreferences: []tls.CurveID{tls.X25519}}

// secured is a pump all of whose connections are TLS.
type secured struct {
	pump.Pump
	timeout time.Duration
	with    *tls.Config
}

// overTLS is a client's end with what belongs to the connection below.
type overTLS struct {
	*tls.Conn
	below *net.TCPConn
}

func (c overTLS) SetLinger(seconds int) error { return c.below.SetLinger(seconds) }

// SetReadBuffer has room for more than a record (16 kB): else the kernel lets each in
// by pieces, after pauses.
func (c overTLS) SetReadBuffer(bytes int) error { return c.below.SetReadBuffer(4 * bytes) }

// dialPair is two ends of a connection over loopback that a pump can be given, for
// who closes them himself.
func dialPair(p pump.Pump) (server net.Conn, client peer, err error) {
	a, b, err := dialTCP()
	s, ok := p.(secured)
	if err != nil || !ok {
		return a, b, err
	}
	secure, ours := tls.Server(pump.NewSteady(a, s.timeout), s.with), tls.Client(b, anyServer)
	shaken := make(chan error, 1)
	go func() { shaken <- secure.Handshake() }()
	if err = ours.Handshake(); err == nil {
		err = <-shaken
	}
	if err != nil {
		a.Close()
		b.Close()
	}
	return secure, overTLS{ours, b}, err
}

func dialTCP() (server, client *net.TCPConn, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	defer l.Close()
	c, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		return nil, nil, err
	}
	s, err := l.Accept()
	if err != nil {
		c.Close()
		return nil, nil, err
	}
	client = c.(*net.TCPConn)
	client.SetDeadline(time.Now().Add(patience))
	return s.(*net.TCPConn), client, nil
}
