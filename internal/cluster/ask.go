package cluster

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"
)

var (
	// ErrNoNode: no node of that name is alive; the text says which are.
	ErrNoNode = errors.New("no node")
	// ErrTwins: more than one node of that name is alive.
	ErrTwins = errors.New("more than one node")
	// ErrNoAnswer: the node has not answered in time. Perhaps it does what it was
	// asked for.
	ErrNoAnswer = errors.New("no answer")
)

// RefusedError is a node's refusal to do what it was asked for.
type RefusedError struct{ Node, Text string }

func (e *RefusedError) Error() string { return "node " + e.Node + " refuses: " + e.Text }

// patience is how long an answer is waited for, unless the context is done before.
const patience = 5 * time.Second

// mostAsked is how many questions are answered at once, mostRefused how many more are
// told that it is too much. Others hear nothing.
const (
	mostAsked   = 8
	mostRefused = 8
)

// asks are the questions that are under way.
type asks struct {
	mu struct {
		sync.Mutex
		waiting  map[string]chan note // for an answer, by the question's id
		now      int                  // being answered
		refusing int                  // being refused, since there are too many
	}
}

// Ask has a node do something: its Options.Answer is called with verb (1 to 32 of
// a-z and -) and args (at most 8, of at most 255 bytes). It may be this one. The
// errors are those above, *RefusedError, and the store's. Whoever may call this
// can end what other nodes serve: only who has reached the admin address.
func (m *Members) Ask(ctx context.Context, name, verb string, args []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	node, err := m.named(name)
	if err != nil {
		return "", err
	}
	question := note{V: form, ID: newID(), To: node.Run, By: m.run, Verb: verb, Args: args}
	if err := errors.Join(question.check(), check(verb != "", "verb", "empty", "one")); err != nil {
		return "", err
	}
	if node.Self {
		return m.told(node.Name, m.doHere(ctx, question))
	}
	answer := m.asks.wait(question.ID)
	defer m.asks.forget(question.ID)
	if err := m.options.Messages.Publish(ctx, askTopic, encode(question)); err != nil {
		return "", fmt.Errorf("ask node %s: %w", node.Name, err)
	}
	select {
	case a := <-answer:
		return m.told(node.Name, a)
	case <-ctx.Done():
	case <-m.life.Done():
	}
	return "", fmt.Errorf("%w of node %s: perhaps it does it all the same; see what it says of itself", ErrNoAnswer, node.Name)
}

// told is what an answer says.
func (m *Members) told(name string, a note) (string, error) {
	if a.Refused != "" {
		return "", &RefusedError{name, a.Refused}
	}
	return a.Answer, nil
}

// named finds the node of a name that is alive.
func (m *Members) named(name string) (found Node, err error) {
	nodes := m.Nodes()
	n, names := 0, make([]string, 0, len(nodes))
	for _, node := range nodes {
		names = append(names, node.Name)
		if node.Name == name {
			found = node
			n++
		}
	}
	switch n {
	case 0:
		return Node{}, fmt.Errorf("%w called %.80q is alive; there are: %s", ErrNoNode, name, strings.Join(names, ", "))
	case 1:
		return found, nil
	}
	return Node{}, fmt.Errorf("%w is called %s: give each a name of its own (--node)", ErrTwins, name)
}

func (a *asks) wait(id string) <-chan note {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mu.waiting == nil {
		a.mu.waiting = make(map[string]chan note)
	}
	c := make(chan note, 1)
	a.mu.waiting[id] = c
	return c
}

func (a *asks) forget(id string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.mu.waiting, id)
}
