"""What a revision says, statement by statement: Alembic's operations, and values for what it has none for."""

from __future__ import annotations

from typing import Any, Literal

from autogen.schema import Key
from autogen.values import value

DataVerb = Literal["insert", "update", "delete", "merge", "select", "copy", "truncate"]


@value(frozen=True, slots=True)
class Data:
    """A statement that reads or writes rows. ``every_row`` says that no condition limits it; ``cascade`` that
    it reaches into other tables."""

    verb: DataVerb
    tables: tuple[Key, ...] = ()
    every_row: bool = False
    cascade: bool = False

    @property
    def writes(self) -> bool:
        return self.verb != "select"


@value(frozen=True, slots=True)
class Setting:
    """SET, RESET or PRAGMA. ``value`` is lower case without quotes, empty for RESET."""

    name: str
    value: str
    local: bool = False


@value(frozen=True, slots=True)
class Validate:
    """VALIDATE CONSTRAINT: rows that were there before are checked now."""

    table: Key
    name: str


@value(frozen=True, slots=True)
class UsingIndex:
    """ADD … USING INDEX: a constraint over an index that is built already."""

    table: Key
    name: str
    index: str
    primary: bool = False


@value(frozen=True, slots=True)
class EnumCreated:
    enum: Key
    labels: tuple[str, ...]
    if_missing: bool = False


@value(frozen=True, slots=True)
class EnumDropped:
    enum: Key


@value(frozen=True, slots=True)
class LabelAdded:
    """``beside`` is the label it is put before or after, where the statement says."""

    enum: Key
    label: str
    place: Literal["", "before", "after"] = ""
    beside: str = ""
    if_missing: bool = False


@value(frozen=True, slots=True)
class LabelRenamed:
    enum: Key
    old: str
    new: str


@value(frozen=True, slots=True)
class PartRenamed:
    """A constraint or index gets another name; nothing else does."""

    table: Key | None
    schema: str
    old: str
    new: str


@value(frozen=True, slots=True)
class NotNullAdded:
    """SET NOT NULL stated as a constraint of its own, which may be left unvalidated."""

    table: Key
    column: str
    validated: bool


@value(frozen=True, slots=True)
class Transaction:
    """BEGIN, COMMIT or ROLLBACK written out."""

    verb: Literal["begin", "commit", "rollback"]


@value(frozen=True, slots=True)
class SchemaCreated:
    """CREATE SCHEMA."""

    name: str


@value(frozen=True, slots=True)
class Dropped:
    """A thing is dropped that is no part of the schema: a database, a schema, a type, a view …"""

    what: str
    name: str
    cascade: bool = False


@value(frozen=True, slots=True)
class DomainLimited:
    """A domain is created with a constraint, or gets one: every table that uses it is scanned."""

    name: str


@value(frozen=True, slots=True)
class Detached:
    """A partition is detached."""

    table: Key
    concurrently: bool


@value(frozen=True, slots=True)
class Rebuilt:
    """REINDEX, CLUSTER, VACUUM FULL, REFRESH MATERIALIZED VIEW: a rewrite that changes no schema."""

    what: str
    name: str
    concurrently: bool


@value(frozen=True, slots=True)
class Locked:
    """LOCK TABLE. ``mode`` is upper case, as ACCESS EXCLUSIVE."""

    tables: tuple[Key, ...]
    mode: str


@value(frozen=True, slots=True)
class Beside:
    """A statement about things that are not compared: views, functions, triggers, rights, extensions."""

    words: str


@value(frozen=True, slots=True)
class Unclear:
    """A statement that nobody here understands, and why."""

    text: str
    why: str = ""


Statement = (
    Data
    | Setting
    | Validate
    | UsingIndex
    | EnumCreated
    | EnumDropped
    | LabelAdded
    | LabelRenamed
    | PartRenamed
    | NotNullAdded
    | Transaction
    | SchemaCreated
    | Dropped
    | DomainLimited
    | Detached
    | Rebuilt
    | Locked
    | Beside
    | Unclear
)


@value(frozen=True, slots=True)
class Batch:
    """The ``batch_alter_table`` block an operation stands in; ``number`` tells blocks apart."""

    table: Key
    recreate: str
    number: int


@value(frozen=True, slots=True)
class Written:
    """One statement of a revision. ``operation`` is a Statement or an operation of Alembic's.

    ``line`` is the line of the call in the file. ``autocommit`` says that it runs outside of the revision's
    transaction. ``sql`` is the text, where the revision states SQL. ``number`` counts statements.
    """

    operation: Any
    line: int
    number: int
    autocommit: bool = False
    batch: Batch | None = None
    sql: str = ""
