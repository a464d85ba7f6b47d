# Everything runs from .venv: `make build` publishes warehouse/commerce.duckdb from the committed seeds.
PYTHON ?= $(shell for name in python3.11 python3; do $$name -c '' 2>/dev/null && echo $$name && break; done)
PIP := -m pip --quiet --disable-pip-version-check install
BIN := .venv/bin
# The oldest client that must be able to read the published file.
OLD_DUCKDB := 1.1.3
OLD_CLIENT := .venv/duckdb-$(OLD_DUCKDB)
# The environment of orchestration/dagster.
DAGSTER := .venv/dagster
# The environment of engines/: Spark and Snowflake.
ENGINES := .venv/engines
PYTEST := $(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder
QUICK := tests/project tests/bad_inputs $(addprefix tests/runner/test_,packages.py setup.py versions.py)

.PHONY: build spark spark-compare java dagster dashboard docs test test-quick test-long lint deps debian lock clean

build: deps
	$(BIN)/commerce-marts build

# dbt's documentation of the published warehouse, with lineage, as one page: make build first.
docs: deps
	$(BIN)/dbt --quiet docs generate --static --target published --target-path target/docs
	@echo "Written: target/docs/static_index.html"

# Run by continuous integration: all tests except those marked long.
test: lint deps debian java $(OLD_CLIENT) $(DAGSTER)/.installed $(ENGINES)/.installed
	$(PYTEST) -m "not long"
	$(DAGSTER)/bin/pytest -m "not long" orchestration
	$(ENGINES)/bin/pytest -n 2 --dist loadfile -m "not long" engines

# Tests that take a few minutes.
test-quick: lint deps $(OLD_CLIENT)
	$(PYTEST) -m "not long" $(QUICK)

test-long: lint deps debian java $(OLD_CLIENT) $(DAGSTER)/.installed $(ENGINES)/.installed $(ENGINES)/delta.jar
	$(PYTEST) -m long
	$(DAGSTER)/bin/pytest -m long orchestration
	$(ENGINES)/bin/pytest -m long engines

lint: .venv/.installed-dev
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

.venv/.installed-dev: requirements-dev.lock .venv/.installed
	$(BIN)/python $(PIP) -r requirements-dev.lock
	@touch $@

# The dashboard of the published warehouse, in a browser: make build first.
dashboard: .venv/.installed-dashboard
	$(BIN)/commerce-marts dashboard

.venv/.installed-dashboard: requirements-dev.lock .venv/.installed
	$(BIN)/python $(PIP) -c requirements-dev.lock -c requirements.lock --no-build-isolation -e '.[dashboard]'
	@touch $@

# Installs those of Debian's packages that the given commands print because they are missing.
define install_missing
	@missing=$$($(2)); \
	[ -z "$$missing" ] || { echo "Installing Debian's" $$missing "for $(1)."; \
		sudo=$$(command -v sudo || true); [ "$$(id -u)" != 0 ] || sudo=; \
		$$sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
		$$sudo apt-get install -qq -y --no-install-recommends $$missing >/dev/null; }
endef

# What tests start: a browser, a database, what makes certificates.
debian:
	$(call install_missing,tests,command -v chromium >/dev/null || echo chromium; command -v openssl >/dev/null || echo openssl; \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql)

java:
	$(call install_missing,Spark,command -v java >/dev/null || echo openjdk-17-jre-headless)

# Dagster beside the project: its packages and ours do not fit into one environment.
dagster: deps $(DAGSTER)/.installed
	DAGSTER_HOME=$(CURDIR)/orchestration/dagster $(DAGSTER)/bin/dagster dev -f orchestration/dagster/definitions.py

$(DAGSTER)/.installed: orchestration/dagster/requirements.lock .venv/.installed
	$(BIN)/python -m venv --clear $(DAGSTER)
	$(DAGSTER)/bin/python $(PIP) -r orchestration/dagster/requirements.lock
	@touch $@

# All domains on Spark and Delta on this machine, from the seeds, into warehouse/spark (docs/beyond_one_machine.md).
spark: deps java $(ENGINES)/.installed $(ENGINES)/delta.jar
	COMMERCE_MARTS_SPARK_CLASS_PATH=$(ENGINES)/delta.jar $(ENGINES)/bin/dbt build --target spark \
		--target-path target/spark --exclude fct_clv_fits

# Builds on DuckDB and on Spark, and compares every table and view: `make spark-compare DOMAINS=sales,greenery`.
spark-compare: deps java $(ENGINES)/.installed $(ENGINES)/delta.jar
	$(ENGINES)/bin/python engines/compare.py $(if $(DOMAINS),--domains $(DOMAINS))

$(ENGINES)/.installed: engines/requirements.lock .venv/.installed
	$(BIN)/python -m venv --clear $(ENGINES)
	$(ENGINES)/bin/python $(PIP) -r engines/requirements.lock
	@touch $@

$(ENGINES)/delta.jar: engines/delta_jar.py $(ENGINES)/.installed
	$(ENGINES)/bin/python engines/delta_jar.py $@

# In its own folder: only one DuckDB can be installed beside dbt.
$(OLD_CLIENT):
	rm -rf $@ $@.new
	$(BIN)/python $(PIP) --no-deps --target $@.new duckdb==$(OLD_DUCKDB)
	mv $@.new $@

# Writes the locks with the newest versions that pyproject.toml allows.
lock:
	$(PYTHON) -m venv --clear .venv/lock
	$(PYTHON) -c 'import tomllib; given = tomllib.load(open("pyproject.toml", "rb")); \
		print(*given["build-system"]["requires"], *given["project"]["dependencies"], sep="\n"); \
		extras = given["project"]["optional-dependencies"]; \
		here = [extras[name] for name in extras if name not in ("spark", "snowflake")]; \
		print(*sum(here, []), sep="\n", file=open(".venv/lock/extras", "w"))' > .venv/lock/base
	.venv/lock/bin/python $(PIP) --upgrade -r .venv/lock/base
	{ echo '# Written by make lock: what `make build` runs with, every package at its exact version.'; \
		.venv/lock/bin/python -m pip freeze --all --exclude pip; } > .venv/lock/base.lock
	.venv/lock/bin/python $(PIP) -r .venv/lock/extras -c .venv/lock/base.lock
	{ echo '# Written by make lock: what `make test` and `commerce-marts generate` need beside requirements.lock.'; \
		.venv/lock/bin/python -m pip freeze --all --exclude pip | grep -vxFf .venv/lock/base.lock; } > requirements-dev.lock
	mv .venv/lock/base.lock requirements.lock
	$(PYTHON) -m venv --clear .venv/lock
	.venv/lock/bin/python $(PIP) -r orchestration/dagster/requirements.in
	{ echo '# Written by make lock: what orchestration/dagster runs with.'; \
		.venv/lock/bin/python -m pip freeze --all --exclude pip --exclude setuptools; } > orchestration/dagster/requirements.lock
	$(PYTHON) -m venv --clear .venv/lock
	.venv/lock/bin/python $(PIP) -r engines/requirements.in
	{ echo '# Written by make lock: what engines/ runs with.'; \
		.venv/lock/bin/python -m pip freeze --all --exclude pip --exclude setuptools; } > engines/requirements.lock
	rm -rf .venv/lock

# Removes what was installed and built for development; keeps the published warehouse.
clean:
	rm -rf .venv target logs dbt_packages package-lock.yml .pytest_cache .ruff_cache
	find warehouse/dev -mindepth 1 ! -name .gitkeep -delete
