# The two commands are `make run` and `make test`; both set up .venv by themselves.
SHELL := /bin/sh
.DEFAULT_GOAL := help

PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3; do \
	if $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then echo $$p; break; fi; done)
BIN := .venv/bin
ARGS ?=

help: ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 10

.venv/made:
	@test -n "$(PYTHON)" || { echo "Warroom needs Python 3.11 or newer: install it and run make again."; exit 1; }
	@test -x $(BIN)/python || { echo "Setting up .venv ..."; \
		if command -v uv >/dev/null 2>&1; then uv venv --quiet --seed --python "$(PYTHON)" .venv; else "$(PYTHON)" -m venv .venv; fi; }
	@touch .venv/made

.venv/ready: .venv/made pyproject.toml
	@echo "Installing Warroom ..."
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -e .; \
		else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e .; fi
	@touch .venv/ready

.venv/ready-dev: .venv/made pyproject.toml
	@echo "Installing Warroom and the tools for its checks ..."
	@if command -v uv >/dev/null 2>&1; then uv pip install --quiet --python $(BIN)/python -e '.[dev]'; \
		else $(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'; fi
	@touch .venv/ready .venv/ready-dev

run: .venv/ready ## open the console on your own data (ARGS='K7Q2' for one incident)
	@$(BIN)/warroom $(ARGS)

demo: .venv/ready ## a practice incident in a throw-away database
	@$(BIN)/warroom demo $(ARGS)

test: .venv/ready-dev ## all checks and tests (ARGS=tests/core for a part, ARGS=--all with every case: nightly, many minutes)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/mypy scripts
	$(BIN)/lint-imports
	$(BIN)/codespell console tests docs data styles scripts README.md CHANGELOG.md CONTRIBUTING.md
	@$(BIN)/python -m compileall -q console tests || true  # Hundreds of processes would compile it, each for itself.
# A part of the time of a test is waiting, for processes and servers: three workers keep two cores busy.
	$(BIN)/python -m pytest -q -n 3 --dist worksteal $(ARGS)

prove: .venv/ready-dev ## change each rule of the process in turn: the tests must notice (ARGS='rapid' for a part; minutes)
	$(BIN)/python -m tests.prove $(ARGS)

torture: .venv/ready-dev ## the long forms of tests: input of every kind, at length (ARGS='input' for one; many minutes)
	@$(BIN)/python -m tests.torture $(ARGS)

page: .venv/ready-dev ## make docs/process-coverage.md from the marks on the tests
	$(BIN)/python -m tests.prove --page

bench: .venv/ready-dev ## how fast it is, beside floors measured in the same run (ARGS='start room' for some; minutes)
	$(BIN)/python -m benchmarks $(ARGS)

shots: .venv/ready-dev ## the README's pictures and the example of a handoff, from the running app
	$(BIN)/python scripts/shots.py
	$(BIN)/python scripts/handoff_example.py

reference: .venv/ready-dev ## make the tables of reference, JSON and keys from the code, and manual pages in build/man
	$(BIN)/python scripts/json_page.py
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/reference.py --man build/man

clean: ## remove .venv and caches; your data stays
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build

.PHONY: help run demo test prove torture page bench shots reference clean
