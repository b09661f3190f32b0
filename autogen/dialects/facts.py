"""What a review asks of a dialect: sizes of tables, counters of their keys, and what a change takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal

from autogen.schema import Key
from autogen.values import value

Blocks = Literal["writes", "reads and writes"]


@value(frozen=True, slots=True)
class Size:
    """What a catalog says about a table: rows as last estimated, bytes with its indexes; None unknown."""

    rows: int | None = None
    bytes: int | None = None


@value(frozen=True, slots=True)
class Asked:
    """What facts are wanted about: tables and key columns by their keys in the database, the SQL text of
    defaults that new columns get."""

    tables: tuple[Key, ...] = ()
    keys: tuple[Key, ...] = ()
    defaults: tuple[str, ...] = ()


@value(frozen=True, slots=True)
class Facts:
    """Cheap facts from the catalog of the live database.

    ``counters`` are the last values that key columns were given. ``volatile`` are the functions in the
    defaults that give each row another value, lower case; None where that is not known. ``strict`` is False
    where the server converts values that do not fit without an error. ``versions`` are the row versions that
    instant changes have left in tables, where the server counts them.
    """

    sizes: Mapping[Key, Size] = field(default_factory=dict)
    counters: Mapping[Key, int] = field(default_factory=dict)
    volatile: frozenset[str] | None = None
    strict: bool = True
    versions: Mapping[Key, int] = field(default_factory=dict)


@value(frozen=True, slots=True)
class Work:
    """What the server does with the rows of a table while a change runs, and what has to wait meanwhile.

    ``does`` is a phrase (``rewrites the table``), ``lock`` the server's name of the lock it holds. ``copies``
    says that the whole table is written anew.
    """

    does: str
    lock: str
    blocks: Blocks
    copies: bool = False
