"""SQL text -> what it says, as Alembic's operations and the values of ``written``.

Definitions are read here, from tokens, so that every piece of SQL keeps its own spelling; statements over
rows are left to sqlglot. What neither understands comes out as Unclear, never as nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from alembic.operations import ops

from autogen.lint.sql.alter import altered_table
from autogen.lint.sql.constraints import added_constraint, created_index
from autogen.lint.sql.data import read_data
from autogen.lint.sql.definitions import column, is_constraint
from autogen.lint.sql.others import read_other
from autogen.lint.sql.tokens import NotUnderstood, Reader, statements, words
from autogen.lint.written import Beside, Data, Dropped, Unclear
from autogen.schema import Key

_ROWS = words("SELECT INSERT UPDATE DELETE MERGE WITH COPY REPLACE VALUES")


def read_sql(sql: str, grammar: str, folds: bool) -> list[Any]:
    """The operations of a text. ``grammar`` is sqlglot's name for the dialect; ``folds`` says whether names
    without quotes are lower case."""
    found: list[Any] = []
    for tokens in statements(sql):
        reader = Reader(sql, tokens, folds)
        text = reader.rest
        try:
            found.extend([*_statement(reader, text, grammar)])  # whole, or not at all
        except NotUnderstood as error:
            found.append(Unclear(text, str(error)))
    return found


def _statement(reader: Reader, text: str, grammar: str) -> Iterator[Any]:
    word = reader.token.word
    if word in _ROWS:
        yield read_data(text, grammar)
    elif reader.take("ALTER", "TABLE"):
        yield from altered_table(reader)
    elif reader.take("CREATE"):
        yield from _create(reader, text)
    elif reader.take("DROP"):
        yield from _drop(reader)
    elif reader.take("TRUNCATE"):
        yield _truncate(reader)
    elif reader.take("RENAME", "TABLE"):
        yield from _renamed(reader)
    else:
        yield read_other(reader, text)


def _create(reader: Reader, text: str) -> Iterator[Any]:
    temporary = any(reader.take(word) for word in ("TEMPORARY", "TEMP"))
    reader.take("UNLOGGED")
    if reader.take("TABLE"):
        yield Beside("CREATE TEMPORARY TABLE") if temporary else _create_table(reader)
    elif any(reader.sees(*words) for words in (("INDEX",), ("UNIQUE",), ("FULLTEXT",), ("SPATIAL",))):
        yield created_index(reader)
    else:
        reader.at -= 1
        yield read_other(reader, text)


def _renamed(reader: Reader) -> Iterator[Any]:
    """MySQL's own statement, for several tables."""
    reader.take("IF", "EXISTS")
    for part in reader.split():
        schema, old = part.dotted()
        part.expect("TO")
        to, new = part.dotted()
        if to not in ("", schema) or not part.done:
            raise NotUnderstood("a table that goes into another database")
        yield ops.RenameTableOp(old, new, schema=schema or None)


def _create_table(reader: Reader) -> Any:
    if_missing = reader.take("IF", "NOT", "EXISTS") or None
    schema, name = reader.dotted()
    table = Key("table", schema, "", name)
    if not reader.sees("("):
        raise NotUnderstood("a table made from something else")
    parts: list[Any] = []
    for part in reader.group().split():
        if part.sees("LIKE"):
            raise NotUnderstood("a table made like another one")
        if is_constraint(part):
            made = added_constraint(part, table)
            parts.append(made.to_constraint() if isinstance(made, ops.AddConstraintOp) else made.to_index())
        else:
            parts.append(column(part, name))
    options: dict[str, Any] = {}
    if reader.take("PARTITION", "BY"):
        options["postgresql_partition_by"] = reader.rest
    return ops.CreateTableOp(name, parts, schema=schema or None, if_not_exists=if_missing, **options)


def _drop(reader: Reader) -> Iterator[Any]:
    if reader.take("TABLE"):
        missing = reader.take("IF", "EXISTS") or None
        for part in reader.split():
            schema, name = part.dotted()
            yield ops.DropTableOp(name, schema=schema or None, if_exists=missing)
    elif reader.take("INDEX"):
        flags: dict[str, Any] = {"postgresql_concurrently": True} if reader.take("CONCURRENTLY") else {}
        missing = reader.take("IF", "EXISTS") or None
        for part in reader.split():
            schema, name = part.dotted()
            table = part.dotted()[1] if part.take("ON") else None
            yield ops.DropIndexOp(name, table, schema=schema or None, if_exists=missing, **flags)
    else:
        yield _drop_other(reader)


def _drop_other(reader: Reader) -> Any:
    what = [reader.next().word]
    if what in (["MATERIALIZED"], ["FOREIGN"]):
        what.append(reader.next().word)
    reader.take("CONCURRENTLY")
    reader.take("IF", "EXISTS")
    schema, name = reader.dotted()
    label = f"{schema}.{name}" if schema else name
    return Dropped(" ".join(what).lower(), label, reader.rest.upper().endswith("CASCADE"))


def _truncate(reader: Reader) -> Data:
    reader.take("TABLE")
    reader.take("ONLY")
    keys = []
    cascade = reader.rest.upper().endswith("CASCADE")
    for part in reader.split():
        schema, name = part.dotted()
        keys.append(Key("table", schema, "", name))
    return Data("truncate", tuple(keys), every_row=True, cascade=cascade)
