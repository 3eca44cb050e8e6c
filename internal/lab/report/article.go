package report

// Reference is a figure of "Scaling Erlang" (2011), the article that MatchStream and its
// lab come from.
type Reference struct {
	Text  string `json:"text"`
	Nodes int    `json:"nodes"`
	Users int    `json:"users"`
}

var article = []Reference{
	{"at the start", 1, 1_000},
	{"then", 1, 4_096},
	{"at last, on one node", 1, 64_000},
	{"on three nodes", 3, 75_000},
}

// articleNote says what the users' number does not.
const articleNote = "Scaling Erlang (2011): connections at once went from 4 to 8,000."
