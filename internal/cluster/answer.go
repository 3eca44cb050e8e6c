package cluster

import "context"

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
	m.done.Go(func() {
		ctx, cancel := context.WithTimeout(m.life, patience)
		defer cancel()
		if err := m.options.Messages.Publish(ctx, askTopic, encode(m.do(ctx, n))); err != nil && m.life.Err() == nil {
			m.log.Warn("another node was not answered", "cause", err)
		}
	})
}

// do what was asked for. The answer is one to be sent.
func (m *Members) do(ctx context.Context, question note) note {
	a := note{V: form, ID: question.ID, To: question.By, By: m.run}
	switch {
	case m.options.Answer == nil:
		a.Refused = "it answers to nothing"
		return a
	case !m.asks.begins():
		a.Refused = "it has too many questions to answer already; ask again"
		return a
	}
	defer m.asks.ends()
	text, err := m.options.Answer(ctx, question.Verb, question.Args)
	if err != nil {
		a.Refused = oneLine(err.Error())
		if a.Refused == "" {
			a.Refused = "it does not say why"
		}
		return a
	}
	a.Answer = oneLine(text)
	return a
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
