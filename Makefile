PYTHON := .venv/bin/python
LOCK := .venv/bin/uv pip compile --quiet --universal --annotation-style line \
	--custom-compile-command "make lock" --excludes scripts/lock-excludes.txt $(OPTIONS) pyproject.toml

# What `make check` runs of the tests: quick, and without training, sound, a browser or a wheel.
UNITS := $(addprefix tests/unit/,music midi schema exporting server research/metrics test_*.py) \
	tests/architecture tests/golden --ignore tests/unit/server/listening

NPM := PATH=.venv/bin:$$PATH npm

.PHONY: help run check test bench set-up set-up-tests lock format lint types contract web docs units

help: ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: set-up ## set up what is missing and start the studio on http://127.0.0.1:7860
	$(PYTHON) app.py

check: set-up-tests ## format, lint, types, import contract and the fast tests of both languages, side by side
	@$(MAKE) --no-print-directory --jobs 2 units lint types contract web

test: set-up-tests ## set up what is missing, then lint, types, import contract, docs and all tests of both languages
	@$(MAKE) --no-print-directory lint types contract web docs
	$(PYTHON) -m pytest --numprocesses auto --dist loadfile

bench: set-up ## measure speed and print tables
	@for file in benchmarks/*.py; do \
		name=$$(basename $$file .py); echo "== $$name"; $(PYTHON) -m benchmarks.$$name || exit 1; done

set-up: ## make .venv, install the locked requirements, FluidSynth and a soundfont
	@scripts/install-sound.sh
	@scripts/install-python.sh requirements.txt

set-up-tests: set-up ## the same, and what the tests need
	@scripts/install-python.sh requirements-dev.txt
	@scripts/install-browser.sh
	@scripts/install-web.sh

lock: set-up-tests ## write the exact versions that fit pyproject.toml; those that still fit stay
	$(LOCK) --extra train --output-file requirements.txt
	$(LOCK) --all-extras --constraint requirements.txt --output-file requirements-dev.txt

format: ## format the code and fix what ruff can
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
	$(NPM) run --silent format

lint: ## check format and style
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .

types: ## check types
	$(PYTHON) -m mypy

contract: ## check which module imports which
	.venv/bin/lint-imports

web: ## check the page's modules: format, style, types, unit tests
	$(NPM) run --silent check

docs: ## build the documentation in build/docs; a dead link or any other warning is an error
	$(PYTHON) -m sphinx -W -E --keep-going -q -c docs . build/docs

units: ## run the fast unit tests: no training, sound, browser or wheel
	$(PYTHON) -m pytest -q $(UNITS)
