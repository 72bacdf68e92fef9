# Two commands set everything up on a machine with Python 3.11 and git: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test lint format docs mutation lock benchmark clean

$(VENV)/ready: requirements/dev.txt pyproject.toml setup.cfg
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --require-hashes --requirement requirements/dev.txt
	$(BIN)/pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

demo: $(VENV)/ready
	$(BIN)/python -m demo

test: $(VENV)/ready
	$(BIN)/python -m pytest -n 2

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

lock: $(VENV)/ready
	$(BIN)/pip install --quiet pip-tools
	cd requirements && for name in runtime dev; do \
		../$(BIN)/pip-compile --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url \
			--no-emit-find-links --no-emit-trusted-host --output-file $$name.txt $$name.in; done

# Installs both programs apart and prints a table of what they cost; asserts nothing.
benchmark:
	$(PYTHON) -m benchmarks $(ARGS)

clean:
	rm -rf $(VENV) build *.egg-info
