FUZZTIME ?= 30s

# What is tested is built as what is shipped: static, HEIC decoded by what is in
# the binary, nothing of this machine in it.
export CGO_ENABLED := 0
export GOFLAGS := $(GOFLAGS) -trimpath -tags=nodynamic

.DEFAULT_GOAL := help
.PHONY: help run build test lint check bench fuzz screenshots

help: ## show these lines
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 14

run: build ## build and start the demo: invented people, every link with its code
	bin/sealform demo

build: ## build bin/sealform
	go build -v -o bin/sealform ./cmd/sealform

test: ## run every test, beside a PostgreSQL and a Redis of its own
	.ci/tools
	.ci/with-servers go test -timeout 30m ./...

lint: ## format, vet and staticcheck
	@test -z "$$(gofmt -l cmd forms internal pdf portal static views)" || { gofmt -l cmd forms internal pdf portal static views; exit 1; }
	go vet ./...
	go tool staticcheck ./...

check: lint test ## lint, then every test

bench: ## run the benchmarks, one after the other; one whose goal is missed fails
	.ci/tools
	.ci/with-servers go test -p 1 -timeout 30m -run '^$$' -bench . -benchmem ./...

# The fuzzer can trip over its own deadline. What it finds it keeps, so a second run fails on it again.
fuzz: ## fuzz every target for FUZZTIME (30s)
	@for found in $$(grep -rl --include='*_test.go' '^func Fuzz' cmd forms internal pdf portal static views); do \
	  for target in $$(sed -n 's/^func \(Fuzz[A-Za-z0-9]*\).*/\1/p' $$found); do \
	    echo "$$target in $$(dirname $$found)"; \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname $$found)" || \
	    go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) "./$$(dirname $$found)" || exit 1; \
	  done; \
	done

screenshots: ## picture the pages of a running demo, and typical PDFs, into screenshots/
	.ci/tools
	SEALFORM_SCREENSHOTS=$(CURDIR)/screenshots go test -count=1 -run TestScreenshots ./internal/e2e ./pdf ./portal
