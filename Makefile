# Everything that a fresh clone needs. Each target makes .venv when there is none, and asks pip again only when
# pyproject.toml has changed since.

PYTHON ?= python3
DIR ?= samples
export DIR

BIN := .venv/bin
RUN_READY := .venv/.ready-run
TEST_READY := .venv/.ready-test
INSTALL := $(BIN)/python -m pip --disable-pip-version-check --no-input install --quiet --editable

.DEFAULT_GOAL := help
.PHONY: help run test lint types contracts bench bench-engine eval soak clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 22

# A socket's path has at most 107 bytes, so a clone that lies deep has its sockets elsewhere.
run: $(RUN_READY) ## watch samples/, or DIR=FOLDER, and show each screenshot's result; Ctrl-C stops
	@case "$$DIR" in "~" | "~/"*) DIR="$$HOME$${DIR#\~}" ;; "") DIR=samples ;; esac; \
	rt="$$PWD/.run/rt"; [ "$${#rt}" -lt 90 ] || rt="/tmp/glimpsed-run-$$(id -u)"; \
	export GLIMPSED_DATA_DIR="$$PWD/.run/data" GLIMPSED_RUNTIME_DIR="$$rt"; \
	echo "To ask it from another terminal: GLIMPSED_RUNTIME_DIR='$$GLIMPSED_RUNTIME_DIR' '$$PWD/$(BIN)/glimpse' shots"; \
	exec $(BIN)/glimpsed run --show --watch "$$DIR"

test: $(TEST_READY) ## everything that is checked by running it; ten minutes, and longer on slow cores
	@command -v tesseract >/dev/null || echo "Some tests will be skipped: tesseract is missing (Debian: tesseract-ocr)."
	@command -v systemd-analyze >/dev/null || echo "Some tests will be skipped: systemd-analyze is missing (Debian: systemd)."
	@$(BIN)/python -m pytest -m "not soak"

lint: $(TEST_READY) ## ruff: rules and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(TEST_READY) ## mypy, strict
	@$(BIN)/mypy

contracts: $(TEST_READY) ## import-linter: who may import whom
	@$(BIN)/lint-imports

bench: $(TEST_READY) ## how fast it is, on this machine
	@for bench in tests/bench/*.py; do echo "== $$bench"; $(BIN)/python "$$bench" || exit 1; done

bench-engine: $(TEST_READY) ## how fast models run, also against a server; BENCH="..." are its arguments
	@$(BIN)/python tests/bench/engine.py $(BENCH)

eval: $(TEST_READY) ## how well sessions are found, in scripted days whose truth is known; EVAL="..." are its arguments
	@$(BIN)/python tests/eval/sessions.py $(EVAL)

soak: $(TEST_READY) ## the long tests: crashes at random moments
	@$(BIN)/python -m pytest -m soak --timeout=0

clean: ## remove .venv, the caches, and what `make run` kept in .run
	@[ ! -e .run/rt/lock ] || GLIMPSED_RUNTIME_DIR="$$PWD/.run/rt" $(BIN)/glimpse stop >/dev/null 2>&1 || true
	@find daemon clients tests samples -name __pycache__ -prune -exec rm -rf {} +
	@rm -rf .venv .run .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# A virtual environment whose Python went away is made anew, with all that was in it.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { echo "Python is missing (Debian: python3 python3-venv)."; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "$$($(PYTHON) --version) is too old: name one from 3.11 on, as in 'make run PYTHON=python3.12'."; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
	{ echo "Python's venv is missing (Debian: python3-venv)."; exit 1; }
	@rm -rf .venv
	@$(PYTHON) -m venv .venv

$(RUN_READY): pyproject.toml | $(BIN)/python
	@echo "Installing what glimpsed needs into .venv: a minute or two, once."
	@$(INSTALL) ".[daemon,ocr]"
	@touch $@

$(TEST_READY): pyproject.toml | $(BIN)/python
	@command -v c++ >/dev/null || { echo "A C++ compiler is missing (Debian: g++)."; exit 1; }
	@echo "Installing what the tests need into .venv: compiles llama.cpp, about five minutes, once."
	@$(INSTALL) ".[daemon,ocr,models,dev]"
	@touch $(RUN_READY) $@
