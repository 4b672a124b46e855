# Targets for people and for CI; each installs what it needs.
SHELL := /bin/bash
GO ?= go
BIN := bin/reliefgraph
TOOLS := $(CURDIR)/.tools
GOLANGCI := $(TOOLS)/golangci-lint
GOLANGCI_VERSION := v2.15.0
NFPM := $(TOOLS)/nfpm
NFPM_VERSION := v2.45.2
PLAYGROUND := internal/web/playground
DASHBOARD := internal/web/ui
CLIENT := clients/typescript
# The same for the program, its tests and what they build, so that nothing is compiled twice or thrice.
export CGO_ENABLED := 0
export GOFLAGS += -trimpath

.PHONY: help run build web client schema-changes generate test lint check deb check-deb bench bench-peers faults soak screenshots fuzz clean
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

run: postgres build ## serve the demo world at http://127.0.0.1:8080/playground/
	./$(BIN) demo

build: web $(BIN) ## build bin/reliefgraph with the pages in it

SOURCES := $(shell find cmd graph internal migrations -name '*.go' -o -name '*.sql' 2>/dev/null | grep -v node_modules)
$(BIN): $(SOURCES) go.mod go.sum schema.graphql internal/web/dist/playground/index.html internal/web/dist/dashboard/index.html
	$(GO) build -ldflags '-s -w' -o $@ ./cmd/reliefgraph

web: internal/web/dist/dashboard/index.html internal/web/dist/playground/index.html ## build the dashboard and the playground
internal/web/dist/dashboard/index.html: $(DASHBOARD)/node_modules/.package-lock.json $(shell find $(DASHBOARD)/src $(DASHBOARD)/public -type f -not -path '*/generated/*' -not -path '*/testing/*' -not -name '*.test.ts' 2>/dev/null) $(addprefix $(DASHBOARD)/,index.html vite.config.ts codegen.ts) schema.graphql docs/contract/operations.graphql
	cd $(DASHBOARD) && npm run build
$(DASHBOARD)/node_modules/.package-lock.json: $(DASHBOARD)/package-lock.json
	cd $(DASHBOARD) && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json
internal/web/dist/playground/index.html: $(PLAYGROUND)/package-lock.json $(wildcard $(PLAYGROUND)/src/*) $(PLAYGROUND)/index.html $(PLAYGROUND)/vite.config.js docs/contract/operations.graphql $(wildcard docs/cookbook/*.graphql)
	cd $(PLAYGROUND) && npm ci --no-audit --no-fund && npm run build

client: $(CLIENT)/dist/index.js ## build the client for TypeScript
$(CLIENT)/dist/index.js: $(CLIENT)/node_modules/.package-lock.json $(wildcard $(CLIENT)/src/*.ts) $(CLIENT)/codegen.ts schema.graphql docs/contract/operations.graphql
	cd $(CLIENT) && npm run build
$(CLIENT)/node_modules/.package-lock.json: $(CLIENT)/package-lock.json
	cd $(CLIENT) && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json

schema-changes: $(CLIENT)/node_modules/.package-lock.json ## print what changed in the schema since the last release
	scripts/schema-changes

generate: ## generate code again
	GO=$(GO) scripts/generate

# PostgreSQL and, for the tests, Chromium, curl, Python, R and
# PgBouncer: from Debian's packages, which only root installs; a plain user without them is told the command.
.PHONY: postgres chromium analysts pgbouncer
postgres:
	@scripts/install postgres
chromium:
	@scripts/install chromium
analysts:
	@scripts/install analysts
pgbouncer:
	@scripts/install pgbouncer

test: postgres chromium analysts pgbouncer build client ## run every test
	cd $(PLAYGROUND) && test -d node_modules || npm ci --no-audit --no-fund
	cd $(DASHBOARD) && npm test
	$(GO) test -vet=off -timeout 40m ./... # lint vets

lint: $(GOLANGCI) web schema-changes ## vet, lint, the arrows between packages, and the schema's changes
	$(GO) vet ./...
	$(GOLANGCI) run
	GOLANGCI=$(GOLANGCI) scripts/plant-imports
	cd $(DASHBOARD) && npm run check
$(GOLANGCI):
	GOBIN=$(TOOLS) $(GO) install github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_VERSION)

clean-generated: generate ## fail if the generated code is not what the schema says
	git diff --exit-code -- graph clients/go

check: lint clean-generated test ## all that CI runs

bench: build ## measure; prints medians, p95 and ratios
	$(GO) test ./internal/bench -run '^$$' -bench . -benchtime 1x -timeout 60m

PEERS := internal/bench/peers
bench-peers: postgres build $(PEERS)/node_modules/.package-lock.json ## measure against PostGraphile and one statement
	BENCH_PEERS=1 $(GO) test ./internal/bench -run '^$$' -bench '^BenchmarkPeers$$' -benchtime 1x -timeout 60m
$(PEERS)/node_modules/.package-lock.json: $(PEERS)/package-lock.json
	cd $(PEERS) && npm ci --no-audit --no-fund && touch node_modules/.package-lock.json

deb: build $(NFPM) ## make the Debian package in bin/
	NFPM=$(NFPM) scripts/deb
$(NFPM):
	GOBIN=$(TOOLS) $(GO) install github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)

check-deb: deb ## install the Debian package in a fresh root and purge it again (root, debootstrap)
	scripts/check-deb

FAULTS_TIME ?= 20m
faults: postgres web ## break servers in every known way for 20 minutes, and check them
	FAULTS_TIME=$(FAULTS_TIME) $(GO) test ./internal/faults -run TestFaults -count 1 -v -timeout 0

SOAK ?= 30m
soak: postgres web ## ask and write by 64 connections for 30 minutes, and see that nothing grows
	SOAK=$(SOAK) $(GO) test ./internal/faults -run '^TestSoak$$' -count 1 -v -timeout 0

screenshots: postgres chromium build ## take the README's pictures again
	scripts/screenshots

fuzz: ## run each fuzz target for a while
	scripts/fuzz

clean: ## remove what was built
	rm -rf bin internal/web/dist/playground internal/web/dist/dashboard $(PLAYGROUND)/node_modules $(DASHBOARD)/node_modules $(DASHBOARD)/src/generated $(CLIENT)/node_modules $(CLIENT)/dist
