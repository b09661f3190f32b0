"""Columns and table constraints of CREATE TABLE and ALTER TABLE as SQLAlchemy's objects."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from autogen.dialects.stand_in import SqlType
from autogen.lint.sql.tokens import NotUnderstood, Reader, words

_AFTER_TYPE = words(
    "NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES CONSTRAINT GENERATED COLLATE COMMENT "
    "AUTO_INCREMENT AUTOINCREMENT ON FIRST AFTER USING STORAGE COMPRESSION AS VIRTUAL STORED "
    "INVISIBLE KEY"
)
_AFTER_DEFAULT = _AFTER_TYPE - {"NULL", "AS", "USING", "KEY"}
_TABLE_LEVEL = words("CONSTRAINT PRIMARY UNIQUE FOREIGN CHECK EXCLUDE KEY INDEX FULLTEXT SPATIAL")
_COLLATED = words("COLLATE")


def sql_type(reader: Reader) -> SqlType:
    sql = reader.until(_AFTER_TYPE)
    if not sql:
        raise NotUnderstood("a type is missing")
    collation = ".".join(p for p in reader.dotted() if p) if reader.take("COLLATE") else None
    return SqlType(" ".join(sql.split()), collation)


def is_constraint(reader: Reader) -> bool:
    """Whether a table constraint starts here, and no column."""
    return not reader.done and reader.token.word in _TABLE_LEVEL


def column(reader: Reader, table: str) -> sa.Column[Any]:
    """``name type [constraint …]``; constraints become those of the column."""
    name = reader.name()
    bare = reader.done or reader.token.word in _AFTER_TYPE
    declared: dict[str, Any] = {"nullable": True}
    args: list[Any] = [sa.types.NullType() if bare else sql_type(reader)]
    while not reader.done:
        label = reader.name() if reader.take("CONSTRAINT") else None
        _column_part(reader, declared, args, name, label)
    return sa.Column(name, *args, **declared)


def _column_part(
    reader: Reader, declared: dict[str, Any], args: list[Any], name: str, label: str | None
) -> None:
    if reader.take("NOT", "NULL"):
        declared["nullable"] = False
    elif reader.take("NULL"):
        declared["nullable"] = True
    elif reader.take("DEFAULT"):
        declared["server_default"] = sa.text(_escaped(reader.until(_AFTER_DEFAULT)))
    elif reader.take("PRIMARY", "KEY") or reader.take("KEY"):
        declared["primary_key"], declared["nullable"] = True, False
    elif reader.take("UNIQUE"):
        reader.take("KEY")
        declared["unique"] = True
    elif reader.take("CHECK"):
        args.append(sa.CheckConstraint(sa.text(_escaped(reader.group().rest)), name=label))
    elif reader.take("REFERENCES"):
        args.append(_reference(reader, label))
    elif reader.sees("GENERATED") or reader.sees("AS"):
        args.append(_generated(reader))
    elif reader.take("COLLATE"):
        args[0] = SqlType(getattr(args[0], "sql", ""), ".".join(p for p in reader.dotted() if p))
    elif reader.take("COMMENT"):
        declared["comment"] = reader.string()
    elif reader.take("AUTO_INCREMENT") or reader.take("AUTOINCREMENT"):
        declared["autoincrement"] = True
    elif reader.take("ON", "UPDATE"):
        reader.until(_AFTER_DEFAULT)
    elif reader.take("FIRST") or reader.take("NO", "INHERIT") or reader.take("INVISIBLE"):
        pass
    elif reader.take("AFTER"):
        reader.name()
    else:
        raise NotUnderstood(f"{reader.token.text!r} in column {name}")


def _generated(reader: Reader) -> Any:
    reader.take("GENERATED")
    always = reader.take("ALWAYS")
    if reader.take("BY", "DEFAULT"):
        reader.take("ON", "NULL")
    reader.expect("AS")
    if reader.take("IDENTITY"):
        if reader.sees("("):
            reader.group()
        return sa.Identity(always=always)
    expression = reader.group().rest
    stored = reader.take("STORED") or reader.take("PERSISTENT")
    reader.take("VIRTUAL")
    return sa.Computed(_escaped(expression), persisted=stored)


def _reference(reader: Reader, label: str | None) -> sa.ForeignKey:
    schema, name = reader.dotted()
    target = f"{schema}.{name}" if schema else name
    columns = reader.names() if reader.sees("(") else ["id"]
    options = foreign_key_options(reader)
    options.pop("postgresql_not_valid", None)
    return sa.ForeignKey(f"{target}.{columns[0]}", name=label, **options)


def foreign_key_options(reader: Reader) -> dict[str, Any]:
    """MATCH, ON DELETE, ON UPDATE, DEFERRABLE and NOT VALID, as Alembic's keyword arguments."""
    options: dict[str, Any] = {}
    while not reader.done:
        if reader.take("ON", "DELETE"):
            options["ondelete"] = _action(reader)
        elif reader.take("ON", "UPDATE"):
            options["onupdate"] = _action(reader)
        elif reader.take("MATCH"):
            options["match"] = reader.next().text
        elif reader.take("NOT", "DEFERRABLE"):
            options["deferrable"] = False
        elif reader.take("DEFERRABLE"):
            options["deferrable"] = True
        elif reader.take("INITIALLY"):
            options["initially"] = reader.next().text.upper()
        elif reader.take("NOT", "VALID"):
            options["postgresql_not_valid"] = True
        else:
            break
    return options


def _action(reader: Reader) -> str:
    if reader.take("SET"):
        return f"SET {reader.next().text.upper()}"
    return "NO ACTION" if reader.take("NO", "ACTION") else reader.next().text.upper()


def escaped_text(sql: str) -> Any:
    """SQL as sa.text(), its colons no parameters."""
    return sa.text(_escaped(sql))


def _escaped(sql: str) -> str:
    from autogen.source import escape_binds

    return escape_binds(sql)
