# make run   – set everything up and serve the site (PORT, HOST, DATA_DIR are honoured)
# make test  – set everything up and run the tests
# make setup – only set everything up

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PYTHONUNBUFFERED := 1
# What Python compiles at a start it keeps: the next one takes half the time.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test test-exhaustive setup installed lint types architecture migrations browser-tests container-lines services services-stop test-services audit check bench model eval agreement faults lock translations clean

run: installed
	@$(BIN)/python app.py

setup: installed
	@$(BIN)/python -m marketplace.preparation

installed: $(VENV)/.installed $(VENV)/.compiled

$(VENV)/.installed: requirements/development.txt requirements/installer.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/installer.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --compile-bytecode --require-hashes -r requirements/development.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

# A service may not be allowed to write them when it starts.
$(VENV)/.compiled: $(VENV)/.installed $(wildcard marketplace/translations/*/LC_MESSAGES/*.po)
	@$(BIN)/python -m marketplace.core.web.translations marketplace/translations
	@touch $@

# Thousands of small markets are written and thrown away: in memory, where there is enough of it.
SCRATCH = $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 4000000 { print "/dev/shm" }')
PYTEST = $(if $(SCRATCH),PYTEST_DEBUG_TEMPROOT=$(SCRATCH)) $(BIN)/pytest -n auto

test: installed
	@$(PYTEST) -m "not exhaustive"

# Every route by every role and number, every restricted word on every page, whole processes.
test-exhaustive: installed
	@$(PYTEST) -m exhaustive

lint: installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/hadolint Dockerfile
	$(BIN)/yamllint --strict compose.yaml
	@$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec compose.yaml

types: installed
	$(BIN)/mypy

architecture: installed
	$(BIN)/lint-imports

migrations: installed
	$(BIN)/python -m tests.migrations

browser-tests: installed
	$(BIN)/pytest tests/e2e -n 2 --dist loadfile

# The install, start and health lines of the image: web, worker and schedule, in a clean folder, without Docker.
container-lines: installed
	@$(BIN)/python -m tests.container

# PostgreSQL, Redis and Elasticsearch on free ports of this machine, without Docker; prints their
# addresses as settings: eval "$(make --silent services)"
services: installed
	@$(BIN)/python -m tests.services start

services-stop: installed
	@$(BIN)/python -m tests.services stop

# The contract suite, the functional suite and the migrations on the three services.
test-services: installed
	@$(BIN)/python -m tests.services test

# Kills import and indexing together with -9, KILLS times, and counts what is left.
# Then kills PostgreSQL, Redis and Elasticsearch FAULTS times under people who work.
KILLS ?= 200
FAULTS ?= 100
ROWS ?= 20000
faults: installed
	$(BIN)/python -m tests.faults.kill_nine --kills $(KILLS) --rows $(ROWS)
	$(BIN)/python -m tests.faults.services_down --faults $(FAULTS)

# Speed of search, indexing and search page: SIZES=100000,1000000, OUT=docs/benchmarks.json,
# ENGINES=embedded,elastic,postgres (embedded alone unless said; starts the services it needs).
bench: installed
	@$(BIN)/python -m tests.benchmarks
	@$(BIN)/python -m tests.benchmarks.contracts
	@DATA=$(DATA) $(BIN)/python -m tests.benchmarks.matching

# The second encoder, into MARKET_ENCODER_DIR (or the data folder); needs Maven.
model: installed
	@$(BIN)/python -m marketplace.matching.fetching

# How well matching finds what is known to fit: DATA names the folder of the files.
DATA ?= ../shared/data
eval: installed
	@$(BIN)/python -m marketplace.matching.evaluation_report --data $(DATA) --page docs/matching.md

# How far the engines agree on real records: PATENTS, PAPERS, DEMANDS name JSONL files.
agreement: installed
	$(BIN)/python -m tests.agreement --patents $(PATENTS) --papers $(PAPERS) --demands $(DEMANDS) --out docs/search.md

check: lint types architecture migrations

# What the tools know of the dependencies' faults; it names what it could not look at.
audit: installed
	$(BIN)/pip-audit --strict --requirement requirements/production.txt

translations: installed
	$(BIN)/pybabel --quiet extract --ignore-dirs ".*" --mapping babel.cfg --keywords _l --keywords _ --sort-by-file --no-wrap --add-location=file --output $(VENV)/market.pot .
	$(BIN)/pybabel --quiet update --no-wrap --no-fuzzy-matching --ignore-obsolete --input-file $(VENV)/market.pot --output-dir marketplace/translations

lock: $(VENV)/.installed
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 requirements/installer.in -o requirements/installer.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 pyproject.toml -o requirements/production.txt
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header --python-version 3.11 --extra dev --constraint requirements/production.txt pyproject.toml -o requirements/development.txt

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis build *.egg-info
