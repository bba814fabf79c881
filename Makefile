# Everything that one does with a clone of this project. `make help` lists it.
# Needs Python 3.11 or newer; all else is installed into .venv from the locks, by hash.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
SHELL := /bin/sh

PORT ?= 8000
DATA_DIR ?= .data
TESTS ?= tests
ROUNDS ?= 200
SEED ?= 1
EXAMPLES ?= 20
OFFICE_DAYS ?= 366
export PORT DATA_DIR

BIN := .venv/bin

# A virtual environment with the run-time packages, and one with the developers' on top. Done once per lock.
RUNTIME := .venv/.runtime
DEV := .venv/.dev

.PHONY: help
help: ## List what make can do
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# A Python that was updated or moved away leaves an environment that starts no more: it is made again.
ifneq ($(wildcard .venv),)
ifneq ($(shell $(BIN)/python -c 'print("starts")' 2>/dev/null),starts)
$(RUNTIME) $(DEV): again
.PHONY: again
again:
endif
endif

$(RUNTIME): requirements.txt pyproject.toml start/install.sh
	@sh start/install.sh runtime

$(DEV): requirements.txt requirements-dev.txt pyproject.toml start/install.sh
	@sh start/install.sh dev

.PHONY: install
install: $(RUNTIME) ## Set up .venv with what running needs, by hash, and the command .venv/bin/guicheng

.PHONY: run
run: $(RUNTIME) ## Start it all: Temporal, worker, API (PORT=8000, DATA_DIR=.data, HOST=127.0.0.1, TLS=directory)
	@exec $(BIN)/guicheng run

.PHONY: demo
demo: $(RUNTIME) ## Play a store through the API (ORDERS=file; URL= and KEY= of another instance)
	@exec $(BIN)/python -m demo $(ORDERS)

.PHONY: test
test: $(DEV) ## Run the tests (TESTS=path to choose)
	$(BIN)/pytest -n 2 --maxschedchunk 1 $(TESTS)

# What makes up a day's stage is no day itself.
DAYS = $(filter-out %/day_fixtures.py,$(wildcard tests/inbox/day_*.py))

.PHONY: test-inbox
test-inbox: $(DEV) ## Work whole days in the inbox, and have axe look at every page (ROLE=picker, SIZE=desktop, phone or pda: that day alone)
	$(BIN)/pytest -n 2 --maxschedchunk 1 $(if $(SIZE),-k $(SIZE)) \
	  $(if $(ROLE),tests/inbox/day_$(ROLE).py,$(DAYS) $(if $(SIZE),,$(wildcard tests/inbox/whole_*.py)))

.PHONY: test-kills
test-kills: $(DEV) ## Play rounds of orders while processes are killed (ROUNDS=200, SEED=1 of the first)
	@exec $(BIN)/python -m tests.kills --rounds $(ROUNDS) --seed $(SEED)

.PHONY: test-fuzz
test-fuzz: $(DEV) ## Send odd requests to every operation, as every role and a party of each kind (EXAMPLES=20, SEED=1)
	EXAMPLES=$(EXAMPLES) SEED=$(SEED) $(BIN)/pytest -n 2 --maxschedchunk 1 tests/api/fuzz_everybody.py

.PHONY: test-office
test-office: $(DEV) ## Have an office work for a year, by the calendar (OFFICE_DAYS=366)
	OFFICE_DAYS=$(OFFICE_DAYS) $(BIN)/pytest -s tests/whole/office_year.py

.PHONY: try
try: $(DEV) ## Check one procedure in seconds (PROCEDURE=key)
	@exec $(BIN)/python -m development.try_procedure $(PROCEDURE)

# Each check says which it is before it begins, as some are silent for long.
define check
	@printf '%s\n' '==> $(1)'
	@$(2)
endef

.PHONY: check
check: $(DEV) ## Formatting, lint, lengths, types, import rules, locks, labels, generated files
	$(call check,formatting (ruff format),$(BIN)/ruff format --check)
	$(call check,lint (ruff check),$(BIN)/ruff check)
	$(call check,no file is too long,$(BIN)/python -m development.lengths)
	$(call check,import rules (lint-imports),$(BIN)/lint-imports --no-cache)
	$(call check,locks fit pyproject.toml,$(BIN)/python -m development.lock --check)
	$(call check,the bill of materials is current,$(BIN)/python -m development.sbom --check)
	$(call check,labels are complete,$(BIN)/python -m workflows.labels)
	$(call check,the client is what the API declares,$(BIN)/python -m development.client --check)
	$(call check,the reference is what the procedures declare,$(BIN)/python -m workflows.reference --check)
	$(call check,the example of settings is current,$(BIN)/python -m stores.example --check)
	$(call check,the drawings are current,$(BIN)/python -m development.drawings --check)
	$(call check,types (pyright; silent for two minutes),$(BIN)/pyright)
	@echo 'All checks hold.'

.PHONY: format
format: $(DEV) ## Format the code and mend what lint can mend
	$(BIN)/ruff format
	$(BIN)/ruff check --fix

.PHONY: hooks
hooks: $(DEV) ## Have git look at formatting, lint and import rules before each commit
	$(BIN)/prek install

.PHONY: bench
bench: $(DEV) ## Measure actions and orders against bare Temporal updates (COMPARE=commit for two in turns)
	@exec $(BIN)/python -m benchmarks $(if $(COMPARE),--compare $(COMPARE))

.PHONY: bench-lists
bench-lists: $(DEV) ## Measure lists and counts of up to a million tasks, and those of suppliers (BENCH_LISTS=folder that keeps them)
	@exec $(BIN)/python -m benchmarks.lists $(if $(BENCH_LISTS),--data $(BENCH_LISTS))

.PHONY: bench-fair
bench-fair: $(DEV) ## Measure how long a store's people wait beside another's rush, large bodies and streams that nobody reads
	@exec $(BIN)/python -m benchmarks.fair

.PHONY: pictures
pictures: $(DEV) ## Take the pictures of the inbox in docs/inbox anew (ONLY="list case" for some)
	$(BIN)/python -m development.pictures $(if $(ONLY),--only $(ONLY))

.PHONY: compare-pages
compare-pages: $(DEV) ## Hold the inbox's main pages against an earlier commit's (REF=commit), into build/pages
	$(BIN)/python -m development.pictures --compare $(or $(REF),HEAD)

.PHONY: client
client: $(DEV) ## Write the typed Python client anew from what the API declares
	$(BIN)/python -m development.client

.PHONY: reference
reference: $(DEV) ## Write the reference of the procedures, the example of settings and the drawings anew
	$(BIN)/python -m workflows.reference
	$(BIN)/python -m stores.example
	$(BIN)/python -m development.drawings

.PHONY: labels
labels: $(DEV) ## Print the Chinese labels that are missing, to be filled in (PROCEDURE=key for one procedure)
	@$(BIN)/python -m workflows.labels $(PROCEDURE)

.PHONY: fingerprints
fingerprints: $(DEV) ## Write down the fingerprints of new procedures, versions, effects and optional fields
	$(BIN)/python -m tests.fingerprints

.PHONY: histories
histories: $(DEV) ## Record a history of each procedure that has none
	$(BIN)/python -m tests.replay.record store

.PHONY: migration
migration: $(DEV) ## Write a migration of the database to the tables as declared (WORDS="what changes")
	$(BIN)/python -m models.migrations.renew $(WORDS)

.PHONY: lock
lock: $(DEV) ## Pin the dependencies again (UPGRADE=1 takes newer versions)
	$(BIN)/python -m development.lock $(if $(UPGRADE),--upgrade)
	$(BIN)/python -m development.sbom

.PHONY: sbom
sbom: $(DEV) ## Write the bill of materials (sbom.cdx.json) from the locks
	$(BIN)/python -m development.sbom

.PHONY: audit
audit: $(DEV) ## Ask for known vulnerabilities of what the locks pin; says so where nobody could be asked
	@exec $(BIN)/python -m development.audit

.PHONY: clean
clean: ## Remove the environment and caches (never DATA_DIR)
	rm -rf .venv .pytest_cache .ruff_cache .hypothesis .import_linter_cache build
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
