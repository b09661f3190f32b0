"""The Inspector's dictionaries as values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from autogen.dialects.column_types import translate
from autogen.dialects.generic.sqltext import expression
from autogen.errors import AutogenError
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    ForeignKey,
    Identity,
    Index,
    IndexElement,
    PrimaryKey,
    Unique,
)

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect

Reflected = Mapping[str, Any]


def column(sqla: SqlaDialect, found: Reflected, schema: str, table: str, position: int) -> Column:
    computed, identity, default = found.get("computed"), found.get("identity"), found.get("default")
    comment = found.get("comment") if sqla.supports_comments else None
    return Column(
        schema=schema,
        table=table,
        name=str(found["name"]),
        type=_type(sqla, found["type"], f"{table}.{found['name']}"),
        nullable=bool(found["nullable"]),
        default=expression(default) if default is not None and not computed else None,
        identity=_identity(identity) if identity else None,
        computed=(
            Computed(expression(computed["sqltext"]), bool(computed.get("persisted"))) if computed else None
        ),
        comment=comment or None,
        position=position,
    )


def _type(sqla: SqlaDialect, found: Any, label: str) -> ColumnType:
    """A type that the dialect reflects as "unknown" keeps a text that no declared type has."""
    try:
        return translate(found, sqla, label)
    except AutogenError:
        return ColumnType(f"unknown to SQLAlchemy: {found!r}")


def _identity(found: Reflected) -> Identity:
    return Identity(
        always=bool(found.get("always")),
        start=int(found.get("start") or 1),
        increment=int(found.get("increment") or 1),
        cycle=bool(found.get("cycle")),
    )


def primary_key(found: Reflected | None, schema: str, table: str) -> Iterator[PrimaryKey]:
    if found and found["constrained_columns"]:
        columns = tuple(map(str, found["constrained_columns"]))
        yield PrimaryKey(schema, table, _name(found), columns)


def uniques(found: Iterable[Reflected], schema: str, table: str) -> Iterator[Unique]:
    for unique in found:
        yield Unique(schema, table, _name(unique), tuple(map(str, unique["column_names"])))


def foreign_keys(
    found: Iterable[Reflected], schema: str, table: str, default_schema: str
) -> Iterator[ForeignKey]:
    for fk in found:
        options = fk.get("options") or {}
        target = fk.get("referred_schema")
        deferred = str(options.get("initially") or "").upper() == "DEFERRED"
        match = str(options.get("match") or "SIMPLE").upper()
        yield ForeignKey(
            schema=schema,
            table=table,
            name=_name(fk),
            columns=tuple(map(str, fk["constrained_columns"])),
            target_schema="" if target is None or target == default_schema else str(target),
            target_table=str(fk["referred_table"]),
            target_columns=tuple(map(str, fk["referred_columns"])),
            on_delete=_action(options.get("ondelete")),
            on_update=_action(options.get("onupdate")),
            deferrable=bool(options.get("deferrable")) or deferred,
            initially_deferred=deferred,
            match=None if match in ("SIMPLE", "NONE") else match,
        )


def _action(found: str | None) -> str | None:
    action = (found or "").upper()
    return None if action in ("", "NO ACTION") else action


def checks(found: Iterable[Reflected], schema: str, table: str) -> Iterator[Check]:
    for check in found:
        yield Check(schema, table, _name(check), expression(check["sqltext"]))


def indexes(found: Iterable[Reflected], schema: str, table: str) -> Iterator[Index]:
    """The indexes but those that stand behind a unique constraint."""
    for index in found:
        if index.get("duplicates_constraint") or index.get("name") is None:
            continue
        sorting = index.get("column_sorting") or {}
        elements = []
        names = index["column_names"]
        for name, text in zip(names, index.get("expressions") or names, strict=True):
            descending = "desc" in sorting.get(text, ())
            if name is None:
                elements.append(IndexElement(expression(str(text)), True, descending, False))
            else:
                elements.append(IndexElement(str(name), False, descending, descending))
        include = tuple(map(str, index.get("include_columns") or ()))
        yield Index(
            schema, table, str(index["name"]), tuple(elements), unique=bool(index["unique"]), include=include
        )


def _name(found: Reflected) -> str | None:
    name = found.get("name")
    return None if name is None else str(name)
