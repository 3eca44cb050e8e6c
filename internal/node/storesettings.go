package node

// StoreOptions are for stores outside of the process.
type StoreOptions struct {
	Replicas  int    // of a NATS cluster's streams, or of our own; 0: as many as fit
	Creds     string // file of a NATS user's credentials; "": none
	CA        string // file of who has signed the servers' certificates; "": the system's
	Cert, Key string // files of our own certificate; "": none
}

// Check calls expect for each setting that is given and would have no effect with this
// kind of store. peers says that the nodes are a cluster of their own.
func (o StoreOptions) Check(store string, peers bool, expect func(ok bool, setting, expected string, got any)) {
	nats := scheme(store) == "nats" || scheme(store) == "tls"
	expect(o.Replicas == 0 || nats || peers, "replicas", "to be given together with --store nats://… or --cluster-peers", o.Replicas)
	expect(o.Creds == "" || nats, "store-creds", "to be given together with --store nats://…", o.Creds)
	for _, s := range [][2]string{{"store-ca", o.CA}, {"store-cert", o.Cert}, {"store-key", o.Key}} {
		expect(s[1] == "" || scheme(store) != "", s[0], "to be given together with a --store that is reached by TLS (tls://, rediss://, https://)", s[1])
	}
}

// CheckEdge calls expect for each setting of edges that is given and would have no
// effect, as the store is no origin. tokenFile is that of the edge's token.
func CheckEdge(store, writes, tokenFile string, expect func(ok bool, setting, expected string, got any)) {
	expect(writes == "refuse" || writes == "forward", "edge-writes", "refuse or forward", writes)
	if !IsOrigin(store) {
		expect(writes != "forward", "edge-writes", "to be given together with an origin, --store https://…", writes)
		expect(tokenFile == "", "edge-token", "to be given together with an origin, --store https://…", tokenFile)
	}
}
