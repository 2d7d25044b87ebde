# Madoguchi: every command of the project. `make help` lists them.
# Which programme; without it the one that pyproject.toml names. `up`, `down` and `reset` take all of them: PROGRAMME=all
PROGRAMME ?=
ENV       ?= staging
PORT      ?= 0

# Any supported Python may start the bootstrap, which then takes the newest one that it finds.
PYTHON := $(shell for python in python3.13 python3.12 python3.11 python3 python \
    $(HOME)/.pyenv/versions/3.1[123]*/bin/python; do \
    "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
    && { echo "$$python"; break; }; done)
MADOGUCHI := ./madoguchi
CHOSEN    = $(if $(PROGRAMME),--programme $(PROGRAMME))
BIN       := .local/env/app/bin
SOURCES   := functions infra layers tests
BENCHMARKS = $(notdir $(basename $(shell grep -l __main__ tests/load/*.py)))
PYTEST    := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help up down reset test check fmt lint thorough unit integration e2e acceptance deploy lock load licences environments

help: ## This list
	@sed -n 's/^\([a-z0-9]*\):.*## \(.*\)/  make \1|\2/p' Makefile | column -t -s '|'

up: environments ## Start everything on this machine, or bring it up to date; keeps the data. PROGRAMME=<one, or all>
	@$(MADOGUCHI) up $(CHOSEN) --port $(PORT)

down: environments ## Stop everything; keeps the data
	@$(MADOGUCHI) down $(CHOSEN)

reset: environments ## Ask, then erase the local data
	@$(MADOGUCHI) reset $(CHOSEN)

check: lint unit ## The fast part of the tests: format, lint, types, imports, templates, unit and contract tests

test: thorough unit integration e2e ## All tests, the end-to-end ones against a stack of their own

fmt: environments ## Format the code
	@$(BIN)/ruff format $(SOURCES)
	@$(BIN)/ruff check --fix-only --quiet $(SOURCES)

lint: environments
	@$(MADOGUCHI) check

thorough: environments
	@$(MADOGUCHI) check --thoroughly

unit: environments
	@$(MADOGUCHI) build
	@$(PYTEST) tests/unit tests/contract

integration: environments
	@$(PYTEST) -n auto tests/integration

e2e: environments ## Only the end-to-end tests; their local cloud enforces every role's policies
	@$(PYTEST) -p no:randomly tests/e2e

acceptance: environments ## Run all tests and write docs/acceptance.md
	@$(MADOGUCHI) build
	@$(PYTEST) -p no:randomly tests/unit tests/contract tests/integration tests/e2e --acceptance=docs/acceptance.md

load: environments ## Benchmarks (not part of the tests); one of them: make load BENCHMARKS=race OPTIONS="--rounds 5"
	@status=0; for one in $(BENCHMARKS); do $(BIN)/python -m tests.load.$$one $(OPTIONS) || status=1; done; exit $$status

deploy: environments ## Deploy to AWS: make deploy PROGRAMME=<programme> ENV=staging
	@$(MADOGUCHI) deploy $(CHOSEN) --env $(ENV)

lock: environments ## Resolve all requirements anew and write the lock files
	@$(MADOGUCHI) lock

licences: environments ## Write docs/third-party-licences.md (after make lock)
	@$(BIN)/python -m operations.licences

environments:
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found." \
	    "Install one, for example: apt-get install python3 python3-venv, or pyenv install 3.13" >&2; exit 1; }
	@"$(PYTHON)" -I infra/operations/environments.py app sam ministack checks
