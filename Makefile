# Every target does its own set-up: the .NET 10 SDK and make are all that a machine needs. `make check` asks for git as well.

CONFIGURATION ?= Release
SOLUTION := Operator.sln

export DOTNET_CLI_TELEMETRY_OPTOUT := 1
export DOTNET_NOLOGO := 1
export DOTNET_GENERATE_ASPNET_CERTIFICATE := false
# The totals are read from the test runner's lines, so they are to be in one language.
export DOTNET_CLI_UI_LANGUAGE := en

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run examples build test image e2e api-server conformance clients format bench bench-operator fuzz check restore-locked check-format check-clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## serve the examples over MCP on this machine (ARGS="--listen 127.0.0.1:4000" for more options)
	@echo "building tapedeck, which takes a minute or two the first time ..."
	@dotnet build runtime/Server --configuration $(CONFIGURATION) --verbosity quiet
	@dotnet run --project runtime/Server --configuration $(CONFIGURATION) --no-build -- serve --file examples --volume notes=examples/notes/data $(ARGS)

examples: ## build the example components from their sources (clang, lld, wasi-libc and Node.js)
	@sh examples/build.sh

build: ## build everything; a finding of an analyzer is an error
	dotnet build $(SOLUTION) --configuration $(CONFIGURATION)

test: build api-server ## run all tests
	dotnet test $(SOLUTION) --configuration $(CONFIGURATION) --no-build -maxcpucount:1

# Once a machine, some minutes. Without it the tests that need a real API server are skipped, and say so.
api-server: ## build etcd and kube-apiserver for the tests, unless KUBEBUILDER_ASSETS or KUBECONFIG names some
	@[ -n "$(KUBEBUILDER_ASSETS)$(KUBECONFIG)" ] || bash tests/Cluster/build.sh || echo "THERE IS NO REAL API SERVER: tests against one are skipped."
	@bash tests/Cluster/CrdServer/build.sh || echo "THERE IS NO SERVER THAT EVALUATES CEL: the rules of the custom resources are not evaluated."
	@command -v helm >/dev/null || bash tests/Cluster/Chart/build.sh || echo "THERE IS NOTHING TO RENDER THE CHART WITH: it is not compared with config/."
	@bash tests/Cluster/program.sh lua5.1 lua5.1 || echo "THERE IS NO LUA: Argo CD's health check is not run."
	@bash tests/Cluster/program.sh prometheus promtool || echo "THERE IS NO PROMTOOL: alerts are not evaluated."

# OUT names the folder, VERSION the tag; build/image.sh tells of ARCHITECTURE and OVERLAY.
image: ## build the images of the operator and the runtime as tars, without a container engine (artifacts/images)
	@bash build/image.sh $(or $(OUT),artifacts/images) $(or $(VERSION),latest)

# Asks for root, and once a machine for some minutes in which Kubernetes is built. KEEP=1 leaves the node up.
e2e: ## run the whole product on a real Kubernetes node, from its installation to its end
	@bash tests/Cluster/e2e.sh

conformance: build ## run the suites found in CONFORMANCE_DIR, and that of MCP
	@CONFIGURATION=$(CONFIGURATION) sh build/conformance.sh
	@CONFIGURATION=$(CONFIGURATION) sh tests/McpConformance/conformance.sh

clients: build ## have real clients of MCP list and call every example (npm)
	@CONFIGURATION=$(CONFIGURATION) sh tests/McpClients/clients.sh

format: ## rewrite the sources in the one format
	dotnet format $(SOLUTION)

# The document on stdout is docs/performance.md. COMPONENTS_DIR and NODE as tests/Bench/BenchOptions.cs says.
bench: ## compare the engine with V8 and print the tables (WHAT=kernels for a part)
	@dotnet build runtime/Server --configuration Release --verbosity quiet >&2
	@dotnet build tests/Bench --configuration Release --verbosity quiet >&2
	@dotnet run --project tests/Bench --configuration Release --no-build -- $(WHAT)

# The table of docs/performance-operator.md. TOOLS=1000 and CHURN=300 (seconds) say how much.
bench-operator: api-server ## measure the operator on a real API server, with 1,000 tools
	@dotnet build tests/OperatorBench --configuration Release --verbosity quiet >&2
	@dotnet run --project tests/OperatorBench --configuration Release --no-build -- $(or $(TOOLS),1000) $(or $(CHURN),300)

fuzz: ## compare generated modules with V8 for T seconds (T=60), and damaged ones for a quarter of that
	@sh tests/Fuzz/oracle/install >&2
	@dotnet build tests/Fuzz --configuration Release --verbosity quiet >&2
	@dotnet run --project tests/Fuzz --configuration Release --no-build -- --seconds $(or $(T),60)
	@dotnet run --project tests/Fuzz --configuration Release --no-build -- --bytes --seconds $$(( ($(or $(T),60) + 3) / 4 ))

check: restore-locked build check-format test conformance clients check-clean ## what CI runs, no more and no less

restore-locked:
	dotnet restore $(SOLUTION) --locked-mode

check-format: build
	dotnet format $(SOLUTION) --verify-no-changes --no-restore

check-clean:
	sh build/clean-tree.sh
