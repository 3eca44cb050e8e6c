package peers

import (
	"crypto/subtle"

	"github.com/nats-io/nats-server/v2/server"
)

// door lets nobody in but ourselves. A server with users instead, of which some are of
// the system account, makes one for clients that give no name (nats-server v2.15:
// Server.configureAccounts): any process of this machine could write.
type door struct {
	password string // of the account that has the store
	system   string // of the system account; made anew for each server
	of       *server.Server
}

// Users of the two accounts.
const (
	user       = "node"
	systemUser = "system"
)

// Check implements server.Authentication.
func (d *door) Check(c server.ClientAuthentication) bool {
	gave := c.GetOpts()
	switch {
	case gave.Username == user && same(gave.Password, d.password):
		return true // the account that one is in by itself
	case gave.Username == systemUser && same(gave.Password, d.system):
		c.RegisterUser(&server.User{Username: systemUser, Account: d.of.SystemAccount()})
		return true
	}
	return false
}

func same(a, b string) bool { return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
