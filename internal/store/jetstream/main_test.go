package jetstream_test

import (
	"os"
	"testing"

	"go.uber.org/goleak"

	"matchstream/internal/store/jetstream"
	"matchstream/internal/store/jetstream/natstest"
)

func TestMain(m *testing.M) {
	os.Exit(natstest.Main(func() int {
		code := m.Run()
		if err := goleak.Find(); code == 0 && err != nil {
			os.Stderr.WriteString(err.Error() + "\n")
			code = 1
		}
		return code
	}, &jetstream.Program))
}
