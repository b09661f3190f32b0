"""Table constraints and indexes as Alembic's operations."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic.operations import ops

from autogen.lint.sql.definitions import escaped_text, foreign_key_options
from autogen.lint.sql.tokens import NotUnderstood, Reader
from autogen.lint.written import NotNullAdded, UsingIndex
from autogen.schema import Key


def added_constraint(reader: Reader, table: Key) -> Any:
    """What stands behind ADD: ``[CONSTRAINT name] PRIMARY KEY | UNIQUE | FOREIGN KEY | CHECK | …``."""
    name = reader.name() if reader.take("CONSTRAINT") else None
    schema = table.schema or None
    if reader.take("PRIMARY", "KEY"):
        if reader.take("USING", "INDEX"):
            return UsingIndex(table, name or "", reader.name(), primary=True)
        return ops.CreatePrimaryKeyOp(name, table.name, reader.names(), schema=schema)
    if reader.sees("UNIQUE", "INDEX") or reader.sees("UNIQUE", "KEY"):
        reader.take("UNIQUE")
        reader.next()
        return _inline_index(reader, table, unique=True)
    if reader.take("UNIQUE"):
        return _unique(reader, table, name)
    if reader.take("FOREIGN", "KEY"):
        return _foreign_key(reader, table, name)
    if reader.take("CHECK"):
        condition = reader.group().rest
        flags = {"postgresql_not_valid": True} if _not_valid(reader) else {}
        return ops.CreateCheckConstraintOp(name, table.name, escaped_text(condition), schema=schema, **flags)
    if reader.take("NOT", "NULL"):
        return NotNullAdded(table, reader.name(), validated=not _not_valid(reader))
    if reader.take("INDEX") or reader.take("KEY"):
        return _inline_index(reader, table)
    for method in ("FULLTEXT", "SPATIAL"):
        if reader.take(method):
            _ = reader.take("INDEX") or reader.take("KEY")
            return _inline_index(reader, table, mysql_prefix=method)
    if reader.take("EXCLUDE"):
        return _exclude(reader, table, name)
    raise NotUnderstood("an unknown constraint")


def _not_valid(reader: Reader) -> bool:
    found = False
    while not reader.done:
        if reader.take("NOT", "VALID"):
            found = True
        elif not (reader.take("NO", "INHERIT") or reader.take("NOT", "ENFORCED") or reader.take("ENFORCED")):
            break
    return found


def _unique(reader: Reader, table: Key, name: str | None) -> Any:
    if reader.take("USING", "INDEX"):
        return UsingIndex(table, name or "", reader.name())
    flags: dict[str, Any] = {}
    if reader.take("NULLS", "NOT", "DISTINCT"):
        flags["postgresql_nulls_not_distinct"] = True
    columns = reader.names()
    if reader.take("INCLUDE"):
        flags["postgresql_include"] = reader.names()
    flags.update(foreign_key_options(reader))
    return ops.CreateUniqueConstraintOp(name, table.name, columns, schema=table.schema or None, **flags)


def _foreign_key(reader: Reader, table: Key, name: str | None) -> Any:
    columns = reader.names()
    reader.expect("REFERENCES")
    schema, target = reader.dotted()
    targets = reader.names() if reader.sees("(") else ["id"]
    return ops.CreateForeignKeyOp(
        name,
        table.name,
        target,
        columns,
        targets,
        source_schema=table.schema or None,
        referent_schema=schema or None,
        **foreign_key_options(reader),
    )


def _exclude(reader: Reader, table: Key, name: str | None) -> Any:
    """Its columns and operators; expressions stay text."""
    from sqlalchemy.dialects.postgresql import ExcludeConstraint

    using = reader.name() if reader.take("USING") else "gist"
    elements = []
    for part in reader.group().split():
        expression = part.until(("WITH",))
        part.expect("WITH")
        elements.append((escaped_text(expression), part.rest))
    where = None
    if reader.take("WHERE"):
        where = escaped_text(reader.group().rest)
    made = ExcludeConstraint(*elements, name=name, using=using, where=where)
    sa.Table(table.name, sa.MetaData(), made, schema=table.schema or None)
    return ops.AddConstraintOp.from_constraint(made)


def _inline_index(reader: Reader, table: Key, unique: bool = False, **flags: Any) -> Any:
    name = None if reader.sees("(") else reader.name()
    columns = [part.name() for part in reader.group().split()]
    return ops.CreateIndexOp(
        name or columns[0], table.name, columns, schema=table.schema or None, unique=unique, **flags
    )


def created_index(reader: Reader) -> Any:
    """What stands behind CREATE: ``[UNIQUE] INDEX [CONCURRENTLY] …``."""
    unique = reader.take("UNIQUE")
    flags: dict[str, Any] = {}
    for method in ("FULLTEXT", "SPATIAL"):
        if reader.take(method):
            flags["mysql_prefix"] = method
    reader.expect("INDEX")
    if reader.take("CONCURRENTLY"):
        flags["postgresql_concurrently"] = True
    if_missing = reader.take("IF", "NOT", "EXISTS")
    name = None if reader.sees("ON") else reader.dotted()[1]
    reader.expect("ON")
    reader.take("ONLY")
    schema, table = reader.dotted()
    if reader.take("USING"):
        flags["postgresql_using"] = reader.name()
    columns = [_element(part) for part in reader.group().split()]
    if name is None:
        name = "_".join([table, *(c if isinstance(c, str) else "expr" for c in columns), "idx"])
    if reader.take("INCLUDE"):
        flags["postgresql_include"] = reader.names()
    if reader.take("NULLS", "NOT", "DISTINCT"):
        flags["postgresql_nulls_not_distinct"] = True
    reader.until(("WHERE",), at_least=0)
    if reader.take("WHERE"):
        flags["postgresql_where"] = flags["sqlite_where"] = escaped_text(reader.rest)
    return ops.CreateIndexOp(
        name, table, columns, schema=schema or None, unique=unique, if_not_exists=if_missing or None, **flags
    )


def _element(part: Reader) -> Any:
    """A column's name where the key is no more than that, else SQL."""
    if len(part.tokens) == 1:
        return part.name()
    return escaped_text(part.rest)
