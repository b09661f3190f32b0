"""The kinds of object that are compared, each a frozen value.

Conventions that hold for every class here:

* ``schema`` is ``""`` for the connection's default schema;
* every piece of SQL (``type.sql``, defaults, checks, predicates, index expressions) is text in the
  canonical spelling of the dialect that made it, so that comparison is ``==``;
* ``EXPRESSIONS`` names the fields whose text the database may spell differently from the models:
  a difference there is a doubt for the database to settle, a difference elsewhere is a fact;
* ``None`` means "the object has none", except where a field says otherwise.
"""

from __future__ import annotations

from dataclasses import field
from typing import ClassVar

from autogen.schema.keys import Key, Kind
from autogen.values import value


@value(frozen=True, slots=True)
class Code:
    """A Python expression and the import lines it needs."""

    text: str
    imports: frozenset[str] = frozenset()


@value(frozen=True, slots=True, compared_often=True)
class ColumnType:
    """A column type in the server's spelling.

    ``sql`` holds all parameters (length, precision, timezone, array dimensions, unsigned, MySQL enum
    labels). ``enum`` is the key of the PostgreSQL enum type it uses. ``collation`` and ``charset`` are
    ``None`` where they are the default. ``code`` is the models' own spelling, for drafts; a type that was
    read from a database has none, the dialect derives it.
    """

    sql: str
    collation: str | None = None
    charset: str | None = None
    enum: Key | None = None
    code: Code | None = field(default=None, compare=False)

    @property
    def words(self) -> str:
        """The type as SQL for people, with the character set and collation it states."""
        words = [self.sql]
        words += [f"CHARACTER SET {self.charset}"] if self.charset else []
        words += [f"COLLATE {self.collation}"] if self.collation else []
        return " ".join(words)


@value(frozen=True, slots=True)
class Identity:
    """GENERATED … AS IDENTITY with its sequence options."""

    always: bool = False
    start: int = 1
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cycle: bool = False
    cache: int = 1


@value(frozen=True, slots=True)
class Computed:
    """GENERATED ALWAYS AS (expression), stored or virtual."""

    expression: str
    persisted: bool


@value(frozen=True, slots=True)
class Namespace:
    """A schema (PostgreSQL) or database (MySQL) other than the default one."""

    kind: ClassVar[Kind] = "schema"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    name: str

    @property
    def key(self) -> Key:
        return Key("schema", "", "", self.name)


@value(frozen=True, slots=True)
class EnumType:
    """A PostgreSQL enum type; labels in their order."""

    kind: ClassVar[Kind] = "enum"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    name: str
    labels: tuple[str, ...]

    @property
    def key(self) -> Key:
        return Key("enum", self.schema, "", self.name)


@value(frozen=True, slots=True)
class Sequence:
    """A sequence of its own (those owned by serial and identity columns belong to the column)."""

    kind: ClassVar[Kind] = "sequence"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    name: str
    data_type: str = "bigint"
    start: int = 1
    increment: int = 1
    minimum: int | None = None
    maximum: int | None = None
    cycle: bool = False
    cache: int = 1

    @property
    def key(self) -> Key:
        return Key("sequence", self.schema, "", self.name)


@value(frozen=True, slots=True, compared_often=True)
class Table:
    """A table without its parts; columns, constraints and indexes are objects of their own.

    ``options`` are sorted pairs of lower-case names and canonical values that the dialect knows:
    engine, charset, collation, unlogged, fillfactor, without_rowid, strict, partition_by …
    """

    kind: ClassVar[Kind] = "table"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    name: str
    comment: str | None = None
    options: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        return Key("table", self.schema, "", self.name)


@value(frozen=True, slots=True, compared_often=True)
class Column:
    """A column. ``autoincrement`` is SERIAL, AUTO_INCREMENT or SQLite's AUTOINCREMENT, whose machinery
    (owned sequence, nextval default) is folded into the flag. ``position`` orders columns, uncompared.
    ``default_known`` is False where the models only say that the server has some default or other
    (FetchedValue): whatever ``default`` and ``on_update`` the live column has is then right.
    """

    kind: ClassVar[Kind] = "column"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ("type", "default", "computed", "on_update")
    schema: str
    table: str
    name: str
    type: ColumnType
    nullable: bool = True
    default: str | None = None
    identity: Identity | None = None
    computed: Computed | None = None
    comment: str | None = None
    autoincrement: bool = False
    on_update: str | None = None
    position: int = field(default=0, compare=False)
    default_known: bool = field(default=True, compare=False)

    @property
    def key(self) -> Key:
        return Key("column", self.schema, self.table, self.name)


@value(frozen=True, slots=True, compared_often=True)
class PrimaryKey:
    """``name`` is ``None`` while unnamed: in the models, or for good on a database that keeps no name."""

    kind: ClassVar[Kind] = "primary_key"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    table: str
    name: str | None
    columns: tuple[str, ...]
    deferrable: bool = False
    initially_deferred: bool = False
    include: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        """A table has one primary key, so its name is no part of its identity."""
        return Key("primary_key", self.schema, self.table, "(primary key)")


@value(frozen=True, slots=True, compared_often=True)
class Unique:
    kind: ClassVar[Kind] = "unique"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    table: str
    name: str | None
    columns: tuple[str, ...]
    deferrable: bool = False
    initially_deferred: bool = False
    nulls_not_distinct: bool = False
    include: tuple[str, ...] = ()

    @property
    def key(self) -> Key:
        return Key("unique", self.schema, self.table, self.name or f"unique({', '.join(self.columns)})")


@value(frozen=True, slots=True, compared_often=True)
class ForeignKey:
    """Actions are upper case, ``None`` where they are NO ACTION; ``match`` is ``None`` for SIMPLE."""

    kind: ClassVar[Kind] = "foreign_key"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ()
    schema: str
    table: str
    name: str | None
    columns: tuple[str, ...]
    target_schema: str
    target_table: str
    target_columns: tuple[str, ...]
    on_delete: str | None = None
    on_update: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    match: str | None = None
    validated: bool = True
    enforced: bool = True

    @property
    def key(self) -> Key:
        name = self.name or f"foreign key({', '.join(self.columns)}) -> {self.target.label}"
        return Key("foreign_key", self.schema, self.table, name)

    @property
    def target(self) -> Key:
        return Key("table", self.target_schema, "", self.target_table)


@value(frozen=True, slots=True, compared_often=True)
class Check:
    """``column`` is set where the server keeps the check inside a column's definition (MariaDB)."""

    kind: ClassVar[Kind] = "check"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ("expression",)
    schema: str
    table: str
    name: str | None
    expression: str
    validated: bool = True
    no_inherit: bool = False
    column: str | None = field(default=None, compare=False)
    enforced: bool = True

    @property
    def key(self) -> Key:
        return Key("check", self.schema, self.table, self.name or f"check({self.expression})")


@value(frozen=True, slots=True)
class Exclude:
    """PostgreSQL EXCLUDE; ``definition`` is all of it, as pg_get_constraintdef spells it."""

    kind: ClassVar[Kind] = "exclude"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ("definition",)
    schema: str
    table: str
    name: str | None
    definition: str

    @property
    def key(self) -> Key:
        return Key("exclude", self.schema, self.table, self.name or f"exclude({self.definition})")


@value(frozen=True, slots=True, compared_often=True)
class IndexElement:
    """One key of an index: a column name, or (``is_expression``) SQL without outer parentheses.

    ``descending`` and ``nulls_first`` are as stored: NULLS FIRST is the default of DESC, so
    ``nulls_first == descending`` is the unstated case. ``opclass`` and ``collation`` are ``None`` where
    they are the default; ``length`` is MySQL's prefix length.
    """

    text: str
    is_expression: bool = False
    descending: bool = False
    nulls_first: bool = False
    opclass: str | None = None
    collation: str | None = None
    length: int | None = None


@value(frozen=True, slots=True, compared_often=True)
class Index:
    """``method`` is lower case, ``None`` for btree; fulltext and spatial are methods here.

    ``options`` are sorted storage parameters. ``valid`` is False for what a failed
    CREATE INDEX CONCURRENTLY left behind; models always declare valid indexes.
    """

    kind: ClassVar[Kind] = "index"
    EXPRESSIONS: ClassVar[tuple[str, ...]] = ("elements", "predicate")
    schema: str
    table: str
    name: str
    elements: tuple[IndexElement, ...]
    unique: bool = False
    method: str | None = None
    predicate: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    options: tuple[tuple[str, str], ...] = ()
    valid: bool = True

    @property
    def key(self) -> Key:
        return Key("index", self.schema, self.table, self.name)

    @property
    def columns(self) -> tuple[str, ...]:
        """The plain columns among the index keys and INCLUDE, in order."""
        return (*(e.text for e in self.elements if not e.is_expression), *self.include)


TablePart = Column | PrimaryKey | Unique | ForeignKey | Check | Exclude | Index
Constraint = PrimaryKey | Unique | ForeignKey | Check | Exclude
Object = Namespace | EnumType | Sequence | Table | TablePart
