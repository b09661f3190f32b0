"""What the phases need to know of the live database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field

from autogen.schema import Dependent, Key
from autogen.values import value

Asked = Callable[[Key], bool | None]
"""An answer about a table or column of the live database, by its key there; None where it is not known."""


@value(frozen=True, slots=True)
class Facts:
    """``has_rows`` of a table, ``has_nulls`` of a column; what is not known counts as yes. ``dependents``
    live beside the tables, ``defaults`` are values that the models' own code gives to new columns, in SQL."""

    has_rows: Asked
    has_nulls: Asked
    dependents: tuple[Dependent, ...] = ()
    defaults: Mapping[Key, str] = field(default_factory=dict)
