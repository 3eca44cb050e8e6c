package cli

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// api is a server that lists matches and answers their histories as it is told
// to.
func api(t *testing.T, ids []string, history func(w http.ResponseWriter, id string), it ...**httptest.Server) string {
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/1/matches" {
			if r.URL.Query().Get("after") != "" {
				fmt.Fprint(w, "[]")
				return
			}
			fmt.Fprintf(w, `["%s"]`, strings.Join(ids, `","`))
			return
		}
		history(w, strings.Split(r.URL.Path, "/")[3])
	}))
	for _, to := range it {
		*to = s
	}
	t.Cleanup(s.Close)
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	return s.URL
}

func header(id string) string {
	parts := strings.SplitN(id, "-", 3)
	return fmt.Sprintf(`{"match":{"home":{"id":"%s","name":"H"},"visit":{"id":"%s","name":"V"},"date":"%s"}}`+"\n", parts[0], parts[1], parts[2])
}

// manyIDs are those of n matches.
func manyIDs(n int) (ids []string) {
	for i := range n {
		ids = append(ids, fmt.Sprintf("h%d-v-2026-01-01", i))
	}
	return ids
}

// TestBackupWithTrouble: what can be written is written, whole; what cannot is
// told, and the exit code says so. What was there before stays.
func TestBackupWithTrouble(t *testing.T) {
	ids := manyIDs(20)
	var mu sync.Mutex
	tries := map[string]int{}
	url := api(t, ids, func(w http.ResponseWriter, id string) {
		mu.Lock()
		tries[id]++
		n := tries[id]
		mu.Unlock()
		switch {
		case id == ids[3] && n < 3: // for a moment
			w.WriteHeader(503)
		case id == ids[4]: // for good
			w.WriteHeader(500)
		case id == ids[5]: // since it was listed
			w.WriteHeader(404)
		case id == ids[6]: // cut
			w.Header().Set("Content-Length", "1000")
			fmt.Fprint(w, header(id)[:20])
		case id == ids[7]: // somebody else's page
			fmt.Fprint(w, "<html>Please log in</html>")
		case id == ids[8]:
			fmt.Fprint(w, header(ids[9]))
		default:
			fmt.Fprint(w, header(id))
		}
	})
	folder := t.TempDir()
	for _, id := range []string{ids[4], ids[7]} {
		if err := os.WriteFile(filepath.Join(folder, id+".ndjson"), []byte("of yesterday"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, errs := runMain("export", "--all", folder, "--server", url, "--give-up", "1s")
	if code != exitFailed || !strings.HasPrefix(out, folder+": 15 of 19 matches, ") || !strings.Contains(out, "1 were deleted meanwhile\n") {
		t.Errorf("exit %d: %s", code, out)
	}
	for _, want := range []string{
		ids[4] + ": gave up after 1s without success: refused (500 ", ids[6] + ": gave up after 1s without success: the server closed the connection: unexpected EOF",
		ids[7] + ": expected a timeline of the match from " + url + ": line 1: ", "it is one of " + ids[9],
		"4 matches were not written; the files that are there are whole, repeat it",
	} {
		if !strings.Contains(errs, want) {
			t.Errorf("it does not say %q:\n%s", want, errs)
		}
	}
	files, err := os.ReadDir(folder)
	if err != nil || len(files) != 15+2 {
		t.Errorf("%d files: %v", len(files), err)
	}
	for _, f := range files {
		id := strings.TrimSuffix(f.Name(), ".ndjson")
		want := header(id)
		if id == ids[4] || id == ids[7] {
			want = "of yesterday"
		}
		if b, err := os.ReadFile(filepath.Join(folder, f.Name())); err != nil || string(b) != want {
			t.Errorf("%s is %q, %v", f.Name(), b, err)
		}
	}
}

// A server that vanishes in the middle is not asked for each of the rest.
func TestBackupOfAServerThatGoes(t *testing.T) {
	var asked atomic.Int64
	var server *httptest.Server
	url := api(t, manyIDs(1000), func(w http.ResponseWriter, id string) {
		if asked.Add(1) > 100 {
			server.Listener.Close() // nobody gets in any more
			panic(http.ErrAbortHandler)
		}
		fmt.Fprint(w, header(id))
	}, &server)
	folder := t.TempDir()
	code, out, errs := runMain("export", "--all", folder, "--server", url, "--give-up", "0s")
	files, err := os.ReadDir(folder)
	if code != exitFailed || err != nil || len(files) < 97 || len(files) > 103 || !strings.HasPrefix(out, fmt.Sprintf("%s: %d of 1000 matches, ", folder, len(files))) {
		t.Errorf("exit %d, %d files: %s%s", code, len(files), out, errs)
	}
	if n := strings.Count(errs, ": gave up: "); n > 2*exportedAtOnce || strings.Contains(errs, " more\n") {
		t.Errorf("%d matches were asked for in vain:\n%s", n, errs)
	}
}

// Ids become names of files: those that are none are refused.
func TestHostileIDs(t *testing.T) {
	folder := t.TempDir()
	url := api(t, []string{"../../etc/passwd"}, func(w http.ResponseWriter, _ string) { t.Error("asked for it") })
	code, _, errs := runMain("export", "--all", filepath.Join(folder, "in"), "--server", url)
	if code != exitFailed || !strings.Contains(errs, `expected match ids from `+url) {
		t.Errorf("exit %d: %s", code, errs)
	}
	if files, _ := os.ReadDir(folder); len(files) > 0 {
		t.Errorf("%v was made", files)
	}
}

// TestWriteWhole: an error leaves the old file, and nothing beside it.
func TestWriteWhole(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "a.ndjson")
	for _, text := range []string{"one", "two"} {
		if err := writeWhole(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		if b, err := os.ReadFile(path); err != nil || string(b) != text {
			t.Errorf("%q, %v", b, err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "b.ndjson"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := writeWhole(filepath.Join(folder, "b.ndjson"), nil); err == nil || !strings.Contains(err.Error(), "b.ndjson") {
		t.Errorf("over a folder: %v", err)
	}
	if err := writeWhole(filepath.Join(folder, "c", "d.ndjson"), nil); err == nil {
		t.Error("into a folder that is not there")
	}
	if files, _ := os.ReadDir(folder); len(files) != 2 {
		t.Errorf("left behind: %v", files)
	}
}
