"""Facts about a MetaData that the tests need."""

from __future__ import annotations

import sqlalchemy as sa


def declared_names(metadata: sa.MetaData) -> set[str]:
    """The names of constraints and indexes that the models state, naming conventions applied."""
    names: set[str] = set()
    for table in metadata.tables.values():
        named = [*table.constraints, *table.indexes]
        names.update(str(item.name) for item in named if isinstance(item.name, str))
        names.update(column.type.name for column in table.columns if is_named_check(column.type))
    return names


def is_named_check(type_: object) -> bool:
    """Whether a Boolean or Enum makes a check constraint with a name."""
    return isinstance(type_, sa.Boolean | sa.Enum) and isinstance(type_.name, str)
