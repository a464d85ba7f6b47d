"""The project's own macros, run without dbt: one contract and one judgement for check and build.

What a raw file must hold and when a row cannot be used is said once, in macros/raw and what that
needs. dbt renders it for a build; this module renders the same for `commerce-marts check`.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import duckdb
import jinja2

# As dbt does: under its own name a macro would call its neighbours in the file past `_call`.
PREFIX = "dbt_macro__"
FOLDERS = ("raw", "types", "vars")


class _Return(BaseException):
    """What `{{ return(value) }}` throws; no error, so that nothing catches it on its way."""

    def __init__(self, value: object) -> None:
        self.value = value


class CompilerError(Exception):
    """What a macro says through exceptions.raise_compiler_error."""


@dataclass(frozen=True)
class _Column:
    """A column of a query's result, as much of agate's as the macros use."""

    name: str
    rows: tuple[Any, ...]

    def values(self) -> tuple[Any, ...]:
        """The column's values, a row each."""
        return self.rows


@dataclass(frozen=True)
class _Result:
    columns: tuple[_Column, ...]


class Macros:
    """The macros of the project at `root`, with `dbt_vars`; their queries run on `connection`."""

    def __init__(
        self, root: Path, dbt_vars: Mapping[str, Any], connection: duckdb.DuckDBPyConnection
    ) -> None:
        self.variables = dbt_vars
        self._connection = connection
        self._macros: dict[str, Callable[..., Any]] = {}
        texts = [
            re.sub(r"(\{%-?\s*macro\s+)(\w+)", rf"\g<1>{PREFIX}\2", path.read_text())
            for folder in FOLDERS
            for path in sorted((root / "macros" / folder).glob("*.sql"))
        ]
        names = re.findall(rf"macro {PREFIX}(\w+)", "\n".join(texts))
        environment = jinja2.Environment(extensions=["jinja2.ext.do"])
        # All names before the first text: a macro sees what stands here when it is made.
        environment.globals.update(self._context())
        environment.globals.update({name: partial(self.call, name) for name in names})
        for text in texts:
            module = environment.from_string(text).make_module()
            for name in re.findall(rf"macro {PREFIX}(\w+)", text):
                self._macros[name] = getattr(module, PREFIX + name)

    def call(self, name: str, *arguments: object, **named: object) -> Any:  # noqa: ANN401
        """What a macro returns, or the text that it renders."""
        try:
            return str(self._macros[name](*arguments, **named)).strip()
        except _Return as returned:
            return returned.value

    def _context(self) -> dict[str, Any]:
        return {
            "return": _return,
            "var": lambda name: self.variables[name],
            "env_var": lambda _name, default: default,
            "fromjson": json.loads,
            "run_query": self._run_query,
            "execute": True,
            "adapter": {"dispatch": self._dispatch, "quote": lambda name: f'"{name}"'},
            "dbt": {"type_string": lambda: "varchar"},
            "exceptions": {"raise_compiler_error": _raise},
        }

    def _dispatch(self, name: str, _package: str) -> Callable[..., Any]:
        own = f"duckdb__{name}"
        chosen = own if own in self._macros else f"default__{name}"
        return partial(self.call, chosen)

    def _run_query(self, sql: str) -> _Result:
        cursor = self._connection.execute(sql)
        names = [column[0] for column in cursor.description or ()]
        rows = cursor.fetchall()
        return _Result(
            tuple(
                _Column(name, tuple(row[index] for row in rows)) for index, name in enumerate(names)
            )
        )


def _return(value: object = None) -> NoReturn:
    raise _Return(value)


def _raise(message: str) -> NoReturn:
    raise CompilerError(message)
