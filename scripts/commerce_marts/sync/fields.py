"""Which column is sent as which custom field of a contact."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path

import yaml

from commerce_marts.errors import OptionError

# A value as JSON has it; a date as YYYY-MM-DD.
Value = str | int | float
# {name of a custom field: value}; a field without a value is left out.
Fields = Mapping[str, Value]

COLUMNS = ("user_id", "rfm_segment", "monetary", "priority", "behaviour_group", "as_of_date")
# A new day alone changes no contact, or every contact would be sent every day.
AS_OF = "as_of_date"
DEFAULT = {
    "priority": "Support priority",
    "rfm_segment": "Customer segment",
    "behaviour_group": "Customer group",
    "as_of_date": "Customer segment as of",
}
EXAMPLE = "fields: {priority: Support priority, rfm_segment: Customer segment}"


@dataclass(frozen=True)
class FieldMapping:
    """{column: custom field}."""

    fields: Mapping[str, str]

    def of_row(self, row: Mapping[str, object]) -> Fields:
        """The fields of a contact; without those whose column is null."""
        values = {name: _plain(row[column]) for column, name in self.fields.items()}
        return {name: value for name, value in values.items() if value is not None}

    def compared_names(self, names: Set[str]) -> Set[str]:
        """Those of the custom fields that make a contact differ: all but the as-of date."""
        return names - {self.fields.get(AS_OF, "")}

    def compared(self, fields: Fields) -> Fields:
        """As `compared_names`, with the values."""
        return {name: fields[name] for name in self.compared_names(fields.keys())}


def mapping_read(file: Path | None) -> FieldMapping:
    """The mapping of a YAML file, `fields: {column: custom field}`; without one, the default.

    Raises OptionError where it names no column that is sent, or a field twice.
    """
    if file is None:
        return FieldMapping(DEFAULT)
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, UnicodeError, yaml.YAMLError) as error:
        raise OptionError(f"--fields {file} cannot be read: {error}") from error
    fields = content.get("fields") if isinstance(content, dict) else None
    if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields.values()):
        raise OptionError(f"--fields {file} must map columns to custom fields: {EXAMPLE}")
    unknown = [str(column) for column in fields if column not in COLUMNS]
    if unknown:
        raise OptionError(
            f"--fields {file}: there is no column {', '.join(unknown)}. Choose from "
            f"{', '.join(COLUMNS)}."
        )
    names = list(fields.values())
    twice = sorted({name for name in names if names.count(name) > 1 or not name.strip()})
    if twice:
        raise OptionError(
            f"--fields {file}: each column needs a custom field of its own, but {twice[0]!r} is "
            "empty or stands twice."
        )
    if not fields.keys() - {AS_OF}:
        raise OptionError(
            f"--fields {file} must map a column beside {AS_OF}, which is sent only with others: "
            f"{EXAMPLE}"
        )
    return FieldMapping(fields)


def as_type(value: Value, type_: str, name: str) -> Value:
    """The value in the type of the desk's custom field.

    A number field gets a number, a datetime field midnight UTC in epoch seconds, a string or enum
    field text. Raises OptionError for what fits no such field.
    """
    if type_ in ("string", "enum"):
        return str(value)
    if type_ == "number" and not isinstance(value, str):
        return value
    if type_ == "datetime":
        try:
            day = date.fromisoformat(str(value))
        except ValueError:
            pass
        else:
            return int(datetime.combine(day, time(), UTC).timestamp())
    raise OptionError(
        f"The custom field {name!r} of the desk has type {type_}, and {value!r} does not fit. Give "
        "it type string there, or send another column with --fields FILE."
    )


def _plain(value: object) -> Value | None:
    """The value as JSON has it."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, date):
        return value.isoformat()
    assert value is None or isinstance(value, (str, int, float)), value
    return value
