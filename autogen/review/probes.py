"""What a rule may ask about the rows of the live database, as plain values.

Tables, columns and constraints are named as the models name them, except where a docstring says otherwise:
what is renamed in the same draft is looked up under its live name.
"""

from __future__ import annotations

from autogen.schema import Check, Column, Exclude, ForeignKey, Index, Key, PrimaryKey, Unique
from autogen.values import value


@value(frozen=True, slots=True)
class Rows:
    """How many rows a table of the database (its live key) holds."""

    table: Key


@value(frozen=True, slots=True)
class Values:
    """How many values other than NULL a column of the database (its live key) holds."""

    column: Key


@value(frozen=True, slots=True)
class Nulls:
    """Whether rows hold NULL in one of the columns of a table."""

    table: Key
    columns: tuple[str, ...]


@value(frozen=True, slots=True)
class Duplicates:
    """Whether rows are equal under a unique key, by what its columns will hold."""

    key: PrimaryKey | Unique | Index


@value(frozen=True, slots=True)
class Orphans:
    """Whether rows refer to rows that do not exist."""

    key: ForeignKey


@value(frozen=True, slots=True)
class Violations:
    """Whether rows violate a check."""

    check: Check


@value(frozen=True, slots=True)
class Conflicts:
    """Whether rows conflict under an exclusion constraint."""

    exclude: Exclude


@value(frozen=True, slots=True)
class Misfits:
    """Whether a column holds values that the upgrade ``fails`` on under its new type, or else that it
    changes."""

    before: Column
    after: Column
    fails: bool


@value(frozen=True, slots=True)
class Labelled:
    """Whether rows hold a label of an enum type; ``users`` are the live keys of the columns that keep the
    type, ``label`` is what the database calls it."""

    label: str
    users: tuple[Key, ...]


Question = Rows | Values | Nulls | Duplicates | Orphans | Violations | Conflicts | Misfits | Labelled
