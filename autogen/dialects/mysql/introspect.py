"""information_schema -> Schema, in at most ten queries."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from autogen.dialects.base import Scope
from autogen.dialects.mysql import catalog, expressions, rights, types
from autogen.dialects.mysql.tokens import qualified, quote, string
from autogen.schema import (
    Check,
    Column,
    ColumnType,
    Computed,
    ForeignKey,
    Index,
    IndexElement,
    Key,
    Namespace,
    Object,
    PrimaryKey,
    Schema,
    Sequence,
    Skipped,
    Table,
    Unique,
)

if TYPE_CHECKING:
    from sqlalchemy.engine import Connection

    from autogen.dialects.mysql import MySQL

Place = tuple[str, str]
"""Database and table, as the catalog names them."""

_ENGINES = {"innodb": "InnoDB", "myisam": "MyISAM", "memory": "MEMORY", "heap": "MEMORY", "aria": "Aria"}
_ON_UPDATE = re.compile(r"on update (current_timestamp(?:\(\d*\))?)", re.I)
ENGINE_NOISE = frozenset({"transactional", "page_checksum"})
LARGEST = 9223372036854775806
_OLDEST_WITH_IGNORED = (10, 6)


def engine_name(name: str) -> str:
    return _ENGINES.get(name.lower(), name)


def introspect(dialect: MySQL, connection: Connection, scope: Scope) -> Schema:
    """The schema of the default database and of those the scope names."""
    return _Reader(dialect, connection, scope).read()


class _Reader:
    def __init__(self, dialect: MySQL, connection: Connection, scope: Scope) -> None:
        self.dialect = dialect
        self.connection = connection
        self.scope = scope
        self.default = str(connection.exec_driver_sql("SELECT DATABASE()").scalar() or "")
        self.databases = tuple(dict.fromkeys((self.default, *scope.schemas)))
        self.skipped: list[Skipped] = []
        self.collations: dict[Place, str] = {}
        self.json: set[tuple[str, str, str]] = set()

    def rows(self, query: str) -> Any:
        return catalog.rows(self.connection, query, self.databases)

    def packed(self, query: str) -> list[Any]:
        return catalog.packed_rows(self.connection, query, self.databases)

    def schema_name(self, database: str) -> str:
        return "" if database == self.default else database

    def read(self) -> Schema:
        rights.require(self.connection, self.databases)
        tables, sequences = self.tables()
        checks = list(self.checks())
        objects: list[Object] = [
            Namespace(name) for (name,) in self.rows(catalog.SCHEMATA) if name != self.default
        ]
        columns, invisible = self.columns()
        objects += (self.with_invisible(t, invisible) for t in tables)
        objects += columns
        objects += checks
        objects += self.indexes()
        objects += self.foreign_keys()
        objects += self.sequences(sequences)
        return Schema(objects, self.skipped)

    # -- tables --------------------------------------------------------------------------------------

    def tables(self) -> tuple[list[Table], list[Place]]:
        """The tables that are compared, and the places of the sequences."""
        tables: list[Table] = []
        sequences: list[Place] = []
        partitioned = False
        for database, name, kind, engine, collation, options, comment in self.rows(catalog.TABLES):
            key = Key("table", self.schema_name(database), "", name)
            reason = self.scope.left_out(key)
            if "VIEW" in kind:
                reason = "a view"
            elif kind == "SEQUENCE":
                sequences.append((database, name))
                continue
            elif kind not in ("BASE TABLE", "SYSTEM VERSIONED"):
                reason = f"a {kind.lower()}"
            if reason:
                self.skipped.append(Skipped(key.label, reason))
                continue
            self.collations[database, name] = collation or ""
            found = dict(_create_options(options or ""))
            partitioned |= found.pop("partitioned", None) is not None
            if kind == "SYSTEM VERSIONED":
                found["system_versioned"] = "yes"
            if engine:
                found["engine"] = engine_name(engine)
            if collation:
                found |= {"charset": collation.partition("_")[0], "collation": collation}
            tables.append(Table(key.schema, name, comment or None, tuple(sorted(found.items()))))
        if partitioned:
            tables = self.with_partitions(tables)
        return tables, sequences

    def with_partitions(self, tables: list[Table]) -> list[Table]:
        found = defaultdict(list)
        for row in self.rows(catalog.PARTITIONS):
            found[self.schema_name(row[0]), row[1]].append(row)
        return [
            (
                Table(
                    t.schema,
                    t.name,
                    t.comment,
                    tuple(sorted((*t.options, ("partition_by", partition_clause(found[t.schema, t.name]))))),
                )
                if (t.schema, t.name) in found
                else t
            )
            for t in tables
        ]

    def with_invisible(self, table: Table, invisible: dict[Place, list[str]]) -> Table:
        """Invisible columns, which models cannot state, are kept with the table so that they stay so."""
        names = invisible.get((table.schema, table.name))
        if not names:
            return table
        option = ("invisible_columns", ",".join(quote(n) for n in names))
        return Table(table.schema, table.name, table.comment, tuple(sorted((*table.options, option))))

    # -- columns -------------------------------------------------------------------------------------

    def columns(self) -> tuple[list[Column], dict[Place, list[str]]]:
        found: list[Column] = []
        invisible: dict[Place, list[str]] = defaultdict(list)
        default_of = self.default_text
        for row in self.packed(catalog.COLUMNS):
            database, table, name, position, default, nullable, type_sql, charset, collation = row[:9]
            extra, comment, expression = row[9:]
            if (database, table) not in self.collations:
                continue
            schema = self.schema_name(database)
            if expression in ("ROW START", "ROW END"):
                self.skipped.append(
                    Skipped(f"{table}.{name}", "keeps the versions of a system-versioned table")
                )
                continue
            type_ = self.column_type(database, table, name, type_sql, charset, collation)
            on_update = computed = None
            autoincrement = False
            if extra:
                extra = extra.lower()
                autoincrement = "auto_increment" in extra
                updated = _ON_UPDATE.search(extra)
                on_update = expressions.canonical(updated[1]) if updated else None
                if expression and "generated" in extra.replace("default_generated", ""):
                    text = expressions.canonical(self.unescaped(expression), database)
                    computed = Computed(text, "virtual" not in extra)
                if "invisible" in extra:
                    invisible[schema, table].append(name)
            value = None if default is None or computed else default_of(default, type_.sql, extra, database)
            found.append(
                Column(
                    schema,
                    table,
                    name,
                    type_,
                    nullable == "YES",
                    value,
                    None,
                    computed,
                    comment or None,
                    autoincrement,
                    on_update,
                    int(position),
                )
            )
        return found, invisible

    def default_text(self, default: str, type_sql: str, extra: str, database: str) -> str | None:
        """MariaDB writes defaults as SQL; MySQL writes literals bare and marks the rest in EXTRA."""
        if not self.dialect.is_mariadb:
            moment = re.fullmatch(r"current_timestamp(\(\d*\))?", default, re.I)
            if "default_generated" in extra:
                default = self.unescaped(default)
            elif not moment and not re.fullmatch(r"[bx]'.*'", default, re.I | re.S):
                default = string(default)
        return types.default(default, type_sql, database)

    def unescaped(self, sql: str) -> str:
        """MySQL prints the quotes of stored expressions with a backslash each."""
        return sql if self.dialect.is_mariadb else sql.replace("\\'", "'")

    def column_type(
        self, database: str, table: str, name: str, sql: str, charset: str | None, collation: str | None
    ) -> ColumnType:
        if (database, table, name) in self.json and collation == "utf8mb4_bin":
            return ColumnType("json")
        plain = _plain(sql)
        if collation is None or collation == self.collations[database, table]:
            return plain
        return ColumnType(plain.sql, collation, charset)

    # -- constraints and indexes ---------------------------------------------------------------------

    def checks(self) -> Iterator[Check]:
        """All but the json_valid() that makes a LONGTEXT a JSON column on MariaDB, which is noted."""
        query = catalog.CHECKS_MARIADB if self.dialect.is_mariadb else catalog.CHECKS_MYSQL
        for database, table, name, clause, level, enforced in self.packed(query):
            if (database, table) not in self.collations:
                continue
            text = expressions.canonical(self.unescaped(clause), database)
            column = name if level == "Column" else None
            if column and text == f"json_valid({quote(column)})":
                self.json.add((database, table, column))
                continue
            yield Check(
                self.schema_name(database), table, name, text, validated=enforced == "YES", column=column
            )
        return

    def indexes(self) -> Iterator[Object]:
        query = catalog.STATISTICS_MYSQL
        if self.dialect.is_mariadb:
            known = (
                self.connection.dialect.server_version_info or _OLDEST_WITH_IGNORED
            ) >= _OLDEST_WITH_IGNORED
            query = catalog.STATISTICS_MARIADB if known else catalog.STATISTICS_MARIADB_OLD
        found = self.packed(query)
        found.sort(key=lambda r: (r[0], r[1], r[2], int(r[3])))
        for (database, table, name), group in groupby(found, key=itemgetter(0, 1, 2)):
            if (database, table) in self.collations:
                yield self.index(database, table, name, list(group))

    def index(self, database: str, table: str, name: str, keys: list[Any]) -> Object:
        *_, unused, kind, comment, hidden = keys[0]
        schema, unique = self.schema_name(database), unused == "0"
        elements = tuple(self.element(database, key) for key in keys)
        plain = tuple(e.text for e in elements)
        if name == "PRIMARY" and all(e.length is None for e in elements):
            return PrimaryKey(schema, table, None, plain)
        simple = all(not e.is_expression and e.length is None and not e.descending for e in elements)
        if unique and simple:
            return Unique(schema, table, name, plain)
        options = [("comment", comment)] if comment else []
        options += [(hidden, "yes")] if hidden else []
        method = None if kind == "BTREE" or (unique and kind == "HASH") else kind.lower()
        return Index(schema, table, name, elements, unique, method, options=tuple(sorted(options)))

    def element(self, database: str, key: Any) -> IndexElement:
        *_, column, expression, direction, length, _, kind, _, _ = key
        descending = direction == "D"
        if column is None:
            text = expressions.canonical(self.unescaped(expression), database)
            return IndexElement(text, True, descending, descending)
        return IndexElement(
            column,
            descending=descending,
            nulls_first=descending,
            length=int(length) if length and kind in ("BTREE", "HASH") else None,
        )

    def foreign_keys(self) -> Iterator[ForeignKey]:
        """InnoDB's RESTRICT and NO ACTION are the same, and the same as none stated.

        An account that may only read is not shown the actions, and reads them table by table.
        """
        found: dict[tuple[str, str, str], list[Any]] = defaultdict(list)
        for row in self.packed(catalog.KEY_COLUMNS):
            found[row[0], row[1], row[2]].append(row)
        rules = {(row[0], row[1], row[2]): (row[3], row[4]) for row in self.packed(catalog.FOREIGN_KEYS)}
        for database, table in sorted({k[:2] for k in found.keys() - rules.keys()} & self.collations.keys()):
            told = rights.actions(self.connection, database, table)
            rules |= {(database, table, name): rule for name, rule in told.items()}
        for (database, table, name), (on_delete, on_update) in rules.items():
            keys = sorted(found.get((database, table, name), ()), key=lambda r: int(r[3]))
            if not keys or (database, table) not in self.collations:
                continue
            yield ForeignKey(
                self.schema_name(database),
                table,
                name,
                tuple(k[4] for k in keys),
                self.schema_name(keys[0][5]),
                keys[0][6],
                tuple(k[7] for k in keys),
                action(on_delete),
                action(on_update),
            )

    def sequences(self, places: list[Place]) -> Iterator[Sequence]:
        """All sequences in one query: each is a table of one row on MariaDB."""
        if not places:
            return
        union = " UNION ALL ".join(
            f"SELECT {string(database)}, {string(name)}, start_value, minimum_value, maximum_value, "
            f"increment, cache_size, cycle_option FROM {qualified(database, name)}"
            for database, name in places
        )
        for database, name, start, low, high, increment, cache, cycle in self.connection.exec_driver_sql(
            union.replace("%", "%%")
        ):
            key = Key("sequence", self.schema_name(database), "", name)
            reason = self.scope.left_out(key)
            if reason:
                self.skipped.append(Skipped(key.label, reason))
                continue
            yield sequence(key.schema, name, start, increment, low, high, bool(cycle), cache)


@lru_cache(maxsize=16384)
def _plain(sql: str) -> ColumnType:
    """One value for each spelling of the server's: most columns share a few."""
    return ColumnType(types.parse(sql).sql)


def _create_options(text: str) -> Iterable[tuple[str, str]]:
    """What CREATE TABLE stated, less what Aria writes there by itself."""
    for word in text.split():
        name, _, value = word.partition("=")
        if name.lower() not in ENGINE_NOISE:
            yield name.lower(), value.strip("'\"`").lower()


def action(rule: str | None) -> str | None:
    rule = (rule or "").upper()
    return None if rule in ("", "RESTRICT", "NO ACTION") else rule


def sequence(
    schema: str,
    name: str,
    start: int | None,
    increment: int | None,
    minimum: int | None,
    maximum: int | None,
    cycle: bool,
    cache: int | None,
) -> Sequence:
    """A sequence with its bounds left out where they are those of its direction."""
    increment = increment or 1
    lowest, highest = (1, LARGEST) if increment > 0 else (-LARGEST - 1, -1)
    minimum = None if minimum == lowest else minimum
    maximum = None if maximum == highest else maximum
    if start is None:
        start = (minimum or 1) if increment > 0 else (maximum or -1)
    return Sequence(
        schema, name, "bigint", start, increment, minimum, maximum, cycle, 1000 if cache is None else cache
    )


def partition_clause(rows: list[Any]) -> str:
    """What follows PARTITION BY, as CREATE TABLE takes it."""
    method, expression = rows[0][3], rows[0][4]
    columns = f"({expression})" if expression else "()"
    head = f"{method} {columns}"
    if rows[0][6]:
        each = len({r[6] for r in rows}) // max(1, len({r[2] for r in rows}))
        head += f" SUBPARTITION BY {rows[0][7]} ({rows[0][8]}) SUBPARTITIONS {each}"
    names = list(dict.fromkeys(r[2] for r in rows))
    if names == [f"p{i}" for i in range(len(names))] and rows[0][5] is None:
        return f"{head} PARTITIONS {len(names)}"
    parts = []
    for name, group in groupby(rows, key=lambda r: r[2]):
        bound = next(group)[5]
        values = ""
        if bound is not None and "RANGE" in method:
            values = f" VALUES LESS THAN {bound if bound == 'MAXVALUE' else f'({bound})'}"
        elif bound is not None and "LIST" in method:
            values = f" VALUES IN ({bound})"
        parts.append(f"PARTITION {quote(name)}{values}")
    return f"{head} ({', '.join(parts)})"
