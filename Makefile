# Everything that one does with a clone of this project. `make help` lists it.
# Needs Python 3.11 or newer; all else is installed into .venv from the locks, by hash.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PORT ?= 8000
DATA_DIR ?= .data
TESTS ?= tests
export PORT DATA_DIR

BIN := .venv/bin

# A virtual environment with the run-time packages, and one with the developers' on top. Done once per lock.
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: help
help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A Python that was updated or moved away leaves an environment that starts no more: it is made again.
ifneq ($(wildcard .venv),)
ifneq ($(shell $(BIN)/python -c 'print("starts")' 2>/dev/null),starts)
$(RUNTIME) $(DEV): again
.PHONY: again
again:
endif
endif

$(RUNTIME): requirements.txt start/install.sh
	@sh start/install.sh runtime

$(DEV): requirements.txt requirements-dev.txt start/install.sh
	@sh start/install.sh dev

.PHONY: run
run: $(RUNTIME) ## Start it all: Temporal, worker, API (PORT=8000, DATA_DIR=.data)
	@exec $(BIN)/python -m start.run

.PHONY: demo
demo: $(RUNTIME) ## Play a store through the API (ORDERS=file; URL= and KEY= of another instance)
	@exec $(BIN)/python -m demo $(ORDERS)

.PHONY: test
test: $(DEV) ## Run the tests (TESTS=path to choose)
	$(BIN)/pytest -n 2 --maxschedchunk 1 $(TESTS)

.PHONY: check
check: $(DEV) ## Formatting, lint, types, import rules, generated files
	$(BIN)/ruff format --check
	$(BIN)/ruff check
	$(BIN)/pyright
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m development.lock --check
	$(BIN)/python -m workflows.labels
	$(BIN)/python -m development.client --check
	$(BIN)/python -m workflows.reference --check
	$(BIN)/python -m stores.example --check

.PHONY: format
format: $(DEV) ## Format the code and mend what lint can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: bench
bench: $(DEV) ## Measure against bare Temporal updates
	@exec $(BIN)/python -m benchmarks

.PHONY: client
client: $(DEV) ## Write the typed Python client anew from what the API declares
	$(BIN)/python -m development.client

.PHONY: reference
reference: $(DEV) ## Write the reference of the procedures, and the example of settings, anew from the declarations
	$(BIN)/python -m workflows.reference
	$(BIN)/python -m stores.example

.PHONY: lock
lock: $(DEV) ## Pin the dependencies again (UPGRADE=1 takes newer versions)
	$(BIN)/python -m development.lock $(if $(UPGRADE),--upgrade)

.PHONY: clean
clean: ## Remove the environment and caches (never DATA_DIR)
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
