"""Records of arrays: dataclasses whose fields are columns of one length."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Record = TypeVar("Record", bound=Any)


def concatenated(parts: Sequence[Record]) -> Record:
    """One record with the rows of all parts, one after the other."""
    names = [field.name for field in fields(parts[0])]
    return type(parts[0])(
        **{name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    )


def rows_at(record: Record, rows: NDArray) -> Record:
    """The record's rows at these positions, or where a mask is true."""
    return type(record)(
        **{field.name: getattr(record, field.name)[rows] for field in fields(record)}
    )
