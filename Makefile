# Everything runs in .venv, which `run` and `test` make, together with the system libraries
# that are missing. Another interpreter: make test PYTHON=python3.13

PYTHON ?= $(shell tools/find_python.sh)
BIN := .venv/bin
VENV = test -x $(BIN)/pip || $(or $(PYTHON),$(error Python 3.11 or newer is needed: https://www.python.org/downloads)) \
	-m venv --clear .venv
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt
ARGS ?=
PARALLEL := --numprocesses auto --dist worksteal
COVERAGE := --cov --cov-report ""

.DEFAULT_GOAL := help
.PHONY: help setup run test soak lint format bench screenshots translations clean system-run system-test

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: .venv/dev.stamp  ## Install everything for development into .venv

run: .venv/run.stamp  ## Start optexplorer; with a command: make run ARGS="list landscapes"
	@$(BIN)/optexplorer $(ARGS)

test: lint  ## Check everything: style, types, imports, dead code, tests; some: make test ARGS="tests/engine"
	$(BIN)/python -m pytest $(PARALLEL) $(if $(ARGS),$(ARGS),$(COVERAGE))
	$(if $(ARGS),,$(BIN)/python tools/check_coverage.py)

lint: .venv/dev.stamp  ## Check style, types, the direction of imports, and for code that nothing uses
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tools/check_dead_code.py

format: .venv/dev.stamp  ## Put the code into its standard form
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

soak: .venv/dev.stamp  ## Let a monkey use the window at random for ten minutes; again: make soak ARGS="--seed 7"
	$(BIN)/python -m tests.gui.monkey $(ARGS)

bench: .venv/dev.stamp  ## Measure speed, as ratios within one run
	$(BIN)/python tests/benchmarks/run.py $(ARGS)

screenshots: .venv/dev.stamp  ## Make the README's screenshots anew
	$(BIN)/python tools/screenshots.py $(ARGS)

TRANSLATIONS := resources/translations/optexplorer
LUPDATE := $(BIN)/pyside6-lupdate -silent -recursive -extensions py -tr-function-alias QT_TR_NOOP+=N_ \
	-locations none -no-obsolete -source-language en

translations: .venv/dev.stamp  ## Bring the window's words in resources/translations up to date, and compile them
	$(LUPDATE) -target-language ja optexplorer -ts $(TRANSLATIONS)_ja.ts
	$(LUPDATE) -target-language en -pluralonly optexplorer -ts $(TRANSLATIONS)_en.ts
	$(BIN)/pyside6-lrelease -silent $(TRANSLATIONS)_ja.ts $(TRANSLATIONS)_en.ts

clean:  ## Remove .venv and everything made
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .benchmarks .import_linter_cache
	find optexplorer tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

# Order-only: they look at the system every time, which is quick, but renew nothing by themselves.
system-run system-test: system-%:
	@tools/system_packages.sh $*

.venv/run.stamp: pyproject.toml constraints.txt | system-run
	@$(VENV)
	$(INSTALL) --editable .
	@touch $@

.venv/dev.stamp: pyproject.toml constraints.txt | system-test
	@$(VENV)
	$(INSTALL) --editable ".[dev]"
	@touch $@ .venv/run.stamp
