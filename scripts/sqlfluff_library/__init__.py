"""What the Jinja of the models may call while sqlfluff lints it: no dbt, no database.

Each stand-in gives SQL of the right shape, which is all that a linter looks at. sqlfluff finds it
by `library_path` in pyproject.toml.
"""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jinja2
import yaml

PROJECT_ROOT = Path(__file__).resolve().parents[2]
SETTINGS = (PROJECT_ROOT / "dbt_project.yml").read_text()
# sqlfluff imports this for each file, so in C.
VARS: dict[str, Any] = yaml.load(SETTINGS, yaml.CSafeLoader)["vars"]

execute = False
dbt_version = "1.11.0"


class Relation(str):
    """A table's name that has a relation's attributes."""

    def __getattr__(self, name: str) -> "Relation":
        return Relation(name)


class Calls:
    """Gives the SQL `name(argument, ...)` for whatever is called on it."""

    # Jinja's sandbox asks both of everything that it calls.
    unsafe_callable = alters_data = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return lambda *arguments, **named: _call(name, [*arguments, *named.values()])


class Dbt(Calls):
    """dbt's cross-database macros."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("type_"):
            return lambda: TYPES[name]
        if name in ("date_spine", "generate_series"):
            return lambda *_arguments: f"select 1 as {name}"
        return super().__getattr__(name)


class Adapter:
    """The adapter of the lint's dialect, DuckDB."""

    def quote(self, name: str) -> str:
        return f'"{name}"'

    @jinja2.pass_context
    def dispatch(self, context: jinja2.runtime.Context, name: str, *_package: str) -> Any:
        found = (context.resolve(f"{prefix}__{name}") for prefix in ("duckdb", "default"))
        return next(macro for macro in found if not isinstance(macro, jinja2.Undefined))

    def get_columns_in_relation(self, _relation: str) -> list[Any]:
        return []


class Nothing:
    """Accepts every call and gives no SQL."""

    unsafe_callable = alters_data = False

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return self

    def __call__(self, *_arguments: Any, **_named: Any) -> str:
        return ""


TYPES = {
    "type_string": "varchar",
    "type_timestamp": "timestamp",
    "type_int": "integer",
    "type_bigint": "bigint",
    "type_float": "double",
    "type_numeric": "decimal(28, 6)",
    "type_boolean": "boolean",
}

adapter = Adapter()
api = exceptions = log = statement = Nothing()
dbt = Dbt()
dbt_utils = Dbt()
target = Relation("target")
# A model's YAML is not read here: one column stands for all of them.
model = SimpleNamespace(columns={"domain": {"name": "domain", "data_type": "varchar"}})


def var(name: str, default: Any = None) -> Any:
    """A var as dbt_project.yml sets it."""
    return VARS.get(name, default)


def run_query(_sql: str) -> None:
    """No database, no rows."""


def _call(name: str, arguments: list[Any]) -> str:
    return f"{name}({', '.join(str(argument) for argument in arguments)})"
