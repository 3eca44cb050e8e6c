package embedded

import (
	"log/slog"
	"os"
	"strings"
	"sync"
)

// A tally is what was acknowledged, noted a second time: of each journal the
// number of its last record, of each entry of the catalogue its last revision.
//
// It is needed since JetStream counts anew what it can read whenever it reads its
// blocks anew, as after a kill. A record that the disk has damaged at the end of
// a journal would then never have been: its number would be given out again, in
// the same epoch, to another event. An entry would be gone, or an older value of
// it be back. With the tally each of them stays missing, over all starts, until
// its match is deleted or the folder comes back from a copy.
//
// All of it is in memory, and in the file tally (tallyfile.go). A note is
// written before anybody is told of what it notes, so kill -9 takes none along;
// it is synced within a second, so a power failure may take the last ones. Then
// there is less to compare with, and nothing else: a tally never takes away.
type tally struct {
	log  *slog.Logger
	path string
	wake chan struct{} // a note is to be synced, or the file to be written anew

	whole bool // all is in it that was noted, as far as can be said; for whoever opens it

	syncing sync.Mutex // one at a time: keep, and whoever purges; not needed to note
	mu      struct {
		sync.Mutex
		of    map[string]int64 // by subject; negative: deleted with that revision
		file  *os.File         // nil: closed, or not to be had
		size  int64            // bytes in the file,
		least int64            // and when it was written anew
		since []byte           // not nil: notes made while it is written anew
		stale bool             // the file lacks notes

		writing map[string]*writing // by subject: what may be acknowledged any moment
	}
}

// writing is so many writes that were begun and are not answered yet, or never.
type writing struct {
	n         int
	forgotten bool // their subject, meanwhile
}

// get is what was acknowledged last of a subject; 0: nothing.
func (t *tally) get(subject string) int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.mu.of[subject]
}

// note what is acknowledged now; a number below the known one, which can come
// late, is no news.
func (t *tally) note(subject string, n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.noted(subject, n)
}

// noted is note. Locked.
func (t *tally) noted(subject string, n int64) {
	if max(n, -n) <= max(t.mu.of[subject], -t.mu.of[subject]) {
		return
	}
	t.mu.of[subject] = n
	t.write(subject, n)
}

// begin a write. end tells what was acknowledged, 0 if nothing was, and is left out
// if that is not known. It is no news if the journal was purged meanwhile, or it
// would seem lost for ever.
func (t *tally) begin(subject string) (end func(n int64)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	w := t.mu.writing[subject]
	if w == nil {
		w = new(writing)
		t.mu.writing[subject] = w
	}
	w.n++
	return func(n int64) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if w.n--; w.n == 0 && t.mu.writing[subject] == w {
			delete(t.mu.writing, subject)
		}
		if n > 0 && !w.forgotten {
			t.noted(subject, n)
		}
	}
}

// seen notes what was not acknowledged, since no answer came in time, and is
// shown all the same. Of what was purged meanwhile nothing is known.
func (t *tally) seen(subject string, n int64) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mu.of[subject] != 0 || t.mu.writing[subject] != nil {
		t.noted(subject, n)
	}
}

// replace what was known of a subject, be it higher: where the disk has lost the
// end of a stream JetStream gives out its sequences again. If another was faster
// it is a note like any other.
func (t *tally) replace(subject string, was, n int64) {
	t.mu.Lock()
	same := t.mu.of[subject] == was
	if same {
		t.mu.of[subject] = n
		t.write(subject, n)
	}
	t.mu.Unlock()
	if !same {
		t.note(subject, n)
	}
}

// forget what is to go, or need not be known any more.
func (t *tally) forget(subject string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w := t.mu.writing[subject]; w != nil {
		w.forgotten = true
		delete(t.mu.writing, subject)
	}
	if _, ok := t.mu.of[subject]; ok {
		delete(t.mu.of, subject)
		t.write(subject, 0)
	}
}

// under is all that is known of subjects that begin with prefix.
func (t *tally) under(prefix string) map[string]int64 {
	t.mu.Lock()
	defer t.mu.Unlock()
	of := make(map[string]int64)
	for subject, n := range t.mu.of {
		if strings.HasPrefix(subject, prefix) {
			of[subject] = n
		}
	}
	return of
}
