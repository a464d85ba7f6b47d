# Everything runs from .venv: `make build` publishes warehouse/commerce.duckdb from the committed seeds.
PYTHON ?= $(shell for name in python3.11 python3; do $$name -c '' 2>/dev/null && echo $$name && break; done)
PIP := -m pip --quiet --disable-pip-version-check install
BIN := .venv/bin
# The oldest client that must be able to read what is published.
OLD_DUCKDB := 1.1.3
OLD_CLIENT := .venv/duckdb-$(OLD_DUCKDB)

.PHONY: build test lint deps lock clean

build: deps
	$(BIN)/commerce-marts build

test: deps lint $(OLD_CLIENT)
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

lint: .venv/.installed
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfluff lint --processes 2 models analyses tests/data

deps: .venv/.installed
	@$(BIN)/commerce-marts deps

.venv/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or newer is needed: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 1; }
	$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python $(PIP) -r requirements.lock
	$(BIN)/python $(PIP) --no-deps --no-build-isolation -e .
	@touch $@

# In a folder of its own: only one DuckDB can be installed beside dbt.
$(OLD_CLIENT):
	rm -rf $@ $@.new
	$(BIN)/python $(PIP) --no-deps --target $@.new duckdb==$(OLD_DUCKDB)
	mv $@.new $@

# Writes requirements.lock anew: the newest versions that pyproject.toml allows.
lock: .venv/.installed
	$(PYTHON) -m venv --clear .venv/lock
	$(BIN)/python -c 'import tomllib; project = tomllib.load(open("pyproject.toml", "rb"))["project"]; \
		print(*project["dependencies"], *project["optional-dependencies"]["dev"], sep="\n")' > .venv/lock/wanted
	.venv/lock/bin/python $(PIP) --upgrade -r .venv/lock/wanted
	{ echo "# Written by make lock: every package that this project runs with, at its exact version."; \
		.venv/lock/bin/python -m pip freeze --all --exclude pip; } > .venv/lock/frozen
	mv .venv/lock/frozen requirements.lock
	rm -rf .venv/lock

# What was installed and built for development; the published warehouse stays.
clean:
	rm -rf .venv target logs dbt_packages package-lock.yml .pytest_cache .ruff_cache
	find warehouse/dev -mindepth 1 ! -name .gitkeep -delete
