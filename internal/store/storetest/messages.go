package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"matchstream/internal/store"
)

// listener is a Subscribe beside the test.
type listener struct {
	*running
	messages chan string
}

// listening begins a Subscribe and waits until it is ready.
func listening(t *testing.T, s store.Store, topic string) *listener {
	t.Helper()
	l := &listener{messages: make(chan string, 1<<16)}
	ready := make(chan struct{})
	l.running = start(t, func(ctx context.Context) error {
		return s.Subscribe(ctx, topic, func() { close(ready) }, func(m []byte) { l.messages <- string(m) })
	})
	receive(t, ready, "ready")
	return l
}

func publish(t *testing.T, s store.Store, topic, message string) {
	t.Helper()
	if err := s.Publish(within(t), topic, []byte(message)); err != nil {
		t.Fatal(err)
	}
}

// messages: all who subscribe to the topic hear them in order, and nobody else does.
func messages(t *testing.T, s store.Store) {
	publish(t, s, "a", "nobody hears it")
	one, other, b := listening(t, s, "a"), listening(t, s, "a"), listening(t, s, "b")
	want := []string{"", strings.Repeat("x", store.MaxMessage), "\x00\r\n"}
	for i := range 100 {
		want = append(want, fmt.Sprint(i))
	}
	for _, m := range want {
		publish(t, s, "a", m)
	}
	publish(t, s, "b", "for b")
	for _, l := range []*listener{one, other} {
		var got []string
		for range want {
			got = append(got, receive(t, l.messages, "a message"))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("heard %.100q, sent %.100q", got, want)
		}
	}
	if got := receive(t, b.messages, "b's message"); got != "for b" {
		t.Fatalf("b heard %q", got)
	}
	one.cancel()
	is(t, "end of Subscribe", one.end(t), context.Canceled)
	publish(t, s, "a", "for who is left")
	if got := receive(t, other.messages, "the last"); got != "for who is left" {
		t.Fatalf("heard %q", got)
	}
	if len(one.messages)+len(other.messages)+len(b.messages) > 0 {
		t.Fatal("heard one too many")
	}
}

func badMessages(t *testing.T, s store.Store) {
	for _, topic := range []string{"", "a.b", "a>", "*", "A", "a b"} {
		if err := s.Publish(within(t), topic, nil); err == nil {
			t.Errorf("published on topic %q", topic)
		}
		if err := s.Subscribe(within(t), topic, func() { t.Error("ready") }, nil); err == nil {
			t.Errorf("subscribed to topic %q", topic)
		}
	}
	if err := s.Publish(within(t), "a", make([]byte, store.MaxMessage+1)); err == nil {
		t.Error("published a message that is too long")
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Subscribe(ended, "a", func() {}, func([]byte) { t.Error("called") }); err == nil {
		t.Error("a Subscribe whose context had ended gives no error")
	}
}
