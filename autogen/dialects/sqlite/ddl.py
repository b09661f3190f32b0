"""CREATE statements from values, for scratch databases and where SQLAlchemy has no word for a table."""

from __future__ import annotations

from collections.abc import Iterable

from autogen.dialects.sqlite.sqltext import identifier, qualified
from autogen.dialects.sqlite.types import is_literal
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Constraint,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    PrimaryKey,
    Schema,
    Table,
    Unique,
)

ORDER = {"primary_key": 0, "unique": 1, "foreign_key": 2, "check": 3, "exclude": 4}
"""Constraints in the order in which a reader expects them."""


def type_sql(type_: ColumnType) -> str:
    collate = f" COLLATE {identifier(type_.collation)}" if type_.collation else ""
    return f"{type_.sql}{collate}"


def default_sql(default: str) -> str:
    """A default as it stands after DEFAULT: expressions need parentheses, constants may do without."""
    bare = is_literal(default) or default.startswith("CURRENT_")
    return default if bare else f"({default})"


def create_table(schema: Schema, key: Key) -> str:
    """The table of a schema, its indexes left out."""
    return "".join(create_table_lines(schema, key))


def create_table_lines(
    schema: Schema, key: Key, name: str = "", columns: Iterable[Column] | None = None
) -> list[str]:
    """The same in pieces, one for each part of the table, perhaps under another name."""
    table = schema.get(key)
    assert isinstance(table, Table)
    options = dict(table.options)
    columns = list(schema.columns(key) if columns is None else columns)
    constraints = sorted(
        (p for p in schema.parts(key) if isinstance(p, Constraint)), key=lambda c: (ORDER[c.kind], c.key)
    )
    primary = schema.primary_key(key)
    parts = [column(c, options, primary.name if primary else None) for c in columns]
    automatic = any(c.autoincrement for c in columns)
    for constraint in constraints:
        if not (automatic and isinstance(constraint, PrimaryKey)):
            parts.append(constraint_sql(constraint, options))
    suffixes = [
        words
        for option, words in (("without_rowid", "WITHOUT ROWID"), ("strict", "STRICT"))
        if option in options
    ]
    separated = [f"{part}, " for part in parts[:-1]]
    tail = f") {', '.join(suffixes)}".rstrip()
    return [f"CREATE TABLE {qualified(key.schema, name or key.name)} (", *separated, parts[-1], tail]


def is_rowid(value: Column, schema: Schema) -> bool:
    """Whether a column is the INTEGER PRIMARY KEY of its table, a name of the rowid that each row has."""
    table, primary = schema.get(value.key.owner), schema.primary_key(value.key.owner)
    return (
        value.type.sql == "INTEGER"
        and primary is not None
        and primary.columns == (value.name,)
        and isinstance(table, Table)
        and "without_rowid" not in dict(table.options)
    )


def column(value: Column, options: dict[str, str] | None = None, key_name: str | None = None) -> str:
    """A column's definition, AUTOINCREMENT inside it."""
    options = options or {}
    words = [identifier(value.name), type_sql(value.type)]
    if value.autoincrement:
        words.append(f"CONSTRAINT {identifier(key_name)}" if key_name else "")
        words.append("PRIMARY KEY" + _conflict(options, "primary key") + " AUTOINCREMENT")
    if value.default is not None:
        words.append(f"DEFAULT {default_sql(value.default)}")
    if not value.nullable:
        words.append("NOT NULL" + _conflict(options, f"not null({value.name})"))
    if value.computed:
        stored = "STORED" if value.computed.persisted else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({value.computed.expression}) {stored}")
    return " ".join(word for word in words if word)


def _conflict(options: dict[str, str], key: str) -> str:
    action = options.get(f"on_conflict {key}")
    return f" ON CONFLICT {action}" if action else ""


def names(columns: Iterable[str]) -> str:
    return ", ".join(identifier(c) for c in columns)


def constraint_sql(value: Constraint, options: dict[str, str] | None = None) -> str:
    """A table constraint."""
    options = options or {}
    name = f"CONSTRAINT {identifier(value.name)} " if value.name else ""
    if isinstance(value, PrimaryKey):
        return f"{name}PRIMARY KEY ({names(value.columns)})" + _conflict(options, "primary key")
    if isinstance(value, Unique):
        conflict = _conflict(options, f"unique({', '.join(value.columns)})")
        return f"{name}UNIQUE ({names(value.columns)}){conflict}"
    if isinstance(value, Check):
        return f"{name}CHECK ({value.expression})"
    assert isinstance(value, ForeignKey)
    return f"{name}FOREIGN KEY ({names(value.columns)}) {references(value)}"


def references(value: ForeignKey) -> str:
    """The REFERENCES clause of a foreign key."""
    target = f" ({names(value.target_columns)})" if value.target_columns else ""
    words = [f"REFERENCES {identifier(value.target_table)}{target}"]
    if value.on_delete:
        words.append(f"ON DELETE {value.on_delete}")
    if value.on_update:
        words.append(f"ON UPDATE {value.on_update}")
    if value.match:
        words.append(f"MATCH {value.match}")
    if value.deferrable:
        words.append("DEFERRABLE")
    if value.initially_deferred:
        words.append("INITIALLY DEFERRED")
    return " ".join(words)


def element(value: IndexElement) -> str:
    """A key of an index."""
    text = value.text if value.is_expression else identifier(value.text)
    collate = f" COLLATE {identifier(value.collation)}" if value.collation else ""
    return text + collate + (" DESC" if value.descending else "")


def create_index(value: Index) -> str:
    unique = "UNIQUE " if value.unique else ""
    keys = ", ".join(element(e) for e in value.elements)
    where = f" WHERE {value.predicate}" if value.predicate else ""
    name = qualified(value.schema, value.name)
    return f"CREATE {unique}INDEX {name} ON {identifier(value.table)} ({keys}){where}"
