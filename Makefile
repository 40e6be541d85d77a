# The targets a person guesses. `make` alone lists them.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
CONFIG ?= config/monitor.toml

.DEFAULT_GOAL := help
.PHONY: help install run demo test lint bench quality constraints clean

help: ## list the targets
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

install: $(VENV)/.installed ## create .venv and install Echowire there with the pinned packages

run: install ## start the daemon on config/monitor.toml, its database under state/
	@exec $(BIN)/echowire --config $(CONFIG) run

demo: install ## run the daemon against a newsroom of invented stories, in under a minute
	@exec $(BIN)/echowire demo

test: $(VENV)/.tested ## run the tests
	$(BIN)/python -m pytest

lint: $(VENV)/.tested ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.tested ## run every benchmark with small windows (docs/benchmarks.md has the large ones)
	@for file in $$(grep -l __main__ tests/bench/*.py); do name=$$(basename $$file .py); echo "== $$name"; \
	  $(BIN)/python -m tests.bench.$$name || exit 1; done

quality: $(VENV)/.tested ## replay the corpora and print the scorers' tables
	$(BIN)/python -m tests.quality.measure

constraints: ## pin every package anew, from an empty environment (then run the tests)
	PYTHON=$(PYTHON) sh tests/constraints.sh

clean: ## remove the environment and what tools leave behind; state/ stays
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis bench-results
	find monitor tests -name __pycache__ -type d -prune -exec rm -rf {} +

# Debian splits python3-venv off: without it the environment is made without pip, and the system's pip fills it.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Echowire needs Python 3.11 or newer; $(PYTHON) is older. Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then $(PYTHON) -m venv $(VENV); \
	elif $(PYTHON) -m pip --version >/dev/null 2>&1; then $(PYTHON) -m venv --without-pip $(VENV); \
	else echo "Python's venv module is missing. Type: sudo apt-get install python3-venv" >&2; exit 1; fi

PIP = $$(if $(BIN)/python -m pip --version >/dev/null 2>&1; then echo $(BIN)/python -m pip; \
         else echo $(PYTHON) -m pip --python $(BIN)/python; fi) --disable-pip-version-check

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV) (once; a minute or so)"
	@$(PIP) install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.tested: pyproject.toml constraints.txt | $(BIN)/python
	@echo "Installing into $(VENV) (once; a minute or so)"
	@$(PIP) install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@ $(VENV)/.installed
