# Needs Python 3.11 or newer and make; everything else is installed into .venv, as the locks say, by their hashes.

PYTHON ?= python3
ARGS ?=
BIN := .venv/bin
PRODUCT := .venv/.product
BENCH := .venv/.bench

export PIP_DISABLE_PIP_VERSION_CHECK := 1

# Where nothing compiled may be kept, each of the many processes of the tests compiles the whole product again.
unexport PYTHONDONTWRITEBYTECODE

# A lock is complete: nothing is resolved, so no release that comes after it can change or stop an installation.
FROM_LOCK := --quiet --no-deps --require-hashes
WITH_PIP := $(BIN)/python -m pip install
WITH_UV := $(BIN)/uv pip install --python $(BIN)/python

# Where only pip is told which index to use, uv finds none, and pip does the same more slowly.
# $(call install,WHAT)
install = $(WITH_UV) $(1) 2>/dev/null || $(WITH_PIP) $(1)

.DEFAULT_GOAL := help
.PHONY: help run test quick check static compiled format lint types layers nightly mutants structure bench lock references clean

help: ## list what make can do
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: $(PRODUCT) ## open the dashboard on the built-in trial (ARGS="study.csv --no-browser" passes options on)
	$(BIN)/mirodash serve $(ARGS)

test: $(BENCH) ## run every test once (ARGS="tests/survival -k logrank" runs a part)
ifeq ($(ARGS),)
	@$(MAKE) --no-print-directory --jobs 2 compiled static
	$(BIN)/python -m slipcover --json --out .coverage -m pytest -n auto --dist worksteal
	$(BIN)/python -m slipcover --merge .coverage --out .coverage --fail-under 95
else
	@$(MAKE) --no-print-directory static
	$(BIN)/python -m pytest $(ARGS)
endif

# What is compiled when tests are read once is not compiled by every worker again; meanwhile the other core looks at
# format, lint, types and layers, so that a fault there is told before the first test.
compiled: $(BENCH)
	@$(BIN)/python -m pytest --collect-only --quiet --quiet >/dev/null || true

quick: $(BENCH) ## run the tests of what is not committed yet, or of the last commit
	HYPOTHESIS_PROFILE=quick $(BIN)/python -m pytest -n auto --changed -m "not browser and not index" $(ARGS)

static: format lint types layers ## check format, lint, types and layers

format: $(BENCH)
	$(BIN)/ruff format --check .

lint: $(BENCH)
	$(BIN)/ruff check .

types: $(BENCH)
	$(BIN)/pyrefly check

layers: $(BENCH)
	$(BIN)/lint-imports

nightly: $(BENCH) ## run the wide sweeps, 10,000 mutated requests and the hostile files (about an hour)
	HYPOTHESIS_PROFILE=nightly $(BIN)/python -m pytest -n auto --dist worksteal $(ARGS)
	$(BIN)/python -m benchmarks --only fuzz --only hostile

mutants: $(BENCH) ## break the program in the ways of tests/mutants.toml, and see each caught by the test it names
	$(BIN)/python -m tests.mutants $(ARGS)

structure: $(BENCH) ## print modules, lines, imports and names: what the code is made of
	$(BIN)/python -m benchmarks.structure

bench: $(BENCH) ## measure speed against lifelines and R, and print a table
	$(BIN)/python -m benchmarks $(ARGS)

COMPILE := $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --no-header --no-annotate \
	--universal --python-version 3.11 --quiet

lock: $(BENCH) ## remake the locks after a change in pyproject.toml (ARGS=--upgrade takes newer releases)
	$(COMPILE) pyproject.toml --group setup --group bench $(ARGS) --output-file requirements-bench.lock
	$(COMPILE) pyproject.toml --constraint requirements-bench.lock --output-file requirements.lock
	$(COMPILE) --group setup --constraint requirements-bench.lock --output-file requirements-setup.lock

references: ## remake the stored values that R's survival package gives (needs R with survival and jsonlite)
	@command -v Rscript >/dev/null || { echo "R is missing: install R with the packages survival and jsonlite." >&2; exit 1; }
	sh tests/reference/make.sh

clean: ## remove the virtual environment and everything tools left behind
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage htmlcov build dist

# Each stamp is written last, so an interrupted set-up starts again from nothing instead of running half made.
$(PRODUCT): requirements-setup.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "MiroDash needs Python 3.11 or newer, and $(PYTHON) is not: name another, for example make PYTHON=python3.12." >&2; \
		exit 1; }
	@[ -e $(PRODUCT) ] || $(PYTHON) -m venv --clear .venv || { \
		echo "The virtual environment cannot be made: on Debian and Ubuntu, install python3-venv." >&2; \
		exit 1; }
	$(WITH_PIP) $(FROM_LOCK) --requirement requirements-setup.lock
	@$(call install,$(FROM_LOCK) --no-build-isolation --requirement requirements.lock)
	@$(call install,--quiet --no-deps --no-build-isolation --editable .)
	@touch $(PRODUCT)

$(BENCH): $(PRODUCT) requirements-bench.lock
	@$(call install,$(FROM_LOCK) --no-build-isolation --requirement requirements-bench.lock)
	@touch $(BENCH)
