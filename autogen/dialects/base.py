"""What every stage may ask of a dialect. One instance serves one run and is handed to the stages.

A dialect subclasses ``Dialect`` and overrides what its server does differently; the base class is the
honest generic answer. Nothing outside ``dialects/`` asks which dialect it has.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from autogen.changes import Alter, Change
from autogen.dialects.in_use import OFFLINE, Online
from autogen.dialects.places import Blueprint, Places, ScratchFactory, ScratchUnavailable
from autogen.dialects.scope import JOURNAL, VERSION_TABLE, Scope
from autogen.plan import Comparison, Step
from autogen.schema import (
    Column,
    ColumnType,
    Constraint,
    Dependent,
    Key,
    Object,
    Pair,
    Schema,
    Table,
)
from autogen.values import value

if TYPE_CHECKING:
    from pathlib import Path

    import sqlalchemy
    from sqlalchemy.engine import URL, Connection
    from sqlalchemy.engine.interfaces import Dialect as SqlaDialect
    from sqlalchemy.types import TypeEngine

    from autogen.dialects.deploying import Deploying
    from autogen.dialects.facts import Asked, Facts, Work
    from autogen.dialects.probing import Probing
    from autogen.dialects.transition import Transition
    from autogen.schema.renaming import TextNames

__all__ = [
    "JOURNAL",
    "OFFLINE",
    "VERSION_TABLE",
    "Blueprint",
    "Dialect",
    "Doubt",
    "Loss",
    "O",
    "Online",
    "Scope",
    "ScratchFactory",
    "ScratchUnavailable",
    "Settled",
    "TypeChange",
]

O = TypeVar("O", bound=Object)


@value(frozen=True, slots=True)
class Doubt:
    """Two values of one object that differ in SQL text only the database can judge."""

    before: Object
    after: Object


@value(frozen=True, slots=True)
class Settled:
    """The database's word on a doubt.

    ``after`` is the declared object in the server's spelling: equal to ``before`` where they mean the same,
    different where they do not. ``unknown`` says why it could not be decided.
    """

    after: Object
    unknown: str | None = None


UNDECIDED = "this database cannot say whether the two spellings are equal"
Loss = Literal["none", "may fail", "narrowing", "lossy"]


@value(frozen=True, slots=True)
class TypeChange:
    """What a change of type does to the values: ``narrowing`` errors on values that do not fit,
    ``lossy`` changes values silently (rounding, truncation, lost time zone). ``why`` is half a sentence,
    and so is ``clash``, which says why values may become equal that a unique key tells apart."""

    loss: Loss
    why: str = ""
    clash: str = ""


@dataclass
class Dialect(Places, ABC):
    """The generic dialect's part that every server shares."""

    sqla: SqlaDialect
    """SQLAlchemy's dialect instance (initialised by a connection where there is one)."""
    default_schema: str = ""
    """The real name of the default schema (``public``, ``main``, the MySQL database)."""
    final_names: bool = False
    """See Spelling.final_names."""

    name: ClassVar[str] = "generic"
    transactional_ddl: ClassVar[bool] = True
    """Whether a statement that fails undoes those before it; where not, a draft of several says so."""
    dependents_follow: ClassVar[bool] = True
    """Whether views and triggers still work when what they use is renamed."""
    restates_dependents: ClassVar[bool] = False
    """Whether views and triggers follow renames on the server in words that only it knows."""
    lock_limit: ClassVar[str] = "a lock timeout"
    """How a session limits its waiting for locks."""
    identifier_unit: ClassVar[str] = "characters"
    has_online_ddl: ClassVar[bool] = False
    """Whether there are forms of a change under which reads and writes of its table go on."""
    grammar: ClassVar[str] = ""
    """sqlglot's name for the server's SQL; empty where it has none."""
    folds_names: ClassVar[bool] = False
    """Whether names without quotes are lower case."""
    own_schemas: ClassVar[tuple[str, ...]] = ("information_schema",)
    """Schemas of the server itself."""
    usual_schema: ClassVar[str] = ""
    """The default schema's name where nobody is connected; empty where that is the database's own name."""
    enforces_references: ClassVar[str] = ""
    """The condition on which foreign keys are enforced; empty where they always are."""
    max_identifier: ClassVar[int] = 63
    """Longest identifier, in bytes on PostgreSQL, in characters elsewhere."""

    # -- connections ---------------------------------------------------------------------------------

    @classmethod
    @abstractmethod
    def connect(cls, url: URL) -> AbstractContextManager[tuple[Dialect, Connection]]:
        """A read-only connection to the live database (read-only transaction, lock and statement
        timeouts; SQLite opened with mode=ro) and the dialect that fits its server. Async driver URLs are
        opened with the sync driver of the same server. Raises AutogenError with a clear paragraph for a
        missing driver, unreachable server, wrong password, missing file, missing right."""

    @classmethod
    def sync_url(cls, url: URL) -> URL:
        """The URL with a driver that is installed and not asynchronous."""
        return url.set(drivername=url.get_backend_name()) if url.get_dialect().is_async else url

    @classmethod
    def with_arguments(cls, url: URL, arguments: Mapping[str, Any], search_path: str | None) -> URL:
        """The URL with further arguments of a driver's ``connect``, as far as its query can say them, and
        with the search path that a session is to have."""
        return url

    @classmethod
    def offline(cls, url: URL) -> Dialect:
        """The dialect of a server that nobody is connected to; of the URL only the kind of server counts."""
        kind = url.set(drivername=url.get_backend_name())
        return cls(kind.get_dialect()(), cls.usual_schema or url.database or "")

    def noted(self, metadatas: Sequence[sqlalchemy.MetaData], declared: Schema) -> dict[str, str]:
        """What these declarations were read by that only the server tells, as one-line texts by name."""
        if self.default_schema in ("", self.usual_schema):
            return {}
        named = any(table.schema == self.default_schema for m in metadatas for table in m.tables.values())
        return {"schema": self.default_schema} if self.usual_schema or named else {}

    @classmethod
    def recalled(cls, backend: str, noted: Mapping[str, str]) -> Dialect:
        """The dialect of the server that this was noted of, which nobody is connected to."""
        from sqlalchemy.engine import URL

        dialect = cls.offline(URL.create(backend))
        dialect.default_schema = noted.get("schema", dialect.default_schema)
        return dialect

    @classmethod
    def anchored(cls, url: URL, root: Path) -> URL:
        """The URL with a relative path in it made absolute from ``root``."""
        return url

    def server_label(self, connection: Connection) -> str:
        """For people: ``PostgreSQL 18.4``, ``SQLite 3.40.1``, ``MariaDB 10.11.19``."""
        version = ".".join(str(part) for part in (connection.dialect.server_version_info or ()))
        return f"{self.sqla.name} {version}".strip()

    @classmethod
    def deploying(cls) -> Deploying:
        """How migrations are run on this server."""
        from autogen.dialects.deploying import Deploying

        return Deploying()

    # -- introspect ----------------------------------------------------------------------------------

    def user_schemas(self, connection: Connection) -> tuple[str, ...]:
        """The schemas besides the default one that are not the server's own."""
        import sqlalchemy as sa

        names = sa.inspect(connection).get_schema_names()
        return tuple(n for n in names if n not in (self.default_schema, *self.own_schemas))

    def reading_ahead(self, connection: Connection) -> AbstractContextManager[None]:
        """Meanwhile what ``introspect`` reads may be prepared; nothing else uses the connection."""
        return nullcontext()

    @abstractmethod
    def introspect(self, connection: Connection, scope: Scope) -> Schema:
        """The live schema in canonical spelling, in a constant number of queries. What is left alone
        goes to ``Schema.skipped`` with its reason."""

    def dependents(self, connection: Connection, schema: Schema) -> tuple[Dependent, ...]:
        """What lives beside these tables and is not compared, in an order in which it can be created."""
        return ()

    def holds(self, connection: Connection, key: Key) -> tuple[int, bool] | None:
        """How many rows a table or values a column holds, and whether there may be more; None where that
        could not be read."""
        from autogen.dialects.counting import holds

        return holds(connection, key, self.default_schema)

    def has_rows(self, connection: Connection, table: Key) -> bool | None:
        """Whether a table holds any row; None when that cannot be told."""
        return None

    def numbers(self, column: Column, schema: Schema) -> bool:
        """Whether the server gives each row a number of its own in this column, of which the column says
        nothing."""
        return False

    def has_nulls(self, connection: Connection, column: Key) -> bool | None:
        """Whether a column holds any NULL; None when that cannot be told."""
        from autogen.dialects.counting import has_nulls

        return has_nulls(connection, column, self.default_schema)

    # -- review --------------------------------------------------------------------------------------

    def bytes_literal(self, value: bytes) -> str:
        """Bytes as SQL."""
        return f"X'{value.hex()}'"

    @classmethod
    def is_among(cls, names: Iterable[str]) -> bool:
        """Whether this is one of the databases of these names; no names are all databases."""
        listed = tuple(names)
        return not listed or cls.name in listed

    def facts(self, connection: Connection, asked: Asked) -> Facts:
        """What the catalog says about tables and columns, in a constant number of queries. What it does not
        say, or may not be read, is left out."""
        from autogen.dialects.facts import Facts

        return Facts()

    def work(self, change: Change, comparison: Comparison, facts: Facts) -> Work | None:
        """What the server does with the rows of the change's table while the plain form of the change runs;
        None where it only writes to its catalog, or nothing has to wait."""
        return None

    def fits_reference(self, column: ColumnType, target: ColumnType) -> bool:
        """Whether a column of a foreign key has the type of what it refers to, as far as the server cares."""
        return column.sql == target.sql

    strict_references: ClassVar[bool] = False
    """Whether a foreign key between columns that differ in type is refused."""
    indexes_references: ClassVar[bool] = False
    """Whether the server makes an index for a foreign key that has none."""

    def highest(self, type_: ColumnType) -> int | None:
        """The largest value of an integer type that keys run out of; None where they do not."""
        return None

    def length(self, name: str) -> int:
        """The length of a name in the unit of ``max_identifier``."""
        return len(name)

    def probing(self, connection: Connection) -> Probing | None:
        """What asks about the rows of the live database; None where no query can be given a time limit."""
        return None

    # -- declare: each takes SQLAlchemy's object and the generic translation of it --------------------

    def declare_objects(self, metadata: sqlalchemy.MetaData) -> Iterable[Object]:
        """Objects a MetaData declares besides tables (enum types, sequences)."""
        return ()

    def declare_table(self, declared: sqlalchemy.Table, table: Table) -> Iterable[Object]:
        """The table with its options, plus objects the generic translation has no word for (exclusions)."""
        return (table,)

    def declare_type(self, declared: TypeEngine[Any], value: ColumnType) -> ColumnType:
        """A column type of the models in canonical spelling; asked once for all columns of equal type."""
        return value

    def declare_part(self, declared: Any, part: O) -> O:
        """A column, constraint or index of the models in canonical spelling.

        ``declared`` is the sqlalchemy Column, Constraint or Index. The generic translation has filled
        everything that SQLAlchemy keeps in the same place for all dialects: ``type`` has been through
        ``declare_type``, defaults and expressions are compiled text. A part that is canonical already is
        returned as it is."""
        return part

    # -- compare -------------------------------------------------------------------------------------

    def inherit(self, current: O, desired: O) -> O:
        """The declared object with what the models leave unstated taken over from the live one
        (engine, charset and collation of a table, dimensions of an array …)."""
        return desired

    def reconcile(self, current: Schema, desired: Schema) -> tuple[Schema, Schema]:
        """The live and the declared schema without differences that only both together show to be none
        (an index that the server keeps for a foreign key, a collation that is the table's anyway). Asked
        first of all, before anything is paired. What the server cannot alter keeps its live form, and is
        told by an entry more in the declared schema's ``skipped``, which is reported as not compared."""
        return current, desired

    def folded(self, key: Key) -> Key:
        """The key that all spellings have in common which the server takes for one name."""
        return key

    def in_new_names(self, sql: str, names: TextNames) -> str:
        """SQL text of a table after accepted renames, as the server will show it. Where the text is not
        understood it stays as it is: the comparison then asks the server."""
        return sql

    def follow(self, live: Schema, models: Schema, pairs: Iterable[Pair]) -> Iterable[Pair]:
        """Constraints that get other names along with these, from the server or in the steps of the renames;
        the new key holds the new name, also that of a primary key."""
        return ()

    def cannot_rename(self, before: Key, after: Key) -> str | None:
        """Why the server has no way to rename this, or None where it has one."""
        if before.kind in ("schema", "sequence", "enum"):
            return "this database cannot rename it"
        return "this database cannot move a table" if before.schema != after.schema else None

    def default_name(self, constraint: Constraint, taken: frozenset[str]) -> str | None:
        """The name the server would give an unnamed constraint, given the names in use in that scope;
        None where it keeps none."""
        return None

    def settle(self, doubts: Sequence[Doubt], desired: Schema, scratch: ScratchFactory) -> list[Settled]:
        """The database's word on each doubt, in the same order. ``desired`` is the whole declared schema
        (a scratch table may need its enum types and sibling columns)."""
        return [Settled(d.before, UNDECIDED) for d in doubts]

    # -- plan and emit -------------------------------------------------------------------------------

    def retyped(self, comparison: Comparison) -> Iterable[tuple[Column, Column]]:
        """Standing columns whose type changes, before and after, with what their table decides filled in
        (the character set), those included that differ by that alone."""
        for change in comparison.changes:
            if isinstance(change, Alter) and isinstance(before := change.before, Column):
                after = change.after
                if isinstance(after, Column) and before.type != after.type:
                    yield before, after

    def type_change(self, before: Object, after: Object) -> TypeChange:
        """What an altered column's change of type does to its values."""
        return TypeChange("none")

    @abstractmethod
    def steps(
        self,
        changes: Sequence[Change],
        before: Schema,
        after: Schema,
        dependents: Sequence[Dependent] = (),
        online: Online = OFFLINE,
    ) -> list[Step]:
        """The changes as Alembic operations, in an order that runs on this server. Called once for the
        upgrade, and once for the downgrade with the reversed changes and the schemas exchanged;
        ``dependents`` are those of the live database (``before`` of the upgrade) both times: those in
        the way of a change are dropped before it and restored after it. ``online`` are the tables whose
        changes should let reads and writes go on; a dialect without such forms does not look at it."""

    def gentle(self, steps: Sequence[Step]) -> frozenset[Key]:
        """The objects whose steps read or build outside the transaction, so that writes go on meanwhile."""
        return frozenset()

    def transition(self) -> Transition | None:
        """What lets old and new code run on the database side by side; None where drafts have no phases."""
        return None
