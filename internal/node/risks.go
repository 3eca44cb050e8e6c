package node

import (
	"slices"
	"strings"

	"matchstream/internal/store"
	v "matchstream/internal/vitals"
)

// risks are what may be lost of what the store acknowledges; none where nothing can
// be set up wrong.
func (n *Node) risks() []store.Risk {
	if s, ok := n.store.(store.AtRisk); ok {
		return s.Risks()
	}
	return nil
}

// warnings are the same for /readyz: a node at risk is ready.
func (n *Node) warnings() (all []string) {
	for _, r := range n.risks() {
		all = append(all, r.Says+" "+r.Do)
	}
	if stale := n.stale(); stale != "" && n.edge != nil {
		all = append(all, stale)
	}
	if replaced := n.wasReplaced(); replaced != "" {
		all = append(all, replaced)
	}
	if missing := n.uncertified(); len(missing) > 0 {
		all = append(all, "There is no TLS certificate yet for "+strings.Join(missing, ", ")+": the log says why.")
	}
	if few := n.tooFew(); few != "" {
		all = append(all, few)
	}
	return all
}

// graveRisks lose events for sure, sooner or later, or take none.
var graveRisks = []string{"replica", "not_kept", "not_written", "evicts"}

// chartRisks has a series for each risk that there may be, 1 where it is.
func (n *Node) chartRisks(c *v.Chart) {
	for _, code := range store.RiskCodes {
		c.Add(v.Series{Name: "risk_" + code, Unit: v.Switch, Read: v.Gauge(func() float64 {
			return one(slices.ContainsFunc(n.risks(), func(r store.Risk) bool { return r.Code == code }))
		})})
	}
}

// risksOf are the troubles of these series, those that are grave or those that are not.
func risksOf(grave bool) (all []v.Rule) {
	for _, code := range store.RiskCodes {
		if slices.Contains(graveRisks, code) == grave {
			all = append(all, v.Rule{Name: "risk_" + code, Grave: grave, Holds: func(c v.Values) bool { return c.Now("risk_"+code) > 0 }})
		}
	}
	return all
}
