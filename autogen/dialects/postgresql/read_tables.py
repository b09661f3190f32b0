"""Tables and their options; views, partitions and other people's tables are left alone, with a reason."""

from __future__ import annotations

from autogen.dialects.base import Scope
from autogen.dialects.postgresql import canonical
from autogen.dialects.postgresql.catalog import Catalog
from autogen.schema import Skipped, Table
from autogen.values import value

_NO_TABLES = {"v": "a view", "m": "a materialized view", "f": "a foreign table"}


Comments = dict[tuple[int, int], str]
"""By the oid of the table and the number of the column, 0 for the table itself."""


@value(frozen=True, slots=True)
class Relations:
    """The compared tables by oid, and the rest."""

    tables: dict[int, Table]
    skipped: list[Skipped]


def read_relations(catalog: Catalog, scope: Scope, comments: Comments) -> Relations:
    found = Relations({}, [])
    for row in catalog.fetch("relations"):
        oid, schema, name, kind, persistence, is_partition, extension, *options, parents = row
        table = Table(
            catalog.schema(schema),
            name,
            comments.get((oid, 0)),
            table_options(persistence, parents, *options),
        )
        if extension is not None:
            reason: str | None = f"owned by the extension {extension}"
        elif kind in _NO_TABLES:
            reason = _NO_TABLES[kind]
        elif is_partition:
            reason = f"a partition of {parents[0] if parents else 'another table'}"
        else:
            reason = scope.left_out(table.key)
        if reason is None:
            found.tables[oid] = table
        else:
            found.skipped.append(Skipped(table.key.label, reason))
    return found


def table_options(
    persistence: str,
    parents: list[str] | None,
    storage: list[str] | None,
    toast: list[str] | None,
    method: str | None,
    tablespace: str | None,
    partition_by: str | None,
) -> tuple[tuple[str, str], ...]:
    """What CREATE TABLE would state besides columns and constraints."""
    options = stored(storage)
    options.update((f"toast.{name}", value) for name, value in stored(toast).items())
    if persistence == "u":
        options["unlogged"] = "true"
    if parents:
        options["inherits"] = ", ".join(parents)
    if method not in (None, "heap"):
        options["using"] = str(method)
    if tablespace is not None:
        options["tablespace"] = tablespace
    if partition_by is not None:
        options["partition_by"] = canonical.partition_key(partition_by)
    return tuple(sorted(options.items())) if options else ()


def stored(parameters: list[str] | None) -> dict[str, str]:
    """Storage parameters by name."""
    pairs = (pair.split("=", 1) for pair in parameters or ())
    return {name: storage_value(value) for name, value in pairs}


def storage_value(value: object) -> str:
    """A storage parameter's value: ``on`` and ``off`` are what ``true`` and ``false`` are."""
    text = str(value).strip().strip("'").lower()
    return {"on": "true", "off": "false"}.get(text, text)
