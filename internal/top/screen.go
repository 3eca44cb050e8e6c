package top

import (
	"context"
	"errors"
	"io"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Run shows the screen on a terminal until it is quit, or ctx ends. It says which files
// were written.
func Run(ctx context.Context, o Options, in io.Reader, out io.Writer, environment []string) (profiles []string, err error) {
	ctx, stop := context.WithCancel(ctx)
	defer stop() // what is still asked ends with the screen
	s := newScreen(ctx, o, time.Now)
	p := tea.NewProgram(s, tea.WithContext(ctx), tea.WithInput(in), tea.WithOutput(out),
		tea.WithEnvironment(environment), tea.WithoutSignalHandler(), tea.WithFPS(10))
	_, err = p.Run()
	if ctx.Err() != nil && (errors.Is(err, tea.ErrProgramKilled) || errors.Is(err, context.Canceled)) {
		err = nil // a signal is one way to end it
	}
	return s.written, err
}

// screen is State as a program of bubbletea. Its methods are called by one goroutine.
type screen struct {
	*State
	Options
	ctx           context.Context
	clock         func() time.Time
	turn          int // of the questions: an answer to one before a change of the sort is none to this
	width, height int
	taking        *taking  // a profile; nil: none is being taken
	written       []string // files of profiles
}

// taking a profile.
type taking struct {
	node, kind string
	since      time.Time
}

// What comes to Update beside keys.
type (
	answered struct {
		node, turn int
		answer
	}
	due struct { // the next question to a node
		node, turn int
	}
	second   struct{}
	profiled struct {
		text string
		file string // "": there is none
	}
)

func newScreen(ctx context.Context, o Options, clock func() time.Time) *screen {
	s := &screen{State: newState(o), Options: o, ctx: ctx, clock: clock, width: 80, height: 24}
	s.State.Now = clock()
	return s
}

// Init as of a tea.Model.
func (s *screen) Init() tea.Cmd { return tea.Batch(s.askNodes(), everySecond()) }

func everySecond() tea.Cmd {
	return tea.Tick(time.Second, func(time.Time) tea.Msg { return second{} })
}

// askNodes asks all at once; what was asked before is forgotten.
func (s *screen) askNodes() tea.Cmd {
	s.turn++
	var all []tea.Cmd
	for i := range s.Options.Nodes {
		all = append(all, s.askNode(i))
	}
	return tea.Batch(all...)
}

func (s *screen) askNode(i int) tea.Cmd {
	node, turn, q := s.Options.Nodes[i], s.turn, question{sort: s.State.Sort, limit: s.Limit, match: s.Match}
	return func() tea.Msg {
		snapshot, err := ask(s.ctx, node, q)
		return answered{i, turn, answer{snapshot, err}}
	}
}

// Update as of a tea.Model.
func (s *screen) Update(m tea.Msg) (tea.Model, tea.Cmd) {
	s.now()
	switch m := m.(type) {
	case tea.WindowSizeMsg:
		s.width, s.height = m.Width, m.Height
	case tea.KeyPressMsg:
		return s, s.key(m.String())
	case answered:
		return s, s.took(m)
	case due:
		if m.turn == s.turn {
			return s, s.askNode(m.node)
		}
	case second:
		return s, everySecond()
	case profiled:
		s.taking, s.Note = nil, m.text
		if m.file != "" {
			s.written = append(s.written, m.file)
		}
	}
	return s, nil
}

// now is what is shown as the time; not while the screen is held.
func (s *screen) now() {
	if !s.Held {
		s.State.Now = s.clock()
	}
}

// took an answer; the next question follows in its time.
func (s *screen) took(m answered) tea.Cmd {
	if m.turn != s.turn {
		return nil
	}
	node := s.State.Nodes[m.node]
	switch {
	case s.Held:
	case m.err != nil:
		node.Failed(m.err.Error(), s.State.Now)
	default:
		node.Answered(m.snapshot, s.State.Every)
	}
	return tea.Tick(s.State.Every, func(time.Time) tea.Msg { return due{m.node, m.turn} })
}

// View as of a tea.Model.
func (s *screen) View() tea.View {
	return tea.View{Content: s.shown(painted()), AltScreen: true, WindowTitle: "matchstream top"}
}

// shown is the screen as text.
func (s *screen) shown(p paint) string {
	if t := s.taking; t != nil {
		s.Note = t.progress(s.clock())
	}
	return s.view(max(s.width, 20), max(s.height, 5), p)
}
