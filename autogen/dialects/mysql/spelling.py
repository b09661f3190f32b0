"""How MySQL's objects look in a draft, and as SQL where Alembic has no words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from autogen.dialects.mysql import types
from autogen.dialects.mysql.tokens import NotUnderstood, quote, string, string_value, tokenize
from autogen.dialects.mysql.type_code import type_code
from autogen.operations import Kwargs
from autogen.schema import Check, Code, Column, ColumnType, Constraint, Index, IndexElement, Schema, Table
from autogen.source import SA, literal, text

if TYPE_CHECKING:
    from autogen.dialects.mysql import MySQL

_NOT_IN_CREATE = frozenset({"system_versioned", "invisible_columns"})
_OPTION_WORDS = {"charset": "default_charset", "collation": "collate"}
_WITHOUT_LITERAL_DEFAULT = frozenset(
    {
        "tinytext",
        "text",
        "mediumtext",
        "longtext",
        "tinyblob",
        "blob",
        "mediumblob",
        "longblob",
        "json",
        "geometry",
    }
)


class Spelling:
    """The spelling for one walk: it looks up primary keys in the schemas of the walk."""

    def __init__(self, dialect: MySQL, before: Schema, after: Schema) -> None:
        self.final_names = dialect.final_names
        self.prefix = dialect.sqla.name
        self.dialect = dialect
        self.before = before
        self.after = after

    def type_code(self, type_: ColumnType) -> Code:
        return type_code(type_)

    def default_code(self, column: Column) -> Code:
        sql = default_sql(column, self.dialect.is_mariadb)
        if column.on_update is not None:
            return text(f"{sql or 'NULL'} ON UPDATE {column.on_update}")
        if sql == "current_timestamp()":
            return Code("sa.func.now()", frozenset({SA}))
        value = _plain_string(sql)
        return Code(literal(value)) if value is not None else text(sql)

    def column_kwargs(self, column: Column) -> Kwargs:
        """An integer alone in its primary key would count by itself, unasked."""
        key = self.after.primary_key(column.key.owner) or self.before.primary_key(column.key.owner)
        if key is None or column.name not in key.columns:
            return {}
        if column.autoincrement:
            return {"autoincrement": "True"}
        alone = key.columns == (column.name,) and column.default is None
        return (
            {"autoincrement": "False"}
            if alone and types.parse(column.type.sql).name in types.INTEGERS
            else {}
        )

    def constraint_kwargs(self, constraint: Constraint) -> Kwargs:
        return {}

    def index_kwargs(self, index: Index) -> Kwargs:
        kwargs: dict[str, Code | str] = {}
        lengths = {e.text: e.length for e in index.elements if e.length is not None}
        if lengths:
            kwargs[f"{self.prefix}_length"] = literal(lengths)
        if index.method in ("fulltext", "spatial"):
            kwargs[f"{self.prefix}_prefix"] = literal(index.method.upper())
        elif index.method:
            kwargs[f"{self.prefix}_using"] = literal(index.method)
        parser = dict(index.options).get("with_parser")
        if parser:
            kwargs[f"{self.prefix}_with_parser"] = literal(parser)
        return kwargs

    def index_elements(self, index: Index) -> list[Code]:
        return [
            Code(literal(e.text)) if not e.is_expression and not e.descending else text(element_sql(e))
            for e in index.elements
        ]

    def table_kwargs(self, table: Table) -> Kwargs:
        """The options, those left out that the server would choose by itself."""
        options = {k: v for k, v in table.options if k not in _NOT_IN_CREATE}
        if options.get("engine") == "InnoDB" and options.get("collation") == self.dialect.default_collation:
            options = {k: v for k, v in options.items() if k not in ("engine", "charset", "collation")}
        words = {_OPTION_WORDS.get(k, k): v for k, v in options.items()}
        return {
            f"{self.prefix}_{k}": literal(v.replace("%", "%%")) for k, v in words.items() if k.isidentifier()
        }


def _plain_string(sql: str) -> str | None:
    """The value of a default that is one string literal."""
    if not (len(sql) > 1 and sql[0] == sql[-1] == "'"):
        return None
    try:
        return string_value(sql) if len(tokenize(sql)) == 1 else None
    except NotUnderstood:
        return None


# -- SQL -----------------------------------------------------------------------------------------------


def default_sql(column: Column, mariadb: bool) -> str:
    """A default as DDL takes it: literals and CURRENT_TIMESTAMP bare, everything else in parentheses."""
    sql = column.default
    if sql is None:
        return ""
    bare = (
        sql.startswith(("'", "b'", "x'", "current_timestamp("))
        or sql.lstrip("-").replace(".", "", 1).isalnum()
    )
    try:
        bare = bare and (sql.startswith("current_timestamp(") or len(tokenize(sql.lstrip("-"))) == 1)
    except NotUnderstood:
        bare = False
    if bare and not mariadb and types.parse(column.type.sql).name in _WITHOUT_LITERAL_DEFAULT:
        bare = False
    return sql if bare else f"({sql})"


def type_sql(type_: ColumnType, table_collation: tuple[str, str] | None = None) -> str:
    """A type with its character set; ``table_collation`` is written out where it has none of its own."""
    stated = (type_.charset, type_.collation) if type_.collation else table_collation
    if stated is None or types.parse(type_.sql).name not in types.TEXTS:
        return type_.sql
    return f"{type_.sql} CHARACTER SET {stated[0]} COLLATE {stated[1]}"


def definition(
    column: Column,
    mariadb: bool,
    checks: Iterable[Check] = (),
    invisible: bool = False,
    table_collation: tuple[str, str] | None = None,
) -> str:
    """The whole column as ADD COLUMN and MODIFY take it: what is left out there is lost."""
    words = [quote(column.name), type_sql(column.type, table_collation)]
    if column.computed:
        kind = "STORED" if column.computed.persisted else "VIRTUAL"
        words.append(f"GENERATED ALWAYS AS ({column.computed.expression}) {kind}")
    if not column.nullable:
        words.append("NOT NULL")
    elif not column.computed:
        words.append("NULL")
    if column.default is not None:
        words.append(f"DEFAULT {default_sql(column, mariadb)}")
    if column.on_update:
        words.append(f"ON UPDATE {column.on_update}")
    if column.autoincrement:
        words.append("AUTO_INCREMENT")
    if invisible:
        words.append("INVISIBLE")
    if column.comment:
        words.append(f"COMMENT {string(column.comment)}")
    words += (f"CHECK ({check.expression})" for check in checks)
    return " ".join(words)


def modifiable(before: Column, after: Column) -> bool:
    """MODIFY changes an expression, and turns a stored column into a plain one and back; a virtual column
    can only be dropped and added."""
    kinds = [c.computed.persisted if c.computed else True for c in (before, after)]
    return kinds[0] == kinds[1] and (kinds[0] or bool(before.computed and after.computed))


def element_sql(element: IndexElement) -> str:
    key = f"({element.text})" if element.is_expression else quote(element.text)
    length = f"({element.length})" if element.length is not None else ""
    return f"{key}{length}{' DESC' if element.descending else ''}"


def index_sql(index: Index) -> str:
    """CREATE INDEX in full, for what Alembic's operation has no argument for."""
    kind = (
        index.method.upper() if index.method in ("fulltext", "spatial") else "UNIQUE" if index.unique else ""
    )
    table = f"{quote(index.schema)}.{quote(index.table)}" if index.schema else quote(index.table)
    options = dict(index.options)
    words = [f"CREATE {kind} INDEX" if kind else "CREATE INDEX", quote(index.name)]
    if index.method and not kind:
        words.append(f"USING {index.method.upper()}")
    words.append(f"ON {table} ({', '.join(element_sql(e) for e in index.elements)})")
    if "with_parser" in options:
        words.append(f"WITH PARSER {quote(options['with_parser'])}")
    if "comment" in options:
        words.append(f"COMMENT {string(options['comment'])}")
    words += (word.upper() for word in ("ignored", "invisible") if word in options)
    return " ".join(words)


def options_sql(before: Table, after: Table) -> list[str]:
    """The clauses of ALTER TABLE that change options; an option that is gone is set to its default."""
    old, new = dict(before.options), dict(after.options)
    clauses = []
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) == new.get(name) or name in _NOT_IN_CREATE | {"partition_by"}:
            continue
        if name in ("charset", "collation"):
            continue
        value = new.get(name, "0" if name == "key_block_size" else "DEFAULT")
        clauses.append(f"{name.upper()}={value}")
    collation = (new.get("charset"), new.get("collation"))
    if collation != (old.get("charset"), old.get("collation")) and collation[1]:
        clauses.append(f"DEFAULT CHARACTER SET {collation[0]} COLLATE {collation[1]}")
    return clauses
