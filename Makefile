# Needs Python 3.11 or newer and make; everything else is installed into .venv, from hashes in requirements.lock.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
READY := .venv/.ready

# pyright's wrapper would otherwise ask the network for a newer version each time it runs.
export PYRIGHT_PYTHON_IGNORE_WARNINGS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help run test check static format lint types layers coverage bench lock references clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(READY) ## open the dashboard on the built-in trial (ARGS="study.csv --no-browser" passes options on)
	$(BIN)/mirodash serve $(ARGS)

test: $(READY) ## run every test (ARGS="tests/survival -k logrank" narrows it)
	$(BIN)/python -m pytest $(ARGS)

check: static coverage ## format, lint, types, layers, then the tests outside the browser with branch coverage

static: format lint types layers

format: $(READY)
	$(BIN)/ruff format --check .

lint: $(READY)
	$(BIN)/ruff check .

types: $(READY)
	$(BIN)/pyright

layers: $(READY)
	$(BIN)/lint-imports

# Journeys in the browser run in `make test`; what they call is covered by the tests over HTTP, in half the time.
coverage: $(READY)
	$(BIN)/python -m pytest -m "not browser" --cov --cov-report=term

bench: $(READY) ## measure speed against lifelines and R, and print a table
	$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY) ## remake requirements.lock after a change of dependencies in pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --generate-hashes --no-emit-index-url --no-header \
		--universal --python-version 3.11 --quiet --output-file requirements.lock

references: ## remake the stored values that R's survival package gives (needs R with survival and jsonlite)
	@command -v Rscript >/dev/null || { echo "R is missing: install R with the packages survival and jsonlite." >&2; exit 1; }
	sh tests/reference/make.sh

clean: ## remove the virtual environment and everything tools left behind
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov build dist

# The stamp is written last, so an interrupted set-up starts again from nothing instead of running half made.
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "MiroDash needs Python 3.11 or newer, and $(PYTHON) is not: name another, for example make PYTHON=python3.12." >&2; \
		exit 1; }
	@[ -e $(READY) ] || $(PYTHON) -m venv --clear .venv || { \
		echo "The virtual environment cannot be made: on Debian and Ubuntu, install python3-venv." >&2; \
		exit 1; }
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $(READY)
