# The commands of this repository; `make help` lists them. Everything installs into .venv, all state goes to var/ (or OPENIRU_HOME).
PYTHON ?= python3
BIN := .venv/bin
PYTEST := $(BIN)/python -m pytest -p tests.server

.PHONY: help setup run test fuzz check bench format lock clean

help:  ## Show what there is
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: .venv/ready  ## Make the environment from the locked, hashed requirements

.venv/ready: requirements/dev.txt requirements/uv.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "OpenIRU needs Python 3.11 or newer; say which with PYTHON=")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@$(BIN)/uv pip sync --quiet --system-certs --require-hashes --python $(BIN)/python requirements/dev.txt
	@$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --python $(BIN)/python -e .
	@touch $@

run: setup  ## Start the exercise: console, worker, stand-in platforms (Ctrl-C stops it, the data stay)
	@$(BIN)/openiru run --exercise

test: setup  ## Run every test, the browser journeys included
	@$(BIN)/python -m tests.chromium
	@$(PYTEST) -n 2 --dist loadfile tests

fuzz: setup  ## Break files and addresses at random: FUZZ_CASES=20000 for each reader and property, at most FUZZ_SECONDS=120 a reader
	@FUZZ_CASES=$(or $(FUZZ_CASES),20000) FUZZ_SECONDS=$(or $(FUZZ_SECONDS),120) $(PYTEST) -s tests/fuzz

check: setup  ## Format, lint, types, import rules, unused dependencies, house rules
	@$(BIN)/ruff format --check src tests benchmarks
	@$(BIN)/ruff check src tests benchmarks
	@$(BIN)/mypy src
	@$(BIN)/lint-imports
	@$(BIN)/deptry src
	@$(PYTEST) tests/house

bench: setup  ## Measure against the peers and the limits; writes docs/benchmarks.md
	@$(BIN)/python -m benchmarks

format: setup  ## Bring the code into form
	@$(BIN)/ruff check --fix --quiet src tests benchmarks; $(BIN)/ruff format --quiet src tests benchmarks

lock: setup  ## Resolve the dependencies again and lock them with hashes
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate pyproject.toml -o requirements/core.txt
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate --group dev pyproject.toml -o requirements/dev.txt

clean:  ## Remove the environment and caches; the data in var/ stay
	@rm -rf .venv .mypy_cache .ruff_cache .hypothesis build src/*.egg-info
