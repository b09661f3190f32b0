"""ALTER TABLE, action by action."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops

from autogen.lint.sql.constraints import added_constraint
from autogen.lint.sql.definitions import column, escaped_text, is_constraint, sql_type
from autogen.lint.sql.tokens import NotUnderstood, Reader, words
from autogen.lint.written import Beside, Detached, PartRenamed, Validate
from autogen.schema import Key

_BESIDE = words("OWNER ENABLE DISABLE FORCE NO CLUSTER REPLICA INHERIT ATTACH SET RESET")
"""Actions that change nothing which is compared: storage parameters, triggers, owners, inheritance."""
_OPTIONS = words("ALGORITHM LOCK ENGINE COMMENT AUTO_INCREMENT ROW_FORMAT CONVERT DEFAULT WAIT")


def altered_table(reader: Reader) -> Iterator[Any]:
    """What stands behind ALTER TABLE."""
    reader.take("IF", "EXISTS")
    reader.take("ONLY")
    schema, name = reader.dotted()
    reader.take("*")
    table = Key("table", schema, "", name)
    for action in reader.split():
        yield from _action(action, table)
        if not action.done and not action.take("CASCADE") and not action.take("RESTRICT"):
            raise NotUnderstood(f"{action.rest!r}")


def _action(reader: Reader, table: Key) -> Iterator[Any]:
    word = reader.token.word
    if word == "ADD":
        reader.next()
        yield from _add(reader, table)
    elif word == "DROP":
        reader.next()
        yield from _drop(reader, table)
    elif word == "ALTER":
        reader.next()
        reader.take("COLUMN")
        yield _alter_column(reader, table)
    elif word in ("MODIFY", "CHANGE"):
        reader.next()
        reader.take("COLUMN")
        reader.take("IF", "EXISTS")
        yield _modify(reader, table, renames=word == "CHANGE")
    elif word == "RENAME":
        reader.next()
        yield _rename(reader, table)
    elif reader.take("VALIDATE", "CONSTRAINT"):
        yield Validate(table, reader.name())
    elif reader.take("DETACH", "PARTITION"):
        schema, name = reader.dotted()
        yield Detached(Key("table", schema, "", name), reader.take("CONCURRENTLY"))
        reader.take("FINALIZE")
    elif word in _BESIDE or word in _OPTIONS:
        action = reader.until(())
        yield Beside(f"ALTER TABLE … {action.split()[0].upper()}")
    else:
        raise NotUnderstood(f"{reader.token.text!r}")


def _add(reader: Reader, table: Key) -> Iterator[Any]:
    if is_constraint(reader):
        yield added_constraint(reader, table)
        return
    reader.take("COLUMN")
    there = reader.take("IF", "NOT", "EXISTS")
    declared = column(reader, table.name)
    made = ops.AddColumnOp(table.name, declared, schema=table.schema or None)
    yield _flagged(made, if_not_exists=there, inline_primary_key=bool(declared.primary_key))


def _flagged(operation: Any, **flags: bool) -> Any:
    """The operation with flags that the constructors of older Alembic versions do not take."""
    for name, value in flags.items():
        setattr(operation, name, value or None)
    return operation


def _drop(reader: Reader, table: Key) -> Iterator[Any]:
    schema = table.schema or None
    if reader.take("PRIMARY", "KEY"):
        yield ops.DropConstraintOp(None, table.name, type_="primary", schema=schema)
        return
    for keywords, kind in (
        (("FOREIGN", "KEY"), "foreignkey"),
        (("CHECK",), "check"),
        (("CONSTRAINT",), None),
    ):
        if reader.take(*keywords):
            missing = reader.take("IF", "EXISTS")
            dropped = ops.DropConstraintOp(reader.name(), table.name, type_=kind, schema=schema)
            yield _flagged(dropped, if_exists=missing)
            return
    if reader.take("INDEX") or reader.take("KEY"):
        reader.take("IF", "EXISTS")
        yield ops.DropIndexOp(reader.name(), table.name, schema=schema)
        return
    reader.take("COLUMN")
    missing = reader.take("IF", "EXISTS")
    yield _flagged(ops.DropColumnOp(table.name, reader.name(), schema=schema), if_exists=missing)


def _alter_column(reader: Reader, table: Key) -> Any:
    name = reader.name()

    def altered(**values: Any) -> Any:
        return ops.AlterColumnOp(table.name, name, schema=table.schema or None, **values)

    if reader.take("SET", "NOT", "NULL"):
        return altered(modify_nullable=False)
    if reader.take("DROP", "NOT", "NULL"):
        return altered(modify_nullable=True)
    if reader.take("SET", "DEFAULT"):
        return altered(modify_server_default=escaped_text(reader.until(())))
    if reader.take("DROP", "DEFAULT"):
        return altered(modify_server_default=None)
    if reader.take("SET", "DATA", "TYPE") or reader.take("TYPE"):
        declared = sql_type(reader)
        flags = {"postgresql_using": reader.until(())} if reader.take("USING") else {}
        return altered(modify_type=declared, **flags)
    if any(reader.sees(word) for word in ("SET", "ADD", "DROP", "RESET", "RESTART")):
        reader.until(())
        return Beside("ALTER COLUMN … SET")
    raise NotUnderstood(f"{reader.token.text!r}")


def _modify(reader: Reader, table: Key, renames: bool) -> Any:
    """MODIFY and CHANGE state the whole column: what they leave out is gone."""
    old = reader.name() if renames else None
    declared = column(reader, table.name)
    default = declared.server_default
    new_name = str(declared.name) if renames and old != declared.name else None
    return ops.AlterColumnOp(
        table.name,
        old or str(declared.name),
        schema=table.schema or None,
        modify_type=declared.type,
        modify_nullable=bool(declared.nullable),
        modify_server_default=getattr(default, "arg", None),
        modify_comment=declared.comment,
        modify_name=new_name,
    )


def _rename(reader: Reader, table: Key) -> Any:
    schema = table.schema or None
    if reader.take("TO") or reader.take("AS"):
        return ops.RenameTableOp(table.name, reader.dotted()[1], schema=schema)
    for word in ("CONSTRAINT", "INDEX", "KEY"):
        if reader.take(word):
            old = reader.name()
            reader.expect("TO")
            return PartRenamed(table, table.schema, old, reader.name())
    reader.take("COLUMN")
    old = reader.name()
    reader.expect("TO")
    return ops.AlterColumnOp(table.name, old, schema=schema, modify_name=reader.name())
