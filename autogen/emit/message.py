"""The message of a revision that was given none, made from its changes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from autogen.changes import Alter, Change, Create, Drop, Rename
from autogen.emit.words import listed
from autogen.schema import Column, Index, Key, Object, Table
from autogen.values import value

MAX_LENGTH = 60
_TABLE_RANK, _COLUMN_RANK, _OTHER_RANK = 0, 1, 2


@value(frozen=True, slots=True)
class _Unit:
    """Something worth naming: a table, the columns of a table that go the same way, any other object."""

    rank: int
    verb: str
    names: tuple[str | Key, ...]
    place: str = ""
    renamed: str | Key = ""

    def words(self, limit: int, spelled: int) -> str:
        """The unit in words, names cut at ``limit``; more than ``spelled`` names are only counted."""
        names = [_name(name, limit) for name in self.names]
        what = listed(names) if len(names) <= spelled else f"{len(names)} {self.noun}"
        if self.renamed:
            what += f" to {_name(self.renamed, limit)}"
        if not self.place:
            return f"{self.verb} {what}"
        link = {"add": "to", "drop": "from", "change": "of"}.get(self.verb, "in")
        return f"{self.verb} {what} {link} {_name(self.place, limit)}"

    @property
    def noun(self) -> str:
        return {_TABLE_RANK: "tables", _COLUMN_RANK: "columns"}.get(self.rank, "objects")


def message(changes: Iterable[Change]) -> str:
    """At most 60 characters that say what the changes do: ``add refund_reason to orders``."""
    units = _units(tuple(changes))
    if not units:
        return "no changes"
    lead = min(units, key=lambda unit: unit.rank)
    rest = sum(len(unit.names) for unit in units) - len(lead.names)
    more = f" and {rest} more change{'s' if rest > 1 else ''}" if rest else ""
    for limit, spelled in ((60, 3), (60, 1), (28, 1), (18, 1), (10, 1), (6, 1)):
        words = lead.words(limit, spelled) + more
        if len(words) <= MAX_LENGTH:
            return words
    return words[:MAX_LENGTH].rstrip()


def _units(changes: Sequence[Change]) -> list[_Unit]:
    """The changes worth naming, in order, those of the same verb on one table's columns together."""
    whole = {c.key for c in changes if isinstance(c, Create | Drop) and c.key.kind == "table"}
    columns = {c.key for c in changes if isinstance(c, Create | Drop) and c.key.kind == "column"}
    grouped: dict[tuple[str, str, str], list[_Unit]] = {}
    for change in changes:
        key = change.key
        if (key.table and key.owner in whole) or _goes_along(change, columns):
            continue
        unit = _unit(change)
        together = unit.rank == _COLUMN_RANK and not unit.renamed
        grouped.setdefault((unit.verb, unit.place, "" if together else key.label + key.kind), []).append(unit)
    return [
        _Unit(first.rank, first.verb, tuple(n for u in group for n in u.names), first.place, first.renamed)
        for group in grouped.values()
        for first in group[:1]
    ]


def _goes_along(change: Change, columns: set[Key]) -> bool:
    """Whether a constraint or index stands on columns that come or go with it."""
    if not isinstance(change, Create | Drop):
        return False
    part = change.after if isinstance(change, Create) else change.before
    names: tuple[str, ...] = getattr(part, "columns", ())
    if isinstance(part, Index) and any(e.is_expression for e in part.elements):
        return False
    key = part.key
    return bool(names) and all(Key("column", key.schema, key.table, n) in columns for n in names)


def _unit(change: Change) -> _Unit:
    subject: Object = change.before if isinstance(change, Drop) else change.after
    before = change.before if isinstance(change, Rename) else subject
    if not subject.key.table and before.key.schema != subject.key.schema:
        rank = _TABLE_RANK if isinstance(subject, Table) else _OTHER_RANK
        verb = "move" if before.key.name == subject.key.name else "rename"
        return _Unit(rank, verb, (before.key,), "", subject.key)
    if isinstance(subject, Table):
        verb = {Create: "create", Drop: "drop", Alter: "change", Rename: "rename"}[type(change)]
        return _Unit(_TABLE_RANK, verb, (before.key.name,), "", subject.name if before != subject else "")
    verb = {Create: "add", Drop: "drop", Alter: "change", Rename: "rename"}[type(change)]
    rank = _COLUMN_RANK if isinstance(subject, Column) else _OTHER_RANK
    if not subject.key.table:
        prefix = {"schema": "schema ", "enum": "enum ", "sequence": "sequence "}[subject.kind]
        verb = "create" if verb == "add" else verb
        name = prefix + before.key.name
    else:
        name = "primary key" if subject.kind == "primary_key" else before.key.name
    if isinstance(change, Rename) and before.key == subject.key:
        verb = "change"  # of an enum type, some labels alone
    renamed = subject.key.name if isinstance(change, Rename) else ""
    return _Unit(rank, verb, (name,), subject.key.table, renamed if renamed != before.key.name else "")


def _name(name: str | Key, limit: int) -> str:
    """A name fit for a slug, and no longer than the limit; a key stands for its schema and name."""
    if isinstance(name, Key):
        return ".".join(_name(part, limit) for part in (name.schema, name.name) if part)
    return re.sub(r"[^\w ]+", "_", name).strip("_ ")[:limit].rstrip("_ ") or "unnamed"
