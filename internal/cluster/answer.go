package cluster

import (
	"cmp"
	"context"
)

// hearNote hears a question to this node, or the answer to one of its own.
func (m *Members) hearNote(message []byte) {
	n, err := parseNote(message)
	if err != nil {
		m.Counts.Refused.Add(1)
		m.log.Warn("a message of another node is not understood", "cause", err)
		return
	}
	if n.To != m.run {
		return
	}
	if n.Verb == "" {
		m.asks.mu.Lock()
		defer m.asks.mu.Unlock()
		select {
		case m.asks.mu.waiting[n.ID] <- n: // to nil: nobody waits any more
		default: // or it has come before
		}
		return
	}
	// Decided before there is a goroutine: however many ask, no more than so many
	// wait for a store that takes no answer.
	switch {
	case m.asks.begins():
		m.done.Go(func() {
			defer m.asks.ends()
			m.replies(func(ctx context.Context) note { return m.do(ctx, n) })
		})
	case m.asks.refuses():
		m.done.Go(func() {
			defer m.asks.refused()
			m.replies(func(context.Context) note { return m.refusal(n, tooMany) })
		})
	default:
		m.Counts.Refused.Add(1) // he hears nothing, which is told to him as ErrNoAnswer
	}
}

// replies with an answer, within patience.
func (m *Members) replies(answer func(context.Context) note) {
	ctx, cancel := context.WithTimeout(m.life, patience)
	defer cancel()
	if err := m.options.Messages.Publish(ctx, askTopic, encode(answer(ctx))); err != nil && m.life.Err() == nil {
		m.log.Warn("another node was not answered", "cause", err)
	}
}

const tooMany = "it has too many questions to answer already; ask again"

func (m *Members) refusal(question note, why string) note {
	return note{V: form, ID: question.ID, To: question.By, By: m.run, Refused: why}
}

// do what was asked for. The answer is one to be sent. Called between begins and
// ends.
func (m *Members) do(ctx context.Context, question note) note {
	if m.options.Answer == nil {
		return m.refusal(question, "it answers to nothing")
	}
	text, err := m.options.Answer(ctx, question.Verb, question.Args)
	if err != nil {
		return m.refusal(question, cmp.Or(oneLine(err.Error()), "it does not say why"))
	}
	return note{V: form, ID: question.ID, To: question.By, By: m.run, Answer: oneLine(text)}
}

// doHere does what this node asks itself for.
func (m *Members) doHere(ctx context.Context, question note) note {
	if !m.asks.begins() {
		return m.refusal(question, tooMany)
	}
	defer m.asks.ends()
	return m.do(ctx, question)
}

func (a *asks) begins() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mu.now >= mostAsked {
		return false
	}
	a.mu.now++
	return true
}

func (a *asks) ends() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mu.now--
}

// refuses says whether somebody can still be told that there are too many questions.
func (a *asks) refuses() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.mu.refusing >= mostRefused {
		return false
	}
	a.mu.refusing++
	return true
}

func (a *asks) refused() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.mu.refusing--
}
