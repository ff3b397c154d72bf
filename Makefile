# Everything runs inside .venv, which make builds by itself: this machine needs Python >= 3.11 and make.

UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
# Compiled at once: where Python may not keep what it compiles, every start would pay a second for it.
UV_SYNC := UV_PROJECT_ENVIRONMENT=$(VENV) UV_PYTHON_DOWNLOADS=never $(BIN)/uv sync --frozen --quiet --compile-bytecode --python $(BIN)/python
# Many tests wait for processes, not for a core: two workers a core.
WORKERS = $(shell $(BIN)/python -c 'import os; print(min(8, 2 * (os.cpu_count() or 1) + 1))')
section = @printf '\n── %s ──\n' '$(1)'

# Stamps: made once, remade when the lock file changes.
BOOTSTRAPPED := $(VENV)/.bootstrapped
RUNTIME := $(VENV)/.synced-runtime
DEVELOPMENT := $(VENV)/.synced-development

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help demo run migrate test simulate flood kills faults fuzz fuzz-coverage audit mutants bench lint imports types format screenshots clean

help:  ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(RUNTIME)  ## Start a plant, a local Slack workspace and the bot, and print the address to open
	@$(BIN)/andon demo

run: $(RUNTIME)  ## Run the bot with the settings of the environment (see .env.example)
	@$(BIN)/andon run

migrate: $(RUNTIME)  ## Bring the database to the newest schema
	@$(BIN)/andon db upgrade

# Types need one core and a minute: the tests need not wait for them, nor the other core stand idle.
test: lint imports  ## Run every gate: lint, import contracts, types, tests
	$(call section,Tests: pytest on SQLite and PostgreSQL; types beside them)
	@$(BIN)/mypy > $(VENV)/types.txt 2>&1 & types=$$!; \
	$(BIN)/pytest -n $(WORKERS) --dist worksteal $(PYTEST_ARGS); tests=$$?; \
	wait $$types; types=$$?; \
	printf '\n── Types: mypy --strict ──\n'; cat $(VENV)/types.txt; \
	test $$types = 0 && exit $$tests

simulate: $(DEVELOPMENT)  ## Run SEEDS=200 days of bad luck in virtual time, or one SEED=1234 with its story
	@$(BIN)/python -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(or $(SEEDS),200) --start $(or $(START),0)) $(if $(SHORT),--short)

flood: $(DEVELOPMENT)  ## Live through an hour's outage of Slack and 10,000 notes at once, in virtual time
	@$(BIN)/python -m tests.flood $(FLOOD_ARGS)

kills: $(DEVELOPMENT)  ## Kill the bot KILLS=200 times on each database, or ON=sqlite from one SEED=7
	@$(BIN)/python -m tests.processes --kills $(or $(KILLS),200) $(if $(SEED),--seed $(SEED)) $(if $(ON),--databases $(ON))

fuzz: $(DEVELOPMENT)  ## Push INPUTS=100000 through every door: HTTP, plans, commands, buttons, forms (ONLY=plan, SEED=7)
	@$(BIN)/python -m tests.fuzz --inputs $(or $(INPUTS),10000) $(if $(SEED),--seed $(SEED)) --only '$(ONLY)'

fuzz-coverage: $(DEVELOPMENT)  ## The same led by coverage (ONLY=plan), with atheris in .venv-fuzz, which is no dependency
	@UV_PROJECT_ENVIRONMENT=.venv-fuzz $(BIN)/uv sync --frozen --quiet --compile-bytecode --python $(BIN)/python
	@$(BIN)/uv pip install --quiet --python .venv-fuzz/bin/python atheris
	@.venv-fuzz/bin/python -m tests.fuzz.coverage --only '$(or $(ONLY),plan)' --inputs $(or $(INPUTS),10000)

audit: $(DEVELOPMENT)  ## Ask osv.dev for known weaknesses of what uv.lock pins (needs the network; no part of make test)
	@$(BIN)/uv audit --frozen --preview-features audit-command

faults: $(DEVELOPMENT)  ## Tell the long stories of real processes: rolling restarts, restarts of PostgreSQL, every fault at once with kills
	@$(BIN)/pytest -s -o faulthandler_timeout=0 tests/processes/long_stories.py $(PYTEST_ARGS)

mutants: $(DEVELOPMENT)  ## Plant every known fault by itself and list those that no test finds, or try ONLY=one-fault
	@$(BIN)/python -m tests.mutants --only '$(or $(ONLY),*)' $(MUTANTS_ARGS)

bench: $(DEVELOPMENT)  ## Measure Andon against a bare loop of the same SQL (see docs/benchmarks.md)
	@$(BIN)/python -m bench $(BENCH_ARGS)

lint: $(DEVELOPMENT)  ## Check style and formatting
	$(call section,Lint: ruff)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

imports: $(DEVELOPMENT)  ## Check that imports run one way
	$(call section,Import contracts: import-linter)
	@$(BIN)/lint-imports --no-logo

types: $(DEVELOPMENT)  ## Check types strictly
	$(call section,Types: mypy --strict)
	@$(BIN)/mypy

format: $(DEVELOPMENT)  ## Mend style and formatting where that can be done mechanically
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

screenshots: $(DEVELOPMENT)  ## Take the pictures of the README anew (needs chromium)
	@$(BIN)/python -m tests.screenshots

clean:  ## Remove the virtual environment and every cache; databases stay
	@rm -rf $(VENV) .venv-fuzz .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BOOTSTRAPPED):
	@python=; found=; \
	for candidate in $(PYTHON) python3.13 python3.12 python3.11 python3; do \
	    version=$$($$candidate -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue; \
	    found="$$found $$candidate=$$version"; \
	    $$candidate -c 'import sys; sys.exit(sys.version_info < (3, 11))' || continue; \
	    $$candidate -c 'import ensurepip, venv' 2>/dev/null && { python=$$candidate; break; }; \
	    incomplete=$$version; \
	done; \
	if [ -z "$$python" ] && [ -n "$$incomplete" ]; then \
	    echo "Python $$incomplete is here but cannot create virtual environments." >&2; \
	    echo "On Debian and Ubuntu: apt-get install python$$incomplete-venv  (then run make again)" >&2; \
	    exit 1; \
	elif [ -z "$$python" ]; then \
	    echo "Andon needs Python 3.11 or newer; found:$${found:- no Python 3 at all}." >&2; \
	    echo "Install one, or name it: make PYTHON=/path/to/python3.12 ..." >&2; \
	    exit 1; \
	fi; \
	echo "Preparing $(VENV) with $$($$python -V): once, about half a minute." >&2; \
	$$python -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	@touch $@

$(RUNTIME): $(BOOTSTRAPPED) pyproject.toml uv.lock
	@$(UV_SYNC) --no-dev --inexact
	@touch $@

$(DEVELOPMENT): $(BOOTSTRAPPED) pyproject.toml uv.lock
	@$(UV_SYNC)
	@touch $@ $(RUNTIME)
