# MatchStream. `make help` lists what there is.

FUZZTIME ?= 20s
KILLS    ?= 300
WATCHERS ?= 10000
CHURN    ?= 1m
SILENT   ?= 10000
STORM    ?= 30m
FAULTS   ?= 3
FROZEN   ?= 20s
DAMAGE   ?= 500
SEATED   ?= 100000
BACK     ?= 50000
ATONCE   ?= 1000

# vet -race finds what plain vet does, and needs nothing that the tests do not compile, too.

# Tests that mostly wait for other processes run side by side (t.Parallel), more of them
# than there are cores; in the storms each has the machine to itself.

help: ## this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## the program, as ./matchstream
	go build -trimpath -ldflags "-s -w" -o matchstream .

test: tools ## all tests, with the race detector, and a second of each fuzz target (installs what they need)
	@test -z "$$(gofmt -l .)" || { echo "gofmt would change:"; gofmt -l .; exit 1; }
	go vet -race ./...
	go test -race -parallel 4 -timeout 30m ./...
	./scripts/fuzz 1s

race: test ## the same: tests always run with the race detector

fuzz: ## every fuzz target for FUZZTIME each
	./scripts/fuzz $(FUZZTIME)

corpus: ## keep what fuzzing has found, in testdata/fuzz
	./scripts/corpus

soak: tools ## the long storms: KILLS times kill -9, WATCHERS in a drain, CHURN of who come and go, SILENT who say nothing, STORM of everything at once, DAMAGE of random histories, FAULTS rounds of nodes of a cluster killed, frozen for FROZEN, replaced and cut off, and of the servers of their store, SEATED watchers of one match on many nodes, BACK whose nodes die at once, two who post ATONCE events at once
	go test -race -v -count=1 -parallel 1 -timeout 3h -run 'TestKill|TestRestart|TestDrain|TestChurn|TestDescriptors|TestCrowded|TestSilent|TestFailingDisk|TestFullDisk|TestUnwritableFolder|TestStorm' ./internal/e2e \
		-args -kills $(KILLS) -watchers $(WATCHERS) -churn $(CHURN) -silent $(SILENT) -storm $(STORM)
	go test -v -count=1 -parallel 1 -timeout 3h -run 'TestFaults|TestPartition|TestOver|TestOperatorsOnTwoNodes|TestManyNodes|TestReconnectStorm' ./internal/e2e \
		-args -faults $(FAULTS) -frozen $(FROZEN) -seated $(SEATED) -returning $(BACK) -at-once $(ATONCE)
	go test -race -count=1 -timeout 1h -run TestAnyDamage ./internal/store/embedded -args -rounds $(DAMAGE)

bench: ## benchmarks, with allocations
	go test -run '^$$' -bench . -benchmem ./internal/...

screenshots: tools ## the README's pictures of the pages, in docs/
	go test -count=1 -run TestReadme ./internal/browser -args -screenshots $(CURDIR)/docs

lint: ## staticcheck (staticcheck.conf)
	go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

tools:
	@./scripts/tools

.PHONY: help build test race fuzz corpus soak bench screenshots lint tools
