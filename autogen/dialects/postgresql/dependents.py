"""Views, functions, triggers and whatever else lives beside the tables: read in three queries at most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from graphlib import CycleError, TopologicalSorter
from typing import TYPE_CHECKING, Any

from autogen.dialects.postgresql.catalog import statement
from autogen.schema import Dependent, DependentKind, Key, Schema

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.base import Dialect

_RANK: dict[DependentKind, int] = {
    "extension": 0,
    "type": 1,
    "function": 2,
    "table": 3,
    "view": 4,
    "materialized view": 5,
    "trigger": 6,
    "rule": 7,
    "policy": 8,
    "privileges": 9,
}
_CONSTRAINTS = {"p": "primary_key", "u": "unique", "f": "foreign_key", "c": "check", "x": "exclude"}
_BETWEEN_PARTS = "\nUNION ALL\n"
_CLASS, _TYPE = 1259, 1247
"""The oids of pg_class and pg_type, the same in every database."""
Address = tuple[int, int]
"""Catalog and oid of an object."""


def read(dialect: Dialect, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
    """All of them, each after what it stands on. What the schema holds itself is left out."""
    default = dialect.default_schema
    with _unqualified(connection):
        ((present,),) = run(connection, statement("dependents_present"))
        if not any(present):
            return ()
        rows = run(connection, _parts(present))
        links = run(connection, statement("dependencies"))
    found: dict[Address, tuple[Any, ...]] = {}
    for classid, oid, *rest in rows:
        name = Key("enum", _short(rest[1], default), "", rest[3])
        if rest[0] != "enum" or name not in schema:
            found[classid, oid] = ("type", *rest[1:]) if rest[0] == "enum" else tuple(rest)
    uses, stands_on = _links(links, found, default)
    made: dict[str, Dependent] = {}
    identities = {address: _value(row, default, (), ()).identity for address, row in found.items()}
    for address, row in found.items():
        own = set(uses[address])
        on = {identities[other] for other in stands_on[address]} - {identities[address]}
        if row[2]:
            _belong(row, default, own, on, identities.values())
        one = _value(row, default, sorted(own), sorted(on))
        made[one.identity] = one
    return tuple(_ordered(made))


def _parts(present: Sequence[bool]) -> str:
    """The query for the kinds that are there at all."""
    common, *parts = statement("dependents").split(_BETWEEN_PARTS)
    head, blank, first = common.partition("\n\n")
    chosen = [part for part, there in zip([first, *parts], present, strict=True) if there]
    return head + blank + _BETWEEN_PARTS.join(chosen)


def run(connection: Connection, sql: str) -> list[tuple[Any, ...]]:
    """Rows of a query taken letter for letter."""
    result = connection.exec_driver_sql(sql, execution_options={"no_parameters": True})
    return [tuple(row) for row in result]


@contextmanager
def _unqualified(connection: Connection) -> Iterator[None]:
    """No search path and the settings that spell one thing one way, so that every name is qualified."""
    wanted = {"search_path": "", "quote_all_identifiers": "off", "DateStyle": "ISO, MDY", "jit": "off"}
    shown = ", ".join(f"current_setting('{name}')" for name in wanted)
    (before,) = run(connection, f"SELECT {shown}")
    _set(connection, dict(zip(wanted, wanted.values(), strict=True)))
    try:
        yield
    finally:
        if connection.in_transaction():
            _set(connection, dict(zip(wanted, before, strict=True)))


def _set(connection: Connection, settings: dict[str, str]) -> None:
    calls = ", ".join(
        f"set_config('{n}', '{v.replace(chr(39), chr(39) * 2)}', false)" for n, v in settings.items()
    )
    run(connection, f"SELECT {calls}")


def _short(schema: str, default: str) -> str:
    return "" if schema == default else schema


def _value(row: tuple[Any, ...], default: str, uses: Iterable[Key], stands_on: Iterable[str]) -> Dependent:
    kind, schema, table, name, create, drop = row
    return Dependent(
        kind, _short(schema, default), table, name, tuple(create), tuple(drop), tuple(uses), tuple(stands_on)
    )


def _belong(
    row: tuple[Any, ...], default: str, uses: set[Key], on: set[str], identities: Iterable[str]
) -> None:
    """What belongs to a table (or view, or partition) stands on it, whatever pg_depend says."""
    schema, table = _short(row[1], default), row[2]
    name = f"{schema}.{table}" if schema else table
    owners = {f"{kind} {name}" for kind in ("view", "materialized view", "table")} & set(identities)
    if owners:
        on |= owners
        uses.discard(Key("table", schema, "", table))
    else:
        uses.add(Key("table", schema, "", table))
        if row[0] == "privileges" and row[3]:
            uses.add(Key("column", schema, table, row[3]))


def _links(
    links: Iterable[tuple[Any, ...]], found: dict[Address, tuple[Any, ...]], default: str
) -> tuple[dict[Address, set[Key]], dict[Address, set[Address]]]:
    """Which tables, columns, constraints and types each stands on, and which of its own kind."""
    uses: dict[Address, set[Key]] = defaultdict(set)
    stands_on: dict[Address, set[Address]] = defaultdict(set)
    for classid, oid, refclass, refoid, relkind, schema, name, part, contype, typtype, typrel, item in links:
        address = (classid, oid)
        if address not in found:
            continue
        target = (refclass, refoid)
        if target in found:
            stands_on[address].add(target)
            continue
        if typtype == "c" or item:
            # the row type of a table or view, the array type of another type
            others = [other for other in ((_CLASS, typrel), (_TYPE, item), (_CLASS, item)) if other in found]
            stands_on[address].update(others)
            if others or typtype != "c":
                continue
        short = _short(schema or "", default)
        if contype:
            kind = _CONSTRAINTS.get(contype)
            label = "(primary key)" if contype == "p" else part
            if kind:
                uses[address].add(Key(kind, short, name, label))  # type: ignore[arg-type]
        elif typtype == "e":
            uses[address].add(Key("enum", short, "", name))
        elif relkind == "S":
            uses[address].add(Key("sequence", short, "", name))
        elif relkind in ("r", "p", "f") or typtype == "c":
            uses[address].add(Key("table", short, "", name))
            if part:
                uses[address].add(Key("column", short, name, part))
    return uses, stands_on


def _ordered(made: dict[str, Dependent]) -> Iterator[Dependent]:
    """By kind and name, each after those it stands on; a circle (which SQL can hardly make) by kind alone."""

    def rank(one: Dependent) -> tuple[int, str]:
        return _RANK[one.kind], one.identity

    graph = {name: [n for n in one.uses_dependents if n in made] for name, one in made.items()}
    sorter = TopologicalSorter(graph)
    try:
        sorter.prepare()
    except CycleError:
        yield from sorted(made.values(), key=rank)
        return
    while sorter.is_active():
        for one in sorted((made[name] for name in sorter.get_ready()), key=rank):
            yield one
            sorter.done(one.identity)
