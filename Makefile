# Everything runs from .venv: `make build` publishes warehouse/commerce.duckdb from the committed seeds.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# The oldest client that must be able to read what is published.
OLD_DUCKDB := 1.1.3
OLD_CLIENT := .venv/duckdb-$(OLD_DUCKDB)

.PHONY: build test lint deps lock clean

build: deps
	$(BIN)/commerce-marts build

test: deps lint $(OLD_CLIENT)
	$(BIN)/pytest

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models analyses tests/data

deps: .venv/.installed
	@$(BIN)/commerce-marts deps

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "commerce_marts needs Python 3.11 or newer: make PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --no-build-isolation -e .
	@touch $@

$(OLD_CLIENT):
	rm -rf $@.new
	$(BIN)/python -m pip install --quiet --disable-pip-version-check \
		--no-deps --target $@.new duckdb==$(OLD_DUCKDB)
	mv $@.new $@

# Writes requirements.lock: the newest versions that pyproject.toml allows. Review it, then `make test`.
lock:
	rm -rf .venv/lock
	$(PYTHON) -m venv .venv/lock
	.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check ".[dev]"
	.venv/lock/bin/python -m pip freeze --all --exclude pip --exclude commerce_marts > .venv/lock/frozen
	{ echo "# Written by 'make lock': every package that the project runs with, at its exact version."; \
		cat .venv/lock/frozen; } > requirements.lock
	rm -rf .venv/lock

# Removes what was installed and built for development; the published warehouse stays.
clean:
	rm -rf .venv target logs dbt_packages package-lock.yml .pytest_cache .ruff_cache
	find warehouse/dev -mindepth 1 ! -name .gitkeep -delete
