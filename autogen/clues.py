"""Signs of a rename that neither schema holds: mapped attributes that stayed, lines edited in place."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from autogen.declare.attributes import attributes
from autogen.schema import Column, Key, Pair, Schema
from autogen.values import value

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from autogen.dialects.base import Dialect

_NAME = re.compile(r"\w+")


@value(frozen=True)
class Clues:
    """Pairs of columns that one attribute was and is mapped to, and pairs whose line was edited in place."""

    attribute_kept: frozenset[Pair] = frozenset()
    edited_in_place: frozenset[Pair] = frozenset()


def clues(
    live: Schema,
    wanted: Schema,
    metadatas: Sequence[MetaData],
    dialect: Dialect,
    edits: Callable[[], Iterable[tuple[str, str]]],
) -> Clues:
    """The signs for the columns that are on one side only."""
    gone = [c for c in live.of_kind(Column) if c.key not in wanted]
    come = [c for c in wanted.of_kind(Column) if c.key not in live]
    if not gone or not come:
        return Clues()
    known = attributes(metadatas, dialect)
    changed = {pair for edit in edits() for pair in _replaced(*edit)}
    pairs = list(_possible(live, wanted, gone, come))
    return Clues(
        frozenset((b, a) for b, a in pairs if b.name in known.get(a, ())),
        frozenset((b, a) for b, a in pairs if (b.name, a.name) in changed),
    )


def _possible(live: Schema, wanted: Schema, gone: Sequence[Column], come: Sequence[Column]) -> Iterator[Pair]:
    """Columns of one table, or of a table that goes and one that comes."""
    by_table: dict[Key, list[Key]] = {}
    for column in come:
        by_table.setdefault(column.key.owner, []).append(column.key)
    new = [key for table, keys in by_table.items() if table not in live for key in keys]
    for column in gone:
        same = by_table.get(column.key.owner, [])
        for after in same if column.key.owner in wanted else new:
            yield column.key, after


def _replaced(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The names that took each other's place in a line that is otherwise the same, ``fullname`` and
    ``full_name`` in ``fullname: Mapped[str]``; where several did, those of the first place."""
    before, after = _NAME.findall(old), _NAME.findall(new)
    if len(before) != len(after) or _NAME.sub("", old) != _NAME.sub("", new):
        return
    differ = [(b, a) for b, a in zip(before, after, strict=True) if b != a]
    if differ and len(set(differ)) == 1 and len(before) > 1:
        yield differ[0]
