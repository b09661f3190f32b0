"""What models leave unsaid and the server fills in: options, names, the indexes of foreign keys."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, cast

from autogen.dialects.base import O
from autogen.dialects.mysql import types
from autogen.dialects.mysql.declare import default_collation, stated_collation
from autogen.schema import (
    Check,
    Column,
    Constraint,
    ForeignKey,
    Index,
    Key,
    Object,
    Pair,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

if TYPE_CHECKING:
    from autogen.dialects.mysql import MySQL


# -- object by object ----------------------------------------------------------------------------------


def inherit(dialect: MySQL, current: O, desired: O) -> O:
    """The declared object with what it does not state taken from the live one."""
    if isinstance(current, Table) and isinstance(desired, Table):
        return cast(O, _table(dialect, current, desired))
    if isinstance(current, Column) and isinstance(desired, Column):
        return cast(O, _column(dialect, current, desired))
    if isinstance(current, Index) and isinstance(desired, Index):
        unstated = [o for o in current.options if o[0] not in dict(desired.options)]
        return cast(O, replace(desired, options=tuple(sorted((*desired.options, *unstated)))))
    if isinstance(current, Check) and isinstance(desired, Check):
        return cast(O, replace(desired, column=current.column, validated=current.validated))
    return desired


def _table(dialect: MySQL, current: Table, desired: Table) -> Table:
    """Options the models do not state stay as they are; a stated character set brings its collation
    unless the live table has that character set already."""
    if not desired.options:
        return Table(desired.schema, desired.name, desired.comment, current.options)
    live, wanted = dict(current.options), dict(desired.options)
    merged = live | wanted
    charset = wanted.get("charset")
    if charset and "collation" not in wanted and live.get("charset") != charset:
        merged["collation"] = default_collation(dialect, charset) or ""
    if "partition_by" in wanted and "partition_by" in live:
        # spelled by hand in the models, with all partitions by the server: no text to compare
        merged["partition_by"] = live["partition_by"]
    return replace(desired, options=tuple(sorted(merged.items())))


def _column(dialect: MySQL, current: Column, desired: Column) -> Column:
    if not desired.default_known and not desired.computed:
        desired = replace(desired, default=current.default, on_update=current.on_update)
    implicit = (
        not dialect.explicit_timestamps
        and types.parse(desired.type.sql).name == "timestamp"
        and not desired.nullable
        and desired.default is None
        and desired.on_update is None
    )
    if implicit:  # the server gave it a default of its own choice
        desired = replace(desired, default=current.default, on_update=current.on_update)
    return desired


def default_name(dialect: MySQL, constraint: Constraint, taken: frozenset[str]) -> str | None:
    """The name the server gives; a primary key has none of its own."""
    if isinstance(constraint, PrimaryKey):
        return None
    if isinstance(constraint, Unique):
        first = constraint.columns[0]
        names: Iterable[str] = (first if i == 1 else f"{first}_{i}" for i in range(1, 10_000))
        return next(n for n in names if n.lower() not in {t.lower() for t in taken} | {"primary"})
    if isinstance(constraint, ForeignKey):
        return _numbered(f"{constraint.table}_ibfk_", taken)
    if isinstance(constraint, Check) and constraint.column and constraint.column not in taken:
        return constraint.column
    return _numbered("CONSTRAINT_" if dialect.is_mariadb else f"{constraint.table}_chk_", taken)


def _numbered(stem: str, taken: frozenset[str]) -> str:
    return next(f"{stem}{i}" for i in range(1, 100_000) if f"{stem}{i}" not in taken)


# -- with both schemas in hand -------------------------------------------------------------------------


def reconcile(dialect: MySQL, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
    """Both schemas without the differences that only the two together show to be none."""
    if not current.by_key.keys() >= desired.by_key.keys():
        from autogen.dialects.letter_case import under_live_names

        desired = under_live_names(current, desired, dialect.folded, dialect.in_new_names)
    current = _with_lost_letters(current, desired) if dialect.is_mariadb else current
    desired = _with_table_options(dialect, current, desired)
    desired = with_key_indexes(current, desired)
    return current, _table_collations(dialect, current, desired)


_BEYOND = re.compile("[\U00010000-\U0010ffff]")


def _with_lost_letters(current: Schema, desired: Schema) -> Schema:
    """MariaDB's catalog shows a question mark for every character that needs four bytes, in comments,
    defaults and labels; where that is the only difference, the live object has what the models say."""
    found: list[Object] = []
    for after in desired.by_key.values():
        text = _text(after)
        if not text.isascii() and _BEYOND.search(text):
            before = current.get(after.key)
            if before is not None and (meant := _meant(before, after)) != before:
                found.append(meant)
    return current.replace(add=found) if found else current


def _text(value: Object) -> str:
    """All that the models say of a table or a column and the catalog might show with question marks."""
    if isinstance(value, Column):
        return f"{value.type.sql} {value.default} {value.comment}"
    return value.comment or "" if isinstance(value, Table) else ""


def _meant(before: Object, after: Object) -> Object:
    """The live object with the declared texts that it may hold."""
    if isinstance(before, Table) and isinstance(after, Table):
        return replace(before, comment=_whole(before.comment, after.comment))
    if isinstance(before, Column) and isinstance(after, Column):
        return replace(
            before,
            comment=_whole(before.comment, after.comment),
            default=_whole(before.default, after.default),
            type=replace(before.type, sql=_whole(before.type.sql, after.type.sql) or before.type.sql),
        )
    return before


def _whole(shown: str | None, declared: str | None) -> str | None:
    if shown is None or declared is None:
        return shown
    return declared if _BEYOND.sub("?", declared) == shown else shown


def _with_table_options(dialect: MySQL, current: Schema, desired: Schema) -> Schema:
    """Unstated table options taken over at once, so that schemas in sync are equal straight away."""
    live = {(t.schema, t.name): t for t in current.tables}

    def merged(o: Object) -> Object:
        before = live.get((o.schema, o.name)) if isinstance(o, Table) else None
        return _table(dialect, before, o) if before is not None and isinstance(o, Table) else o

    return desired.replace(add=[merged(t) for t in desired.tables])


def leads(columns: tuple[str, ...], part: Object) -> bool:
    """Whether an index begins with these columns, in whatever order: what InnoDB wants for a foreign key."""
    if isinstance(part, Index):
        if part.method or any(e.is_expression or e.length for e in part.elements[: len(columns)]):
            return False
    elif not isinstance(part, PrimaryKey | Unique):
        return False
    return part.columns[: len(columns)] == columns


def supported(fk: ForeignKey, schema: Schema, besides: Key | None = None) -> bool:
    """Whether an index other than ``besides`` serves the foreign key's own columns."""
    return any(leads(fk.columns, p) and p.key != besides for p in schema.parts(fk.key.owner))


def with_key_indexes(current: Schema, desired: Schema) -> Schema:
    """The declared schema with the live indexes that InnoDB keeps for foreign keys.

    Such an index cannot be dropped while its foreign key stands, and the server makes one unasked, so it
    is no difference as long as the models keep the foreign key and declare no other index for it. Where a
    foreign key comes or is renamed, it is called as the server would call its own.
    """
    kept: dict[Key, Object] = {}
    for fk in desired.of_kind(ForeignKey):
        if supported(fk, desired):
            continue
        exact = [p for p in current.parts(fk.key.owner) if isinstance(p, Index) and _is_bare(p, fk)]
        if exact:
            preferred = min(exact, key=lambda p: (p.name not in (fk.name, *fk.columns), p.name))
            index = replace(preferred, name=_index_name(fk, preferred.name, current, desired))
            kept[index.key] = index
    return desired.replace(add=kept.values()) if kept else desired


def _is_bare(index: Index, fk: ForeignKey) -> bool:
    """Whether the index could be one that the server made for the foreign key."""
    ascending = not any(e.descending for e in index.elements)
    return not index.unique and ascending and leads(fk.columns, index) and index.columns == fk.columns


def _index_name(fk: ForeignKey, standing: str, current: Schema, desired: Schema) -> str:
    """The name of the index that serves a foreign key: a new foreign key that has a name gives it to the
    index that the server makes for it, so a standing one takes that name too."""
    live = current.get(fk.key)
    if fk.name is None or (isinstance(live, ForeignKey) and live.columns == fk.columns):
        return standing
    named = Key("index", fk.schema, fk.table, fk.name)
    return standing if named in current or named in desired else fk.name


def _table_collations(dialect: MySQL, current: Schema, desired: Schema) -> Schema:
    """A column that states the collation its table has anyway states nothing."""
    changed: list[Object] = []
    collations: dict[Key, str | None] = {}
    for column in desired.by_key.values():
        if not isinstance(column, Column) or column.type.collation is None:
            continue
        owner = column.key.owner
        if owner not in collations:
            collations[owner] = _effective_collation(dialect, current.get(owner), desired.get(owner))
        if column.type.collation == collations[owner]:
            changed.append(replace(column, type=replace(column.type, collation=None, charset=None)))
    return desired.replace(add=changed) if changed else desired


def _effective_collation(dialect: MySQL, live: Object | None, declared: Object | None) -> str | None:
    wanted = dict(declared.options) if isinstance(declared, Table) else {}
    here = dict(live.options) if isinstance(live, Table) else {}
    if "charset" in wanted and ("collation" in wanted or here.get("charset") != wanted["charset"]):
        return stated_collation(dialect, wanted)
    return here.get("collation", dialect.default_collation)


def follow(schema: Schema, pairs: Iterable[Pair]) -> Iterator[Pair]:
    """InnoDB's own names of foreign keys (``t_ibfk_1``) change with the table's."""
    for before, after in pairs:
        if before.kind != "table" or before.name == after.name:
            continue
        for part in schema.parts(before):
            stem, _, number = (part.name or "").rpartition("_ibfk_")
            if isinstance(part, ForeignKey) and stem == before.name and number.isdigit():
                name = f"{after.name}_ibfk_{number}"
                yield part.key, Key("foreign_key", after.schema, after.name, name)
