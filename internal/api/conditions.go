package api

import (
	"errors"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"matchstream/internal/match"
)

func quote(tag string) string { return `"` + tag + `"` }

// etag of a match: its position, and behind it how often match or teams were
// changed since without an event, if they were.
func etag(v match.View) string {
	tag := v.Position().String()
	if v.Changes > 0 {
		tag += "." + strconv.Itoa(v.Changes)
	}
	return quote(tag)
}

// packedSuffix is at the end of the ETag of an answer that was compressed: as a
// sequence of bytes it is another. Clients may send it back like the other.
const packedSuffix = "-gzip"

// ifMatchForm is told to those who sent something else.
const ifMatchForm = `expected one position, as the ETag of the match ("17-k3f9a2"), the number of its last event (17), or *`

var changesSuffix = regexp.MustCompile(`\.[0-9]{1,18}$`)

// parseIfMatch reads If-Match: an ETag of a match, of which the position is
// taken, or a bare position. nil: no condition, as for * (there is a match, or
// the answer is 404). An ETag that a proxy made weak when it compressed the
// answer is taken like the strong one: it names the same position.
func parseIfMatch(header []string) (*match.Position, error) {
	if len(header) == 0 {
		return nil, nil
	}
	tag := strings.TrimSpace(header[0])
	if len(header) > 1 || tag == "" {
		return nil, errors.New(ifMatchForm)
	}
	if tag == "*" {
		return nil, nil
	}
	tag = strings.TrimPrefix(tag, "W/")
	if inner, ok := strings.CutPrefix(tag, `"`); ok {
		if tag, ok = strings.CutSuffix(inner, `"`); !ok {
			return nil, errors.New(ifMatchForm)
		}
	}
	p, err := match.ParsePosition(changesSuffix.ReplaceAllString(strings.TrimSuffix(tag, packedSuffix), ""))
	if err != nil {
		return nil, errors.New(ifMatchForm)
	}
	return &p, nil
}

// noneMatch reads If-None-Match, a list of ETags, and says whether the present
// one is among them: then the client has it already. Weak ones count (RFC 9110,
// section 13.1.2), and bare ones, which are easier to type.
func noneMatch(header []string, present string) (has bool, err error) {
	for _, tag := range strings.Split(strings.Join(header, ","), ",") {
		tag = strings.TrimPrefix(strings.TrimSpace(tag), "W/")
		bare := strings.Trim(tag, `"`)
		switch {
		case tag == "":
		case tag == "*":
			has = true
		case strings.Contains(bare, `"`) || tag != bare && tag != quote(bare):
			return false, errors.New(`expected ETags with commas between them ("17-k3f9a2"), or *`)
		case quote(strings.TrimSuffix(bare, packedSuffix)) == present:
			has = true
		}
	}
	return has, nil
}

// idempotencyKey reads Idempotency-Key: 1 to 255 printable ASCII characters;
// "" if the header is not there.
func idempotencyKey(header []string) (string, error) {
	if len(header) == 0 {
		return "", nil
	}
	const form = "expected once, with 1 to 255 printable ASCII characters"
	key := header[0]
	if len(header) > 1 || len(key) < 1 || len(key) > 255 ||
		strings.ContainsFunc(key, func(r rune) bool { return r < ' ' || r > '~' }) {
		return "", errors.New(form)
	}
	return key, nil
}

// conditions are the headers that operators' requests may carry.
type conditions struct {
	ifMatch *match.Position
	key     string
}

// readConditions reads both headers; an error names the one at fault.
func readConditions(r *http.Request) (c conditions, err error) {
	if c.ifMatch, err = parseIfMatch(r.Header.Values("If-Match")); err != nil {
		return c, fieldProblem(http.StatusUnprocessableEntity, "header.If-Match", err.Error())
	}
	if c.key, err = idempotencyKey(r.Header.Values("Idempotency-Key")); err != nil {
		return c, fieldProblem(http.StatusUnprocessableEntity, "header.Idempotency-Key", err.Error())
	}
	return c, nil
}
