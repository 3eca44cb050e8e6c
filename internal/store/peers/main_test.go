package peers

import (
	"os"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if o := os.Getenv(childVariable); o != "" {
		child(o)
		return
	}
	goleak.VerifyTestMain(m)
}
